"""Audio in and out over HTTP: byte for byte, whole and by range."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from telecom_privacy.crypto.streaming import HEADER_BYTES, LARGE_SEGMENT, SMALL_SEGMENT
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.verify.proofs import verify_receipt
from tests.builders import STAFF, Api, MovableClock, recording_path, tone
from tests.calls.keystore import assert_tidy

CALL = "call-1"
TAG = 16


@pytest.fixture(scope="package")
def audio() -> bytes:
    """A WAV file of 3 MB: a dozen large segments."""
    return tone(196)


@pytest.fixture(scope="package")
def stored(module_api: Api, audio: bytes) -> str:
    """A client whose call has that recording."""
    client = module_api.create_client("listener")
    module_api.put_call(client, CALL, module_api.call())
    assert module_api.put_recording(client, CALL, audio).status_code == 201
    return client


@pytest.fixture(scope="package")
def unrecorded(module_api: Api, untouched: str) -> str:
    """A client whose call has no recording, and gets none."""
    module_api.put_call(untouched, CALL, module_api.call())
    return untouched


@pytest.fixture
def call(api: Api, client: str) -> str:
    api.put_call(client, CALL, api.call())
    return client


def test_a_recording_comes_back_byte_for_byte_with_its_media_type(
    api: Api, stored: str, audio: bytes
) -> None:
    answer = listen(api, stored)
    assert answer.status_code == 200
    assert answer.data == audio
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Content-Length"] == str(len(audio))
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(audio).hexdigest()}"'
    assert answer.headers["Repr-Digest"] == digest(audio)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_receipt_names_the_audio_and_verifies(api: Api, call: str) -> None:
    audio = tone()
    receipt = api.put_recording(call, CALL, audio).json
    assert (receipt["bytes"], receipt["sha256"]) == (len(audio), hashlib.sha256(audio).hexdigest())
    assert (receipt["id"], receipt["call_id"], receipt["media_type"]) == ("main", CALL, "audio/wav")
    verify_receipt(receipt, api.request("GET", "/v1/audit/key").text.strip(), None, None)


def test_the_same_audio_again_gets_the_same_receipt_and_other_audio_a_conflict(
    api: Api, call: str, services: Services
) -> None:
    first = api.put_recording(call, CALL, tone())
    again = api.put_recording(call, CALL, tone(), media_type="audio/x-wav")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert api.put_recording(call, CALL, tone(2)).status_code == 409
    assert listen(api, call).data == tone()
    assert_tidy(services)


def test_a_call_has_several_recordings_of_which_one_is_named_main(api: Api, call: str) -> None:
    audio = {"main": tone(0.1), "second": tone(0.2), "3": b"\x00"}
    for name, content in audio.items():
        assert api.put_recording(call, CALL, content, name).status_code == 201
    assert listen(api, call).data == listen(api, call, "main").data == audio["main"]
    assert api.put_recording(call, CALL, audio["main"]).status_code == 200
    listed = api.as_client(call, "GET", f"/v1/clients/{call}/calls/{CALL}").json["recordings"]
    assert {entry["id"]: entry["bytes"] for entry in listed} == {
        name: len(content) for name, content in audio.items()
    }
    path = recording_path(call, CALL, "second")
    assert api.as_client(call, "DELETE", path).status_code == 204
    assert listen(api, call, "second").status_code == 410
    assert api.put_recording(call, CALL, audio["second"], "second").status_code == 410
    assert listen(api, call, "3").data == audio["3"]
    assert listen(api, call, "4").status_code == 404


@pytest.mark.parametrize(
    "media_type",
    [
        "audio/wav",
        "audio/ogg; codecs=opus",
        'Audio/MPEG ;rate="8000";  x=y',
        "audio/vnd.wave;codec=1",
        "audio/x-gsm",
    ],
)
def test_the_media_type_comes_back_exactly(api: Api, call: str, media_type: str) -> None:
    receipt = api.put_recording(call, CALL, tone(0.1), media_type=media_type)
    assert (receipt.status_code, receipt.json["media_type"]) == (201, media_type)
    assert listen(api, call).headers["Content-Type"] == media_type


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "audio",
        "audio/",
        "audio/ wav",
        "audio/wav, text/html",
        "audio/*/x",
        "audiox/wav",
        "video/mp4",
        "text/html; audio/wav",
        "application/octet-stream",
        "audio/wav;\x0bx",
        "audio/wav; name=é",
        "audio/" + "x" * 300,
    ],
)
def test_what_is_not_audio_is_refused(
    api: Api, unrecorded: str, media_type: str | None, services: Services
) -> None:
    path = recording_path(unrecorded, CALL)
    answer = api.as_("platform", "PUT", path, data=tone(0.1), content_type=media_type)
    assert answer.status_code == 415
    assert listen(api, unrecorded).status_code == 404


def test_encoded_or_partial_audio_is_refused(api: Api, unrecorded: str) -> None:
    encoded = api.put_recording(unrecorded, CALL, tone(0.1), headers={"Content-Encoding": "gzip"})
    partial = api.put_recording(
        unrecorded, CALL, tone(0.1), headers={"Content-Range": "bytes 0-1/9"}
    )
    assert (encoded.status_code, partial.status_code) == (415, 400)
    assert listen(api, unrecorded).status_code == 404


def test_the_body_is_compared_with_its_content_digest(
    api: Api, call: str, services: Services
) -> None:
    audio = tone(20)
    other = base64.b64encode(bytes(64)).decode()
    for wrong in (digest(b"other"), "sha-256=:AAAA:", "sha-256=:???:", "SHA-256=:x:", "sha-256=1"):
        answer = api.put_recording(call, CALL, audio, headers={"Content-Digest": wrong})
        assert answer.status_code == 400
        assert listen(api, call).status_code == 404
    assert_tidy(services)
    right = f"sha-512=:{other}:, {digest(audio)}"
    assert put_with_digest(api, call, audio, right).status_code == 201
    assert put_with_digest(api, call, audio, digest(audio)).status_code == 200
    assert put_with_digest(api, call, audio, digest(b"other")).status_code == 400
    assert put_with_digest(api, call, audio, f"sha-512=:{other}:").status_code == 200


def test_an_empty_body_is_refused(api: Api, call: str, services: Services) -> None:
    assert api.put_recording(call, CALL, b"").status_code == 400
    assert listen(api, call).status_code == 404
    assert_tidy(services)


def test_a_body_that_is_too_large_leaves_nothing(api: Api, call: str, services: Services) -> None:
    largest = services.settings.max_recording_bytes
    assert api.put_recording(call, CALL, bytes(largest + 1)).status_code == 413
    assert listen(api, call).status_code == 404
    assert_tidy(services)
    assert api.put_recording(call, CALL, bytes(largest)).status_code == 201


def test_preconditions_of_an_upload(api: Api, call: str) -> None:
    audio = tone(0.1)
    absent, present = {"If-None-Match": "*"}, {"If-Match": "*"}
    assert api.put_recording(call, CALL, audio, headers=present).status_code == 412
    assert api.put_recording(call, CALL, audio, headers=absent).status_code == 201
    assert api.put_recording(call, CALL, audio, headers=absent).status_code == 412
    assert api.put_recording(call, CALL, audio, headers=present).status_code == 412
    assert api.put_recording(call, CALL, audio).status_code == 200


def test_a_recording_of_an_unknown_call_is_not_found(api: Api, client: str) -> None:
    assert api.put_recording(client, "never", tone(0.1)).status_code == 404


@pytest.mark.parametrize("name", ["x" * 201, "a%0Ab"])
def test_a_recording_id_follows_the_rules_of_ids(api: Api, unrecorded: str, name: str) -> None:
    assert api.put_recording(unrecorded, CALL, tone(0.1), name).status_code == 422


def test_what_may_not_be_recorded_is_refused_by_reason(api: Api, client: str) -> None:
    plain = api.create_client(f"{client}-plain", options=())
    silent = api.create_client(f"{client}-silent", announcement=None)
    for one, consent, slug in (
        (plain, "given", "recording-not-in-contract"),
        (client, "objected", "recording-objected"),
        (silent, "not_asked", "recording-not-announced"),
        (silent, "objected", "recording-objected"),
    ):
        call_id = f"call-{consent}"
        api.put_call(one, call_id, api.call(recording_consent=consent))
        answer = api.put_recording(one, call_id, tone(0.1))
        assert (answer.status_code, answer.json["type"].split(":")[-1]) == (403, slug)
    for one, consent in ((client, "not_asked"), (silent, "given")):
        api.put_call(one, "call-good", api.call(recording_consent=consent))
        assert api.put_recording(one, "call-good", tone(0.1)).status_code == 201


def test_the_platform_is_told_whether_to_record(api: Api, client: str) -> None:
    plain = api.create_client(f"{client}-plain", options=())
    silent = api.create_client(f"{client}-silent", announcement=None)
    assert policy(api, client) == (True, True, "recording-in-contract")
    assert policy(api, client, licence_id="licence-1") == (True, True, "recording-in-contract")
    assert policy(api, plain) == (False, False, "recording-not-in-contract")
    assert policy(api, silent) == (True, True, "recording-not-announced")
    path = f"/v1/clients/{client}/recording-policy"
    assert api.as_("platform", "GET", f"{path}?licence_id=never").status_code == 404
    assert api.as_client(client, "GET", path).status_code == 403
    licence = f"/v1/clients/{client}/licences/licence-1"
    api.as_("admin", "PATCH", licence, json={"status": "suspended"})
    found = api.as_("platform", "GET", f"{path}?licence_id=licence-1").json
    assert (found["record"], found["reason"]) == (False, "licence-not-active")


def test_nothing_is_recorded_once_the_contract_is_over(
    api: Api, client: str, clock: MovableClock
) -> None:
    api.put_call(client, CALL, api.call())
    today = clock.now().astimezone(ZoneInfo("Europe/Paris")).date()
    body = {"ended_on": today.isoformat(), "keep_account": True}
    ended = api.as_("admin", "POST", f"/v1/clients/{client}/contract-end", json=body)
    assert ended.status_code == 201
    assert policy(api, client) == (True, True, "recording-in-contract")
    clock.advance(days=1)
    assert policy(api, client) == (False, False, "contract-ended")
    assert api.put_recording(client, CALL, tone(0.1)).status_code == 201


def test_a_range_fetches_its_own_segments_only(
    api: Api, stored: str, audio: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched, fetch = [], SegmentStore.fetch

    def seen(self: SegmentStore, content: UUID, first: int, last: int) -> Iterator[bytes]:
        fetched.append((first, last))
        return fetch(self, content, first, last)

    monkeypatch.setattr(SegmentStore, "fetch", seen)
    answer = listen(api, stored, headers={"Range": "bytes=600000-600009"})
    assert answer.data == audio[600000:600010]
    assert fetched == [(2, 2)]


def test_a_recording_past_its_term_is_gone_before_any_sweep(
    api: Api, client: str, clock: MovableClock
) -> None:
    api.put_call(client, CALL, api.call())
    api.put_recording(client, CALL, tone(0.1))
    clock.advance(days=89)
    assert listen(api, client).status_code == 200
    clock.advance(days=1)
    assert listen(api, client).status_code == 410
    assert api.put_recording(client, CALL, tone(0.1)).status_code == 410
    assert api.put_recording(client, CALL, tone(0.1), "late").status_code == 410
    found = api.as_client(client, "GET", f"/v1/clients/{client}/calls/{CALL}")
    assert (found.status_code, found.json["recordings"]) == (200, [])


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=262000-262300", 262000, 262300),
        ("bytes=3000000-", 3000000, None),
        ("bytes=-1", -1, None),
        ("bytes=-70000", -70000, None),
        ("bytes=-99999999", 0, None),
        ("bytes=5-99999999", 5, None),
        ("BYTES = 1-2", 1, 2),
    ],
)
def test_a_range_is_answered_alone(
    api: Api, stored: str, audio: bytes, header: str, first: int, last: int | None
) -> None:
    answer = listen(api, stored, headers={"Range": header})
    expected = audio[first:] if last is None else audio[first : last + 1]
    start = first % len(audio)
    assert answer.status_code == 206
    assert answer.data == expected
    assert answer.headers["Content-Length"] == str(len(expected))
    end = start + len(expected) - 1
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(audio)}"
    assert answer.headers["ETag"] == listen(api, stored, method="HEAD").headers["ETag"]


def test_several_ranges_come_as_parts(api: Api, stored: str, audio: bytes) -> None:
    answer = listen(api, stored, headers={"Range": "bytes=0-9, 262100-262199,-5"})
    assert answer.status_code == 206
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    parts = message_from_bytes(head + answer.data).get_payload()
    assert [part.get_payload(decode=True) for part in parts] == [
        audio[:10],
        audio[262100:262200],
        audio[-5:],
    ]
    assert {part["Content-Type"] for part in parts} == {"audio/wav"}
    assert parts[1]["Content-Range"] == f"bytes 262100-262199/{len(audio)}"


def test_a_range_outside_of_the_audio_is_not_satisfiable(
    api: Api, stored: str, audio: bytes
) -> None:
    for header in (f"bytes={len(audio)}-", "bytes=99999999-99999999,88888888888-"):
        answer = listen(api, stored, headers={"Range": header})
        if answer.status_code != 200:  # unordered ranges may be ignored
            assert answer.status_code == 416
            assert answer.headers["Content-Range"] == f"bytes */{len(audio)}"
            assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "header",
    [
        "bytes=5-3",
        "bytes=",
        "bytes=a-b",
        "bytes=--1",
        "bytes 0-1",
        "items=0-1",
        "bytes=0-1,x",
        "bytes=0-10,5-20",
        "bytes=0-,0-,0-",
        "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 100, 2)),
        "bytes=" + "9" * 5000 + "-",
    ],
)
def test_a_malformed_or_abusive_range_is_ignored(
    api: Api, stored: str, audio: bytes, header: str
) -> None:
    answer = listen(api, stored, headers={"Range": header})
    assert (answer.status_code, len(answer.data)) == (200, len(audio))


def test_if_range_resumes_only_what_is_still_the_same(api: Api, stored: str, audio: bytes) -> None:
    known = listen(api, stored, method="HEAD").headers
    for condition, status in (
        (known["ETag"], 206),
        (known["Last-Modified"], 206),
        (f"W/{known['ETag']}", 200),
        ('"other"', 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
        ("yesterday", 200),
    ):
        headers = {"Range": "bytes=1-2", "If-Range": condition}
        assert listen(api, stored, headers=headers).status_code == status


def test_what_is_known_already_is_not_sent_again(api: Api, stored: str) -> None:
    etag = listen(api, stored, method="HEAD").headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = listen(api, stored, headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
    assert listen(api, stored, headers={"If-None-Match": '"other"'}).status_code == 200
    assert listen(api, stored, headers={"If-Match": etag}).status_code == 200
    assert listen(api, stored, headers={"If-Match": '"other"'}).status_code == 412


def test_head_has_the_headers_of_get_and_no_body(api: Api, stored: str) -> None:
    get, head = listen(api, stored), listen(api, stored, method="HEAD")
    assert head.status_code == 200
    assert head.data == b""
    assert fixed_headers(head) == fixed_headers(get)
    ranged = listen(api, stored, method="HEAD", headers={"Range": "bytes=0-1"})
    assert fixed_headers(ranged) == fixed_headers(get)


def test_range_requests_of_one_listener_are_one_opening(
    api: Api, call: str, services: Services, clock: MovableClock
) -> None:
    api.put_recording(call, CALL, tone())
    assert listen(api, call, method="HEAD").status_code == 200  # not an opening
    api.key("support")
    before = services.audit.size()
    for start in range(4):
        listen(api, call, headers={"Range": f"bytes={start}-"})
        clock.advance(seconds=60)
    assert services.audit.size() == before + 1
    path = recording_path(call, CALL)
    api.as_("support", "GET", path, headers=STAFF)
    assert services.audit.size() == before + 2
    clock.advance(seconds=60)
    listen(api, call)
    assert services.audit.size() == before + 3


def test_only_the_client_and_support_with_a_purpose_listen(api: Api, stored: str) -> None:
    path = recording_path(stored, CALL)
    assert api.as_("support", "GET", path).status_code == 403
    assert api.as_("support", "GET", path, headers=STAFF).status_code == 200
    for role in ("platform", "admin", "dpo", "billing", "legal", "auditor"):
        assert api.as_(role, "GET", path, headers=STAFF).status_code == 403
    other = api.create_client(f"{stored}-other")
    assert api.as_client(other, "GET", path).status_code == 404
    limited = api.client_key(stored, ["licence-1"])
    assert api.request("GET", path, limited).status_code == 200
    api.create_licence(stored, "licence-2")
    elsewhere = api.client_key(stored, ["licence-2"])
    assert api.request("GET", path, elsewhere).status_code == 404


def _border_sizes() -> list[int]:
    """Sizes at which the number of segments changes, and where segments become large."""
    small = [SMALL_SEGMENT - TAG - HEADER_BYTES + n for n in (-1, 0, 1)]
    second = [2 * (SMALL_SEGMENT - TAG) - HEADER_BYTES + n for n in (-1, 0, 1)]
    switch = [LARGE_SEGMENT + n for n in (-1, 0, 1)]
    large = [2 * (LARGE_SEGMENT - TAG) - HEADER_BYTES + n for n in (-1, 0, 1)]
    return [1, 2, *small, *second, *switch, *large]


@pytest.fixture(scope="package")
def bordering(module_api: Api) -> dict[int, str]:
    """A client's recordings, one for each size at a border; the id is the size."""
    client = module_api.create_client("borders")
    module_api.put_call(client, CALL, module_api.call(timedelta(hours=1)))
    for size in _border_sizes():
        sent = module_api.put_recording(client, CALL, noise(size), str(size))
        assert sent.status_code == 201
    return dict.fromkeys(_border_sizes(), client)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_any_range_around_segment_borders_is_the_slice(
    module_api: Api, bordering: dict[int, str], data: st.DataObject
) -> None:
    size = data.draw(st.sampled_from(_border_sizes()))
    edges = [n for n in (0, size // 2, size - 1) if n < size]
    edges += [n - 1 for n in _border_sizes() if n - 1 < size]
    near = st.sampled_from(edges).flatmap(lambda edge: st.integers(edge - 2, edge + 2))
    first = data.draw((st.integers(0, size - 1) | near).filter(lambda n: 0 <= n < size))
    last = data.draw((st.integers(first, size + 9) | near).filter(lambda n: n >= first))
    headers = {"Range": f"bytes={first}-{last}"}
    answer = listen(module_api, bordering[size], str(size), headers=headers)
    assert answer.status_code == 206
    assert answer.data == noise(size)[first : last + 1]


def noise(size: int) -> bytes:
    """Bytes without a period, the same for the same size."""
    return hashlib.shake_128(size.to_bytes(4, "big")).digest(size)


def listen(
    api: Api, client: str, recording_id: str | None = None, method: str = "GET", **more: object
) -> TestResponse:
    return api.as_client(client, method, recording_path(client, CALL, recording_id), **more)


def put_with_digest(api: Api, client: str, audio: bytes, header: str) -> TestResponse:
    return api.put_recording(client, CALL, audio, headers={"Content-Digest": header})


def digest(content: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def fixed_headers(answer: TestResponse) -> dict[str, str]:
    return {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Date")}


def policy(api: Api, client: str, **query: str) -> tuple[bool, bool, str]:
    path = f"/v1/clients/{client}/recording-policy"
    answer = api.as_("platform", "GET", path, query_string=query).json
    return answer["record"], answer["announce"], answer["reason"]
