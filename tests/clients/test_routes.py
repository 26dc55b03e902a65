"""Clients, contracts and licences over HTTP (API.md "Clients")."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from telecom_privacy.clock import to_text
from telecom_privacy.settings import Settings
from tests.builders import ANNOUNCEMENT, Api, MovableClock

_NUMBERS = count(1)
CONTACT = {"name": "Mme Dupont", "email": "dupont@example.org", "phone": "+33612345678"}


@pytest.fixture
def november(clock: MovableClock) -> Iterator[None]:
    """The time shortly before the contracts of these tests end."""
    now = clock.now()
    clock.set(datetime(2026, 11, 20, 12, tzinfo=UTC))
    yield
    clock.set(now)


@pytest.fixture
def client(api: Api) -> str:
    return api.create_client(f"client-{next(_NUMBERS)}")


@pytest.fixture(scope="module")
def untouched(api: Api) -> str:
    """A client for tests of what is refused: none changes anything of it."""
    return api.create_client("untouched")


def new(**changes: Any) -> dict[str, Any]:
    return {
        "id": f"client-{next(_NUMBERS)}",
        "name": "Cabinet Exemple",
        "policy": "web2contact",
        "contract": {"started_on": "2026-01-01"},
        **changes,
    }


def create(api: Api, **changes: Any) -> TestResponse:
    return api.as_("admin", "POST", "/v1/clients", json=new(**changes))


def change(api: Api, client: str, **body: Any) -> TestResponse:
    return api.as_("admin", "PATCH", f"/v1/clients/{client}", json=body)


def show(api: Api, client: str) -> dict[str, Any]:
    found: dict[str, Any] = api.as_("admin", "GET", f"/v1/clients/{client}").get_json()
    return found


def test_a_client_is_shown_as_it_was_created(api: Api, clock: MovableClock) -> None:
    body = new(
        options=["recording"],
        terms={"recording": "P30D", "call": "P1Y"},
        announcement=ANNOUNCEMENT,
        privileged="lawyer",
        contact=CONTACT,
    )
    answer = api.as_("admin", "POST", "/v1/clients", json=body)
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.get_json() == {
        **body,
        "contract": {
            "started_on": "2026-01-01",
            "ended_on": None,
            "closes_on": None,
            "keep_account": None,
            "reminders": [],
        },
        "created_at": to_text(clock.now()),
    }
    assert show(api, body["id"]) == answer.get_json()
    own = api.as_client(body["id"], "GET", f"/v1/clients/{body['id']}")
    assert own.get_json() == answer.get_json()


@pytest.mark.parametrize("name", ["été & fils", "+33612345678", "a b", "%", "client?x=1", "名前"])
def test_an_id_may_be_anything_without_a_slash(api: Api, name: str) -> None:
    assert create(api, id=name).status_code == HTTPStatus.CREATED
    answer = api.as_("admin", "GET", f"/v1/clients/{quote(name, safe='')}")
    assert answer.get_json()["id"] == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "a/b"}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a\n"}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"id": None}, "id"),
        ({"name": None}, "name"),
        ({"name": "x" * 501}, "name"),
        ({"policy": "unknown"}, "policy"),
        ({"contract": None}, "contract"),
        ({"contract": {"started_on": "2026-02-30"}}, "contract"),
        ({"contract": {"started_on": "2026-01-01", "ended_on": "2026-01-02"}}, "contract"),
        ({"options": ["video"]}, "options"),
        ({"options": "recording"}, "options"),
        ({"announcement": {"text": "no date"}}, "announcement"),
        ({"announcement": {"documented_on": "soon", "text": "x"}}, "announcement"),
        ({"privileged": "baker"}, "privileged"),
        ({"contact": {"email": "nowhere"}}, "contact"),
        ({"contact": {"fax": "1"}}, "contact"),
        ({"terms": {"recording": "ninety days"}}, "terms"),
        ({"terms": {"recording": "P7M"}}, "terms"),
        ({"terms": {"recording": None}}, "terms"),
        ({"terms": {"client": "P1Y"}}, "terms"),
        ({"terms": ["recording"]}, "terms"),
    ],
)
def test_a_wrong_field_of_a_new_client_is_named(
    api: Api, changes: dict[str, Any], field: str
) -> None:
    answer = create(api, **changes)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.get_json()["errors"]) == [field]


def test_an_id_that_is_taken_or_the_operators_own_is_a_conflict(api: Api, client: str) -> None:
    for taken in (client, "operator"):
        assert create(api, id=taken).status_code == HTTPStatus.CONFLICT


def test_clients_are_listed_page_by_page(api: Api, client: str) -> None:
    for _ in range(4):
        create(api)
    found: list[str] = []
    path: str | None = "/v1/clients?limit=2"
    while path:
        page = api.as_("dpo", "GET", path).get_json()
        found += [item["id"] for item in page["items"]]
        path = page["next"] and f"/v1/clients?limit=2&cursor={page['next']}"
    everything = api.as_("dpo", "GET", "/v1/clients?limit=500").get_json()
    assert everything["next"] is None
    assert found == [item["id"] for item in everything["items"]]
    assert client in found


def test_a_change_leaves_what_it_does_not_name(api: Api, client: str) -> None:
    before = show(api, client)
    answer = change(api, client, contact=CONTACT, privileged="doctor")
    assert answer.status_code == HTTPStatus.OK
    assert answer.get_json() == {**before, "contact": CONTACT, "privileged": "doctor"}
    assert change(api, client, contact=None).get_json()["contact"] is None
    assert change(api, client).get_json() == {**before, "contact": None, "privileged": "doctor"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"id": "another"}, "id"),
        ({"contract": {"started_on": "2020-01-01"}}, "contract"),
        ({"name": None}, "name"),
        ({"policy": "unknown"}, "policy"),
        ({"options": ["video"]}, "options"),
        ({"terms": {"sleep": "P1D"}}, "terms"),
        ({"terms": {"recording": "ninety days"}}, "terms"),
        ({"terms": {"recording": "P-1D"}}, "terms"),
        ({"terms": {"recording": 90}}, "terms"),
        ({"effective_on": "tomorrow"}, "effective_on"),
        ({"effective_on": 20300101}, "effective_on"),
        ({"effective_on": "2030-01-01T00:00:00"}, "effective_on"),
        ({"effective_on": "2020-01-01", "options": []}, "effective_on"),
        ({"effective_on": "2020-01-01T00:00:00Z", "options": []}, "effective_on"),
        ({"effective_on": "0001-01-01", "options": []}, "effective_on"),
        ({"effective_on": "9999-12-31", "options": []}, "effective_on"),
    ],
)
def test_a_wrong_change_is_named_and_changes_nothing(
    api: Api, untouched: str, body: dict[str, Any], field: str
) -> None:
    before = show(api, untouched)
    answer = change(api, untouched, **body)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.get_json()["errors"]) == [field]
    assert show(api, untouched) == before


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"recording": "P1Y"}, "P1Y is longer than the maximum P6M"),
        ({"client": "P4Y"}, "the policy lets no term be agreed for client"),
        ({"traffic": "P1M"}, "the policy lets no term be agreed for traffic"),
    ],
)
def test_a_term_outside_of_the_policy_is_refused_with_the_reason(
    api: Api, untouched: str, terms: dict[str, str], reason: str
) -> None:
    category = next(iter(terms))
    for answer in (change(api, untouched, terms=terms), create(api, terms=terms)):
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert answer.get_json()["errors"] == {"terms": {category: [reason]}}


@pytest.mark.usefixtures("november")
def test_a_contract_end_opens_the_window_and_is_corrected_while_it_is_open(
    api: Api, client: str
) -> None:
    path = f"/v1/clients/{client}/contract-end"
    body = {"ended_on": "2026-11-30", "keep_account": True}
    first = api.as_("admin", "POST", path, json=body)
    assert first.status_code == HTTPStatus.CREATED
    assert first.get_json() == {
        **body,
        "closes_on": "2026-12-30",
        "window": {"closes_on": "2026-12-30", "closes_at": "2026-12-30T23:00:00.000Z"},
    }
    assert api.as_("admin", "POST", path, json=body).get_json() == first.get_json()
    other = {"ended_on": "2026-12-01", "keep_account": False}
    corrected = api.as_("admin", "POST", path, json=other)
    assert corrected.status_code == HTTPStatus.CREATED
    assert corrected.get_json()["window"]["closes_on"] == "2027-01-01"
    contract = show(api, client)["contract"]
    reminders = contract.pop("reminders")
    assert contract == {"started_on": "2026-01-01", **other, "closes_on": "2027-01-01"}
    assert [one["due_on"] for one in reminders] == ["2026-12-18", "2026-12-25", "2026-12-31"]
    assert [one["reminded_at"] for one in reminders] == [None] * 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"keep_account": True}, "ended_on"),
        ({"ended_on": "2026-11-30"}, "keep_account"),
        ({"ended_on": "2025-12-31", "keep_account": True}, "ended_on"),
        ({"ended_on": "9999-12-31", "keep_account": True}, "ended_on"),
        ({"ended_on": "2026-11-30", "keep_account": "perhaps"}, "keep_account"),
        ({"ended_on": "2026-11-30", "keep_account": True, "reason": "x"}, "reason"),
    ],
)
def test_a_wrong_end_of_a_contract_is_named(
    api: Api, untouched: str, body: dict[str, Any], field: str
) -> None:
    answer = api.as_("admin", "POST", f"/v1/clients/{untouched}/contract-end", json=body)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.get_json()["errors"]) == [field]
    assert show(api, untouched)["contract"]["ended_on"] is None


def test_an_end_whose_window_would_be_over_already_is_refused(
    api: Api, clock: MovableClock, settings: Settings
) -> None:
    client = api.create_client(f"client-{next(_NUMBERS)}", contract={"started_on": "2020-01-01"})
    path = f"/v1/clients/{client}/contract-end"
    today = clock.now().astimezone(settings.time_zone).date()

    def end(days_ago: int) -> TestResponse:
        ended_on = (today - timedelta(days=days_ago)).isoformat()
        return api.as_("admin", "POST", path, json={"ended_on": ended_on, "keep_account": False})

    answer = end(days_ago=40)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    reason = "the reversibility window would be over already"
    assert answer.get_json()["errors"] == {"ended_on": [reason]}
    assert show(api, client)["contract"]["ended_on"] is None
    first = end(days_ago=20)
    assert first.status_code == HTTPStatus.CREATED
    clock.advance(days=40)
    ended_on = (today - timedelta(days=20)).isoformat()
    body = {"ended_on": ended_on, "keep_account": False}
    assert api.as_("admin", "POST", path, json=body).get_json() == first.get_json()
    clock.advance(days=-40)


def licences(client: str) -> str:
    return f"/v1/clients/{client}/licences"


@pytest.mark.parametrize("role", ["admin", "client"])
def test_a_licence_is_created_shown_changed_and_erased(api: Api, client: str, role: str) -> None:
    key = api.client_key(client) if role == "client" else api.key(role)
    profession = "doctor" if role == "admin" else None
    body = {"id": "poste 12", "label": "M. Martin", "kind": "agent", "privileged": profession}
    created = api.request("POST", licences(client), key, json=body)
    assert created.status_code == HTTPStatus.CREATED
    now = to_text(api.clock.now())
    expected = {**body, "status": "active", "valid_until": None, "created_at": now}
    assert created.get_json() == expected
    path = f"{licences(client)}/poste%2012"
    assert api.request("GET", path, key).get_json() == expected

    changes = {"label": "Mme Petit", "kind": "device", "valid_until": "2027-01-31"}
    changed = api.request("PATCH", path, key, json={**changes, "status": "suspended"})
    assert changed.get_json() == {**expected, **changes, "status": "suspended"}
    assert api.request("PATCH", path, key, json={"valid_until": None}).get_json() == {
        **changed.get_json(),
        "valid_until": None,
    }

    assert api.request("DELETE", path, key).status_code == HTTPStatus.NO_CONTENT
    assert api.request("GET", path, key).status_code == HTTPStatus.NOT_FOUND
    again = api.request("POST", licences(client), key, json={**body, "label": "New"})
    assert again.get_json()["label"] == "New"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": "a/b"}, "id"),
        ({"id": ""}, "id"),
        ({"label": None}, "label"),
        ({"label": "x" * 501}, "label"),
        ({"kind": "robot"}, "kind"),
        ({"status": "asleep"}, "status"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"privileged": "baker"}, "privileged"),
        ({"owner": "x"}, "owner"),
    ],
)
def test_a_wrong_field_of_a_licence_is_named(
    api: Api, untouched: str, changes: dict[str, Any], field: str
) -> None:
    body = {"id": "new", "label": "New", "kind": "agent", **changes}
    answer = api.as_("admin", "POST", licences(untouched), json=body)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert list(answer.get_json()["errors"]) == [field]
    if field != "id":
        answer = api.as_("admin", "PATCH", f"{licences(untouched)}/licence-1", json=changes)
        assert list(answer.get_json()["errors"]) == [field]


def test_a_licence_has_an_id_of_its_own_within_its_client(api: Api, client: str) -> None:
    body = {"id": "licence-1", "label": "Double", "kind": "agent"}
    answer = api.as_("admin", "POST", licences(client), json=body)
    assert answer.status_code == HTTPStatus.CONFLICT
    other = api.create_client(f"client-{next(_NUMBERS)}", licences=())
    assert api.as_("admin", "POST", licences(other), json=body).status_code == HTTPStatus.CREATED


def test_the_id_of_a_licence_stays(api: Api, client: str) -> None:
    answer = api.as_("admin", "PATCH", f"{licences(client)}/licence-1", json={"id": "x"})
    assert list(answer.get_json()["errors"]) == ["id"]


def test_licences_are_listed_page_by_page(api: Api, client: str) -> None:
    for number in range(2, 6):
        api.create_licence(client, f"licence-{number}")
    first = api.as_("admin", "GET", f"{licences(client)}?limit=3").get_json()
    rest = api.as_("admin", "GET", f"{licences(client)}?limit=3&cursor={first['next']}").get_json()
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert sorted(ids) == [f"licence-{number}" for number in range(1, 6)]
    assert len(first["items"]) == 3
    assert rest["next"] is None


def test_the_last_page_has_no_next_though_it_is_full(api: Api, client: str) -> None:
    api.create_licence(client, "licence-2")
    first = api.as_("admin", "GET", f"{licences(client)}?limit=1").get_json()
    rest = api.as_("admin", "GET", f"{licences(client)}?limit=1&cursor={first['next']}").get_json()
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert api.as_("admin", "GET", f"{licences(client)}?limit=2").get_json()["next"] is None


@pytest.mark.usefixtures("november")
def test_changes_and_ends_are_logged_without_what_they_hold(api: Api, client: str) -> None:
    create(api, name="Madame Lefebvre", terms={"recording": "P8W"})
    change(api, client, name="Madame Lefebvre", terms={"recording": "P30D"})
    body = {"ended_on": str(date(2026, 11, 30)), "keep_account": False}
    api.as_("admin", "POST", f"/v1/clients/{client}/contract-end", json=body)
    entries = api.as_("dpo", "GET", "/v1/audit/entries?count=1000").get_json()["items"]
    logged = {entry["detail"]["action"]: entry["detail"]["details"] for entry in entries}
    assert logged["client.created"]["policy"] == "web2contact"
    assert logged["client.created"]["terms"] == {"recording": "P56D"}
    assert logged["client.changed"]["fields"] == ["name"]
    assert logged["client.changed"]["terms"] == {"recording": "P30D"}
    assert logged["contract.ended"]["ended_on"] == "2026-11-30"
    assert "Lefebvre" not in str(entries)
