"""Records that a legal hold keeps: gone for everybody else, and still there for the law (RET-9)."""

from collections.abc import Iterator

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import tone
from tests.holds.builders import audio, opened, place, read, release
from tests.records.builders import RecordApi

NOTES, VOICEMAIL = "call_note", "voicemail"
AUDIO = tone(0.2)


@pytest.fixture(autouse=True)
def _alone(services: Services) -> Iterator[None]:
    yield
    services.databases.audit["holds"].delete_many({})
    services.databases.bulk["withheld"].delete_many({})


def test_a_deleted_record_with_its_content_is_kept_for_the_law_until_the_release(
    api: RecordApi, client: str, services: Services
) -> None:
    api.stored(client, VOICEMAIL, "message-1", {"from": "somebody"})
    api.put_content(client, VOICEMAIL, "message-1", AUDIO)
    hold = place(api, client_id=client)
    assert api.delete(client, VOICEMAIL, "message-1").status_code == 204
    assert api.get(client, VOICEMAIL, "message-1").status_code == 410
    assert api.get(client, VOICEMAIL, "message-1", end="content").status_code == 410
    assert audio(services, hold) == [AUDIO]
    assert {"from": "somebody"} in [one.get("data") for one in opened(services, hold, VOICEMAIL)]
    release(api, hold)
    assert read(api, hold)["withheld"] == 0
    assert services.databases.bulk["withheld"].count_documents({}) == 0


def test_a_hold_by_number_keeps_what_is_about_that_number(
    api: RecordApi, client: str, services: Services
) -> None:
    for name, subject in (("mine", "06 12 34 56 78"), ("other", "+33698765432"), ("none", None)):
        api.stored(client, NOTES, name, {"text": name}, subject=subject)
    hold = place(api, client_id=client, number="+33612345678")
    for name in ("mine", "other", "none"):
        api.delete(client, NOTES, name)
    assert [one["data"]["text"] for one in opened(services, hold, NOTES)] == ["mine"]


def test_the_version_that_a_change_replaces_is_kept(
    api: RecordApi, client: str, services: Services
) -> None:
    api.stored(client, NOTES, "note-1", {"text": "before"})
    hold = place(api, client_id=client)
    assert api.put(client, NOTES, "note-1", {"text": "after"}).status_code == 200
    assert [one["data"]["text"] for one in opened(services, hold, NOTES)] == ["before"]
    assert api.get(client, NOTES, "note-1").get_json()["data"] == {"text": "after"}


def test_an_event_that_ends_a_held_record_looks_as_without_a_hold(
    api: RecordApi, client: str, services: Services
) -> None:
    api.stored(client, "enquiry", "open", {"question": "when?"})
    hold = place(api, client_id=client)
    assert api.event(client, "enquiry", "open", "resolved").get_json()["erased"] is True
    assert api.get(client, "enquiry", "open").status_code == 410
    assert len(opened(services, hold, "enquiry")) == 1


def test_staff_who_delete_what_the_operator_keeps_are_told_of_the_hold(
    api: RecordApi, client: str
) -> None:
    api.stored(client, "marketing", "lead", {})
    hold = place(api, client_id=client)
    assert api.delete(client, "marketing", "lead", role="dpo").status_code == 423
    assert api.get(client, "marketing", "lead", "dpo").status_code == 200
    release(api, hold)
    assert api.delete(client, "marketing", "lead", role="dpo").status_code == 204
    assert api.get(client, "marketing", "lead", "dpo").status_code == 410
