"""Whatever kills a request, nothing acknowledged is lost and nothing is left half."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.keys.service import KeyService
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.repository import RecordRepository
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi

NOTES, ENQUIRY = "call_note", "enquiry"
FIRST, SECOND = {"text": "first"}, {"text": "second"}


@pytest.fixture
def note(api: RecordApi, client: str) -> str:
    """The id of a stored record. Storing it made the keys of its month."""
    return api.stored(client, NOTES, "note-1", FIRST)


@pytest.mark.parametrize(
    ("owner", "step", "is_stored"),
    [
        (KeyService, "renew", False),
        (RecordRepository, "insert", False),
        (KeyService, "settle", True),
    ],
)
def test_a_record_is_stored_whole_or_not_at_all(
    api: RecordApi,
    client: str,
    note: str,
    services: Services,
    owner: type,
    step: str,
    is_stored: bool,
) -> None:
    with killed_at(owner, step):
        api.put(client, NOTES, "note-2", FIRST)
    body = api.body(FIRST)
    recover(api, services)
    assert (api.get(client, NOTES, "note-2").status_code == 200) is is_stored
    assert_tidy(services)
    answer = api.as_("platform", "PUT", f"/v1/clients/{client}/records/{NOTES}/note-2", json=body)
    assert answer.status_code == (200 if is_stored else 201)


@pytest.mark.parametrize(
    ("owner", "step", "text"),
    [
        (RecordRepository, "update_content", "first"),
        (Eraser, "erase", "second"),
        (KeyService, "settle", "second"),
    ],
)
def test_a_new_version_is_stored_whole_or_not_at_all(
    api: RecordApi, client: str, note: str, services: Services, owner: type, step: str, text: str
) -> None:
    with killed_at(owner, step):
        api.put(client, NOTES, note, SECOND)
    assert api.get(client, NOTES, note).get_json()["data"] == {"text": text}
    recover(api, services)
    assert api.get(client, NOTES, note).get_json()["data"] == {"text": text}
    assert_tidy(services)


@pytest.mark.parametrize(
    ("owner", "step"),
    [(RecordDeletion, "carry_out"), (Eraser, "erase"), (RecordRepository, "bury")],
)
def test_an_event_that_ends_a_record_ends_it_whatever_is_killed(
    api: RecordApi, client: str, services: Services, owner: type, step: str
) -> None:
    api.stored(client, ENQUIRY, "open", {})
    with killed_at(owner, step):
        api.event(client, ENQUIRY, "open", "resolved")
    assert api.get(client, ENQUIRY, "open").status_code == 410
    recover(api, services)
    assert_tidy(services)
    assert api.event(client, ENQUIRY, "open", "reopened").status_code == 410


def test_of_many_with_the_same_body_one_stores_it(
    api: RecordApi, client: str, services: Services
) -> None:
    body = api.body(FIRST)
    path = f"/v1/clients/{client}/records/{NOTES}/note-1"
    api.key("platform")
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(api.as_, "platform", "PUT", path, json=body) for _ in range(6)]
        answers = [one.result() for one in sent]
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 5}
    assert len({answer.get_json()["signature"] for answer in answers}) == 1
    assert_tidy(services)


def test_of_many_versions_at_once_each_is_acknowledged_and_one_is_left(
    api: RecordApi, client: str, note: str, services: Services
) -> None:
    bodies = [api.body({"text": str(number)}) for number in range(5)]
    path = f"/v1/clients/{client}/records/{NOTES}/{note}"
    with ThreadPoolExecutor(5) as pool:
        sent = [pool.submit(api.as_, "platform", "PUT", path, json=body) for body in bodies]
        answers = [one.result() for one in sent]
    assert {answer.status_code for answer in answers} == {200}
    assert api.get(client, NOTES, note).get_json()["data"] in [body["data"] for body in bodies]
    assert_tidy(services)


def test_of_many_events_at_once_none_is_lost(api: RecordApi, client: str, note: str) -> None:
    names = ["last_activity", "last_contact", "reviewed", "binned", "answered", "completed"]
    api.client_key(client)
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(api.event, client, NOTES, note, name, reason=name) for name in names]
        assert {one.result().status_code for one in sent} == {200}
    shown = api.get(client, NOTES, note).get_json()
    assert sorted(shown["events"]) == sorted(names)
    assert sorted(entry["event"] for entry in shown["history"]) == sorted(names)


def recover(api: RecordApi, services: Services) -> None:
    """Let recovery work once nobody can be at it any more; it finds nothing a second time."""
    now = api.clock.now()
    api.clock.advance(minutes=11)
    services.recovery.run()
    assert services.recovery.run() == 0
    api.clock.set(now)


def assert_tidy(services: Services) -> None:
    """No intent is open, and keys and sealed records belong together one to one."""
    pages = list(services.databases.keystore["record_keys"].find())
    assert not [page for page in pages if "pending_since" in page]
    erasures = services.databases.audit["erasures"]
    assert erasures.count_documents({"open_since": {"$exists": True}}) == 0
    records = list(services.databases.bulk["records"].find({"record_id": {"$exists": True}}))
    sealed = [*records, *(one["content"] for one in records if "content" in one)]
    used = {_place(one["key"]) for one in sealed if "key" in one}
    ids = {one["record_id"] for one in records}
    assert used <= {(page["_id"], slot) for page in pages for slot in page["keys"]}
    kept = {
        (page["_id"], slot)
        for page in pages
        for slot, entry in page["keys"].items()
        if entry["record"] in ids
    }
    assert kept <= used


def _place(key: dict[str, Any]) -> tuple[UUID, str]:
    return key["page"], key["slot"]
