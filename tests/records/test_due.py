"""Records whose term is over are erased by sweeps, foreseen by previews and certified."""

from datetime import timedelta
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.records.service import RecordService
from tests.builders import tone
from tests.records.builders import RecordApi

pytestmark = pytest.mark.usefixtures("alone")


def preview(api: RecordApi, client: str, days: int) -> list[tuple[str, str, int]]:
    on = (api.clock.now() + timedelta(days=days)).date().isoformat()
    answer = api.as_("dpo", "GET", f"/v1/retention/preview?on={on}&client={client}")
    assert answer.status_code == 200, answer.get_json()
    return [(one["category"], one["rule"], one["count"]) for one in answer.get_json()["items"]]


def certified(api: RecordApi, client: str) -> list[dict[str, object]]:
    """The counts of all certificates that the client sees."""
    listed = api.as_client(client, "GET", "/v1/erasures").get_json()["items"]
    found = [api.as_client(client, "GET", f"/v1/erasures/{one['id']}").get_json() for one in listed]
    return [count for one in found for count in one["counts"]]


def test_a_sweep_erases_what_is_due_with_its_content_as_one_record(
    api: RecordApi, client: str, services: Services
) -> None:
    api.client_key(client)
    for name, days in (("old", 29), ("young", 10)):
        api.stored(client, "voicemail", name, {}, ago=timedelta(days=days))
        assert api.put_content(client, "voicemail", name, tone(0.2)).status_code == 201
    segments = services.databases.bulk["segments"].count_documents({})
    assert preview(api, client, 2) == [("voicemail", "RET-8", 1)]
    api.clock.advance(days=2)
    assert services.sweeps.run("test") is not None

    assert api.listed(client, "voicemail") == ["young"]
    assert services.databases.bulk["segments"].count_documents({}) == segments - 1
    assert certified(api, client) == [{"rule": "RET-8", "category": "voicemail", "count": 1}]


def test_a_sweep_finds_what_an_event_ended_days_before(
    api: RecordApi, client: str, services: Services
) -> None:
    late = api.put(client, "unpaid_invoice", "late", {}, ago=timedelta(days=100)).get_json()
    api.stored(client, "unpaid_invoice", "open", {}, ago=timedelta(days=100))
    api.event(client, "unpaid_invoice", "late", "settled", role="dpo")
    api.clock.advance(hours=47)
    api.event(client, "unpaid_invoice", "late", "last_contact", role="dpo")
    api.clock.advance(hours=2)
    services.sweeps.run("test")
    records = services.databases.bulk["records"]
    assert records.find_one({"record_id": UUID(late["record_id"])}) is None
    assert api.get(client, "unpaid_invoice", "late", "dpo").status_code == 410
    assert api.get(client, "unpaid_invoice", "open", "dpo").status_code == 200
    assert api.listed(client, "unpaid_invoice", role="dpo") == ["open"]


def test_the_operators_own_records_are_swept_like_any(api: RecordApi, services: Services) -> None:
    api.stored("operator", "marketing", "old-lead", {}, role="dpo", ago=timedelta(days=360))
    api.clock.advance(days=10)
    services.sweeps.run("test")
    assert api.get("operator", "marketing", "old-lead", "dpo").status_code == 410
    assert api.listed("operator", "marketing", role="dpo") == []


def test_tombstones_are_forgotten_after_their_time(
    api: RecordApi, client: str, services: Services
) -> None:
    api.stored(client, "call_note", "note-1")
    api.delete(client, "call_note", "note-1")
    api.clock.advance(days=91)
    next(one for one in services.all if isinstance(one, RecordService)).forget_tombstones()
    assert api.get(client, "call_note", "note-1").status_code == 404


@pytest.mark.parametrize("role", ["client", "admin"])
def test_an_anonymised_licence_takes_its_records_along(
    api: RecordApi, client: str, role: str
) -> None:
    api.stored(client, "call_note", "mine", licence_id="licence-1")
    api.stored(client, "voicemail", "message", {}, licence_id="licence-1")
    api.put_content(client, "voicemail", "message", tone(0.2))
    api.stored(client, "call_note", "other", licence_id="licence-2")
    api.stored(client, "marketing", "lead", {}, licence_id="licence-1")
    path = f"/v1/clients/{client}/licences/licence-1/anonymise"
    assert api.by(role, client, "POST", path).status_code in (200, 202)
    assert api.get(client, "call_note", "mine").status_code == 410
    assert api.get(client, "voicemail", "message", end="content").status_code == 410
    assert api.listed(client, "call_note") == ["other"]
    assert api.get(client, "marketing", "lead", "dpo").status_code == 200
    assert api.put(client, "call_note", "new", licence_id="licence-1").status_code == 422
