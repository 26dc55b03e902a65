"""The disclosure policy and the counts of a year that runs, over HTTP."""

from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.register import Register
from telecom_privacy.errors import Unavailable
from tests.builders import Api, MovableClock
from tests.disclosure.builders import LegalDesk
from tests.disclosure.orders import SHIPPED
from tests.http.shared import api, app, clock, services, settings
from tests.transparency.builders import rejected, unpublished

__all__ = ["api", "app", "clock", "services", "settings"]

POLICY = "/v1/disclosure-policy"
UNPUBLISHED = "/v1/transparency/unpublished"


def policy(api: Api, query: str = "") -> dict[str, Any]:
    answer = api.request("GET", f"{POLICY}?{query}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def year_of(clock: MovableClock) -> int:
    return clock.now().year


@pytest.mark.parametrize("role", ["client", "support", "billing", "auditor", "admin", "platform"])
def test_the_counts_of_a_running_year_are_for_legal_staff_and_the_dpo(api: Api, role: str) -> None:
    key = api.client_key(api.create_client("curious")) if role == "client" else api.key(role)
    assert api.request("GET", UNPUBLISHED, key).status_code == 403


def test_a_running_year_and_one_before_the_service_are_not_published(
    api: Api, clock: MovableClock
) -> None:
    for year in (year_of(clock), 1999, 10**30):
        assert api.request("GET", f"/v1/transparency/{year}").status_code == 404


def test_anybody_reads_the_policy_which_is_made_of_the_texts_in_force(api: Api) -> None:
    found = policy(api)
    assert {basis["id"]: basis["text"] for basis in found["bases"]} == {
        basis.id: basis.text for basis in SHIPPED.values()
    }
    assert all(basis["confirmed"] is None for basis in found["bases"])
    epoc = next(basis for basis in found["bases"] if basis["id"] == "eevidence-epoc")
    assert (epoc["deadline"], epoc["emergency_deadline"]) == ("10 jours", "8 heures")
    assert {one["rank"]: one["limited_to"] for one in epoc["ranks"]}["procureur"] == [
        "identité de l'abonné",
        "contrat et paiement",
    ]


def test_the_policy_is_that_of_the_day(api: Api, desk: LegalDesk) -> None:
    desk.at("2026-08-17T12:00:00+02:00")
    assert not any(basis["id"].startswith("eevidence") for basis in policy(api)["bases"])


@pytest.mark.parametrize(("language", "word"), [("fr", "non confirmé"), ("en", "not confirmed")])
def test_the_policy_is_a_page_without_script(api: Api, language: str, word: str) -> None:
    answer = api.request("GET", f"{POLICY}?language={language}", headers={"Accept": "text/html"})
    assert answer.content_type == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert f'<html lang="{language}">' in answer.text
    assert "<script" not in answer.text
    assert answer.text.count(word) >= len(SHIPPED)
    assert all(basis.text in answer.text.replace("&#39;", "'") for basis in SHIPPED.values())


def test_requests_of_a_running_year_are_counted_by_authority_text_and_outcome(
    api: Api, desk: LegalDesk, clock: MovableClock
) -> None:
    for _ in range(2):
        rejected(desk, "cpp-99-3", numbers=["+33612345678", "+33612345679"])
    assert desk.take(desk.recorded("cpp-99-3"), "cancel", reason="withdrawn").status_code == 200
    desk.recorded("cpp-99-3")
    for role in ("legal", "dpo"):
        found = unpublished(api, role)[year_of(clock)]["cpp-99-3"]
        assert (found["authority"], found["received"]) == ("judicial_police", 4)
        assert found["accounts"] == 6
        assert {name: n for name, n in found["outcomes"].items() if n} == {
            "refused": 2,
            "withdrawn": 1,
            "pending": 1,
        }


def test_a_correction_of_the_text_counts_under_the_right_one(
    api: Api, desk: LegalDesk, clock: MovableClock
) -> None:
    path = desk.recorded("cpp-77-1-1")
    body = {"basis": "cpp-77-1-2", "channel": "pnij", "reason": "misread"}
    assert desk.as_("legal", "PATCH", path, json=body).status_code == 200
    found = unpublished(api)[year_of(clock)]
    assert "cpp-77-1-1" not in found
    assert found["cpp-77-1-2"]["received"] == 1


def test_a_request_whose_existence_is_secret_is_never_counted(
    api: Api, desk: LegalDesk, services: Services
) -> None:
    rejected(desk, "csi-l851-1")
    desk.recorded("csi-l851-1")
    authority = {"kind": "intelligence_via_gic", "name": "GIC"}
    desk.recorded("douanes-65-quinquies", authority=authority)
    found = unpublished(api)
    assert not any("csi-l851-1" in year for year in found.values())
    assert not any("douanes-65-quinquies" in year for year in found.values())
    stored = services.databases.bulk["transparency_tallies"]
    for authority_of_a_secret in ("intelligence_via_gic", None):
        assert stored.count_documents({"authority": authority_of_a_secret}) == 0


def test_a_case_that_a_kill_kept_from_being_recorded_is_not_counted(
    api: Api,
    services: Services,
    desk: LegalDesk,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Unavailable("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Register, "_enter", killed)
        assert desk.record("ccom-l450-3-3").status_code == 503
    expected = services.databases.bulk["transparency_expected"]
    before = expected.count_documents({})
    assert not any("ccom-l450-3-3" in year for year in unpublished(api).values())
    assert expected.count_documents({}) == before
    clock.advance(hours=1, seconds=1)
    assert not any("ccom-l450-3-3" in year for year in unpublished(api).values())
    assert expected.count_documents({}) == before - 1
