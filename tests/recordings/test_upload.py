"""What happens to a call while one of its recordings is still arriving."""

from collections.abc import Callable, Iterator

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.model import StoredCall, StoredRecording
from telecom_privacy.calls.service import CallService
from telecom_privacy.errors import (
    BadRequest,
    Forbidden,
    Gone,
    PreconditionFailed,
    TelecomPrivacyError,
    TooLarge,
)
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.recordings.model import NewRecording
from telecom_privacy.recordings.upload import Upload, Uploaded
from tests.builders import Api, MovableClock, recording_path, tone
from tests.calls.keystore import assert_tidy

AUDIO = tone(40)
CALL = "call-1"
Meanwhile = Callable[[], object]


@pytest.fixture
def call(api: Api, client: str) -> str:
    api.put_call(client, CALL, api.call())
    return client


def test_an_objection_during_the_upload_stops_it(api: Api, call: str, services: Services) -> None:
    objected = {"recording_consent": "objected"}
    with pytest.raises(Forbidden) as caught:
        upload(services, call, lambda: api.as_client(call, "PATCH", _path(call), json=objected))
    assert caught.value.slug == "recording-objected"
    assert api.as_client(call, "GET", recording_path(call, CALL)).status_code == 404
    assert_tidy(services)


def test_a_deletion_of_the_call_during_the_upload_stops_it(
    api: Api, call: str, services: Services
) -> None:
    with pytest.raises(Gone):
        upload(services, call, lambda: api.as_client(call, "DELETE", _path(call)))
    assert_tidy(services)


def test_a_change_of_the_note_during_the_upload_does_not_disturb_it(
    api: Api, call: str, services: Services
) -> None:
    change = {"note": "meanwhile"}
    stored = upload(services, call, lambda: api.as_client(call, "PATCH", _path(call), json=change))
    assert stored.is_new
    assert api.as_client(call, "GET", recording_path(call, CALL)).data == AUDIO
    assert_tidy(services)


def test_the_same_audio_that_arrives_meanwhile_wins_and_is_recognised(
    api: Api, call: str, services: Services
) -> None:
    receipts = []
    stored = upload(
        services, call, lambda: receipts.append(api.put_recording(call, CALL, AUDIO).json)
    )
    assert not stored.is_new
    assert stored.receipt == receipts[0]
    assert_tidy(services)


def test_a_recording_whose_term_ends_during_its_upload_is_not_kept(
    api: Api, call: str, services: Services, clock: MovableClock
) -> None:
    clock.advance(days=89, hours=23)
    with pytest.raises(Gone):
        upload(services, call, lambda: clock.advance(hours=2))
    assert_tidy(services)


@pytest.mark.parametrize("error", [BadRequest("cut off"), TooLarge("too large"), OSError("reset")])
def test_whatever_ends_an_upload_nothing_of_it_stays(
    api: Api, call: str, services: Services, error: Exception
) -> None:
    def fail() -> None:
        raise error

    with pytest.raises((TelecomPrivacyError, OSError)):
        upload(services, call, fail)
    assert api.as_client(call, "GET", recording_path(call, CALL)).status_code == 404
    assert_tidy(services)
    assert api.put_recording(call, CALL, AUDIO).status_code == 201


def test_an_option_that_ends_during_the_upload_stops_it(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    path = f"/v1/clients/{client}"
    assert api.as_("admin", "PATCH", path, json={"options": []}).status_code == 200
    clock.advance(days=1)
    api.put_call(client, CALL, api.call())
    assert api.as_("admin", "PATCH", path, json={"options": ["recording"]}).status_code == 200

    def end() -> None:
        clock.advance(minutes=1)
        assert api.as_("admin", "PATCH", path, json={"options": []}).status_code == 200

    with pytest.raises(Forbidden) as caught:
        upload(services, client, end)
    assert caught.value.slug == "recording-not-in-contract"
    assert_tidy(services)


def test_an_upload_that_must_be_the_first_and_is_not_fails(
    api: Api, call: str, services: Services
) -> None:
    with pytest.raises(PreconditionFailed):
        upload(services, call, lambda: api.put_recording(call, CALL, AUDIO), only_if_absent=True)
    assert api.as_client(call, "GET", recording_path(call, CALL)).data == AUDIO
    assert_tidy(services)


def test_an_upload_that_must_be_the_first_and_loses_the_last_moment_fails(
    api: Api, call: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach = CallService.attach

    def second(self: CallService, stored: StoredCall, recording: StoredRecording) -> bool:
        monkeypatch.setattr(CallService, "attach", attach)
        api.put_recording(call, CALL, AUDIO)
        return attach(self, stored, recording)

    monkeypatch.setattr(CallService, "attach", second)
    absent = {"If-None-Match": "*"}
    assert api.put_recording(call, CALL, AUDIO, headers=absent).status_code == 412
    assert_tidy(services)


def test_a_call_takes_a_bounded_number_of_recordings(
    api: Api, call: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telecom_privacy.recordings.upload.MOST_RECORDINGS", 2)
    monkeypatch.setattr("telecom_privacy.calls.recording_repository.MOST_RECORDINGS", 3)
    for part in ("one", "two"):
        assert api.put_recording(call, CALL, AUDIO, part).status_code == 201
    answer = api.put_recording(call, CALL, AUDIO, "three")
    assert (answer.status_code, answer.json["detail"]) == (409, "a call takes 2 recordings at most")
    monkeypatch.setattr("telecom_privacy.recordings.upload.MOST_RECORDINGS", 9)
    assert api.put_recording(call, CALL, AUDIO, "three").status_code == 201
    assert api.put_recording(call, CALL, AUDIO, "four").status_code == 410
    assert api.put_recording(call, CALL, AUDIO, "one").status_code == 200
    assert_tidy(services)


def upload(
    services: Services, client: str, meanwhile: Meanwhile, only_if_absent: bool = False
) -> Uploaded:
    """Hand in the audio; something else happens when most of it is stored."""

    def body() -> Iterator[bytes]:
        yield AUDIO[:600_000]
        meanwhile()
        yield AUDIO[600_000:]

    access, new = (
        Access("test", ApiRole.PLATFORM),
        NewRecording(CALL, "main", "audio/wav", None),
    )
    found = services.clients.reach(access, client)
    service = next(one for one in services.all if isinstance(one, Upload))
    return service.store(access, found, new, body(), only_if_absent)


def _path(client: str) -> str:
    return f"/v1/clients/{client}/calls/{CALL}"
