"""Binary content of records, as recordings: streamed, by range, whole or not at all."""

import hashlib
from base64 import b64encode

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.content.intake import ContentIntake
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.storage.segments import SegmentStore
from tests.builders import tone
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi, record_path

VOICEMAIL = "voicemail"
AUDIO = tone(20)


@pytest.fixture
def message(api: RecordApi, client: str) -> str:
    return api.stored(client, VOICEMAIL, "message-1", {"from": "+33612345678"})


def test_content_is_stored_with_a_receipt_and_read_back_whole_and_by_range(
    api: RecordApi, client: str, message: str
) -> None:
    stored = api.put_content(client, VOICEMAIL, message, AUDIO)
    assert stored.status_code == 201
    receipt = stored.get_json()
    assert (receipt["bytes"], receipt["sha256"]) == (len(AUDIO), hashlib.sha256(AUDIO).hexdigest())
    path = record_path(client, VOICEMAIL, message, "content")
    whole = api.as_client(client, "GET", path)
    assert (whole.data, whole.mimetype) == (AUDIO, "audio/wav")
    part = api.as_client(client, "GET", path, headers={"Range": "bytes=65000-66000"})
    assert (part.status_code, part.data) == (206, AUDIO[65000:66001])
    head = api.as_client(client, "HEAD", path)
    assert (head.data, int(head.headers["Content-Length"])) == (b"", len(AUDIO))
    again = api.as_client(client, "GET", path, headers={"If-None-Match": head.headers["ETag"]})
    assert again.status_code == 304
    shown = api.get(client, VOICEMAIL, message).get_json()["content"]
    assert (shown["bytes"], shown["media_type"]) == (len(AUDIO), "audio/wav")


def test_the_same_content_again_gets_the_same_receipt_and_other_content_none(
    api: RecordApi, client: str, message: str
) -> None:
    first, again = (api.put_content(client, VOICEMAIL, message, AUDIO) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert api.put_content(client, VOICEMAIL, message, b"other").status_code == 409
    only = {"headers": {"If-None-Match": "*"}}
    assert api.put_content(client, VOICEMAIL, message, AUDIO, **only).status_code == 412


def test_content_that_the_category_does_not_take_is_refused(
    api: RecordApi, client: str, message: str
) -> None:
    for media_type in ("video/mp4", "audio", ""):
        answer = api.put_content(client, VOICEMAIL, message, AUDIO, content_type=media_type)
        assert answer.status_code == 415, media_type
    api.stored(client, "call_note", "note-1")
    assert api.put_content(client, "call_note", "note-1", AUDIO).status_code == 415
    assert api.put_content(client, VOICEMAIL, "absent", AUDIO).status_code == 404


def test_of_a_body_that_is_cut_wrong_or_too_large_nothing_stays(
    api: RecordApi, client: str, message: str, services: Services
) -> None:
    before = services.databases.bulk["segments"].count_documents({})
    wrong = b64encode(hashlib.sha256(b"other").digest()).decode()
    headers = {"Content-Digest": f"sha-256=:{wrong}:"}
    assert api.put_content(client, VOICEMAIL, message, AUDIO, headers=headers).status_code == 400
    assert api.put_content(client, VOICEMAIL, message, b"").status_code == 400
    assert api.put_content(client, VOICEMAIL, message, bytes(5 * 1024**2)).status_code == 413
    assert services.databases.bulk["segments"].count_documents({}) == before
    assert api.get(client, VOICEMAIL, message, end="content").status_code == 404


def test_deleted_content_is_gone_for_good_and_its_record_stays(
    api: RecordApi, client: str, message: str, services: Services
) -> None:
    before = services.databases.bulk["segments"].count_documents({})
    api.put_content(client, VOICEMAIL, message, AUDIO)
    for _ in range(2):
        assert api.delete(client, VOICEMAIL, message, end="content").status_code == 204
    assert api.get(client, VOICEMAIL, message, end="content").status_code == 410
    assert api.put_content(client, VOICEMAIL, message, AUDIO).status_code == 410
    assert api.get(client, VOICEMAIL, message).get_json()["content"] is None
    assert services.databases.bulk["segments"].count_documents({}) == before


def test_a_new_version_of_the_record_keeps_its_content(
    api: RecordApi, client: str, message: str
) -> None:
    api.put_content(client, VOICEMAIL, message, AUDIO)
    assert api.put(client, VOICEMAIL, message, {"heard": True}).status_code == 200
    assert api.get(client, VOICEMAIL, message, end="content").data == AUDIO


def test_a_deleted_record_takes_its_content_along_as_one_record(
    api: RecordApi, client: str, message: str, services: Services
) -> None:
    before = services.databases.bulk["segments"].count_documents({})
    api.put_content(client, VOICEMAIL, message, AUDIO)
    api.delete(client, VOICEMAIL, message)
    assert api.get(client, VOICEMAIL, message, end="content").status_code == 410
    assert services.databases.bulk["segments"].count_documents({}) == before
    left = services.databases.bulk["records"].find_one({"gone_at": {"$exists": True}})
    assert left.keys() == {"_id", "client", "licence", "role", "category", "gone_at", "forget_at"}


@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (SegmentStore, "insert"),
        (ContentIntake, "_logged"),
        (RecordRepository, "attach_content"),
    ],
)
def test_recovery_removes_content_that_was_never_committed(
    api: RecordApi, client: str, message: str, services: Services, owner: type, step: str
) -> None:
    before = services.databases.bulk["segments"].count_documents({})
    with killed_at(owner, step):
        api.put_content(client, VOICEMAIL, message, AUDIO)
    api.clock.advance(hours=25)
    services.recovery.run()
    assert services.databases.bulk["segments"].count_documents({}) == before
    assert api.put_content(client, VOICEMAIL, message, AUDIO).status_code == 201
    services.recovery.run()
    assert api.get(client, VOICEMAIL, message, end="content").data == AUDIO


def test_a_deletion_that_is_killed_is_finished_by_recovery(
    api: RecordApi, client: str, message: str, services: Services
) -> None:
    api.put_content(client, VOICEMAIL, message, AUDIO)
    with killed_at(RecordRepository, "fetch_many", call=2):
        api.delete(client, VOICEMAIL, message)
    api.clock.advance(minutes=2)
    services.recovery.run()
    assert api.get(client, VOICEMAIL, message).status_code == 410
    assert api.get(client, VOICEMAIL, message, end="content").status_code == 410
