"""The records of processing activities, over HTTP."""

from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.builders import STAFF, Api
from tests.retention.builders import end_contract

REGISTER = "/v1/register"
CLIENT, OTHER = "cabinet-durand", "plateforme-petit"
NASTY = "Cabinet <script>alert(1)</script> & Fils"


@pytest.fixture(scope="module", autouse=True)
def _clients(api: Api) -> None:
    contact = {"name": "Mme Durand", "email": "dpo@cabinet.example"}
    terms = {"call": "P1Y"}
    api.create_client(CLIENT, name=NASTY, contact=contact, terms=terms)
    api.create_client(OTHER, policy="messagebird", name="Plateforme Petit")


def of_operator(api: Api, role: str = "dpo", query: str = "language=en") -> dict[str, Any]:
    answer = api.as_(role, "GET", f"{REGISTER}?{query}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def of_client(api: Api, client: str, query: str = "language=en") -> dict[str, Any]:
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/register?{query}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def row(rows: list[dict[str, Any]], category: str, policy: str = "web2contact") -> dict[str, Any]:
    return next(one for one in rows if one["category"] == category and policy in one["policies"])


class Page(HTMLParser):
    """The tags of a page, and what it would load."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [name for name, _ in attrs if name in ("src", "href", "action", "onload")]


def test_others_than_dpo_and_auditor_do_not_see_the_operator_s_register(api: Api) -> None:
    for role in ("support", "admin", "legal", "billing", "platform"):
        assert api.as_(role, "GET", REGISTER, headers=STAFF).status_code == 403
    assert api.as_client(CLIENT, "GET", REGISTER).status_code == 403


def test_a_client_sees_its_own_register_alone(api: Api) -> None:
    path = f"/v1/clients/{CLIENT}/register"
    assert api.as_client(OTHER, "GET", path).status_code == 404
    limited = api.client_key(CLIENT, ["licence-1"])
    assert api.request("GET", path, limited).status_code == 403
    assert api.as_("auditor", "GET", path).status_code == 403
    assert api.as_("dpo", "GET", path).status_code == 200
    assert api.as_("dpo", "GET", "/v1/clients/operator/register").status_code == 409


def test_only_the_dpo_is_told_which_clients_there_are(api: Api) -> None:
    known = of_operator(api)
    assert {one["id"]: one["policy"] for one in known["clients"]} == {
        CLIENT: "web2contact",
        OTHER: "messagebird",
    }
    assert known["clients"][0]["contact"] or known["clients"][1]["contact"]
    blind = of_operator(api, "auditor")
    assert (blind["clients"], blind["client_count"]) == (None, 2)
    assert CLIENT not in str(blind)


def test_both_tables_say_what_article_30_asks(api: Api) -> None:
    found = of_operator(api)
    traffic = row(found["controller"], "traffic")
    assert traffic["purpose"] == "billing"
    assert traffic["subjects"][0].startswith("callers, called persons")
    assert "CPCE" in traffic["legal_bases"][0]
    assert "the operator's billing staff" in traffic["recipients"]
    term = traffic["terms"][0]
    assert (term["rule"], term["duration"], term["starts_at"]) == ("RET-29", "P1Y", "event")
    recording = row(found["processor"], "recording")
    assert [one["rule"] for one in recording["terms"]] == ["RET-1", "RET-3"]
    assert recording["terms"][0]["in_words"].startswith("90 days; 6 months with the storage")
    assert {one["category"] for one in found["processor"]} & {"sms"}  # messagebird's own
    assert found["operator"] == {"name": "telecom-privacy", "contact": "telecom-privacy"}
    assert len(found["security_measures"]) > 5


def test_what_is_switched_off_is_no_processing(api: Api) -> None:
    assert "national_security" not in {one["purpose"] for one in of_operator(api)["controller"]}


def test_transfers_are_shown_with_their_safeguard(api: Api) -> None:
    transfers = [one for one in of_operator(api)["recipients"] if one["is_transfer"]]
    found = [(one["country"], one["safeguard"]) for one in transfers]
    assert found == [("US", "standard-contractual-clauses")]
    assert transfers[0]["ground"]


def test_a_client_s_register_has_its_own_policy_and_terms(api: Api) -> None:
    found = of_client(api, CLIENT)
    assert {tuple(one["policies"]) for one in found["controller"] + found["processor"]} == {
        ("web2contact",)
    }
    assert row(found["processor"], "call")["agreed"] == "P1Y"
    assert row(found["processor"], "recording")["agreed"] is None
    assert [one["id"] for one in found["clients"]] == [CLIENT]


def test_french_is_the_language_unless_another_is_asked_for(api: Api) -> None:
    found = of_operator(api, query="")
    recording = row(found["processor"], "recording")
    assert (found["language"], recording["data"]) == ("fr", "enregistrements d'appels")
    assert recording["terms"][0]["in_words"].startswith("90 jours ; 6 mois avec l'extension")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_loads_nothing_runs_nothing_and_shows_what_json_says(
    api: Api, language: str
) -> None:
    shown = of_operator(api, query=f"language={language}")
    answer = api.as_("dpo", "GET", f"{REGISTER}?format=html&language={language}")
    assert answer.content_type == "text/html; charset=utf-8"
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    page = Page(answer.text)
    assert "script" not in page.tags
    assert page.loads == []
    assert "Cabinet &lt;script&gt;" in answer.text
    for one in shown["controller"] + shown["processor"]:
        assert one["data"].replace("'", "&#39;") in answer.text


def test_a_browser_that_asks_for_html_gets_the_page(api: Api) -> None:
    accept = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
    path = f"/v1/clients/{CLIENT}/register"
    asked = api.as_client(CLIENT, "GET", path, headers=accept)
    assert asked.mimetype == "text/html"
    assert "durée convenue : 1 an" in asked.text
    forced = api.as_client(CLIENT, "GET", f"{path}?format=json", headers=accept)
    assert forced.mimetype == "application/json"
    assert api.as_client(CLIENT, "GET", f"{path}?format=pdf").status_code == 422


def test_that_a_register_was_read_is_logged(api: Api) -> None:
    of_client(api, CLIENT)
    entries = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").json["items"]
    assert entries[-1]["detail"]["action"] == "register.read"


def test_nothing_is_processed_for_a_client_whose_window_is_over(api: Api) -> None:
    api.create_client("ended", policy="bureau24")
    assert "ended" in {one["id"] for one in of_operator(api)["clients"]}
    now = api.clock.now()
    end_contract(api, "ended", now.date().isoformat())
    api.clock.set(now + timedelta(days=40))
    found = of_operator(api)
    assert "ended" not in {one["id"] for one in found["clients"]}
    assert not any("bureau24" in one["policies"] for one in found["processor"])
    assert any("bureau24" in one["policies"] for one in found["controller"])
    api.clock.set(now)
