"""Bodies over a real socket: cut off, malformed, in chunks."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from telecom_privacy.settings import Settings
from telecom_privacy.storage.mongo import Databases, connect
from tests.builders import recording_path, tone
from tests.http.gunicorn import Service, serving

AUDIO = tone(60)
CLIENT = "cabinet"


@pytest.fixture(scope="module")
def small(settings: Settings) -> Settings:
    return replace(settings, max_recording_bytes=1024**2)


@pytest.fixture(scope="module")
def databases(small: Settings) -> Iterator[Databases]:
    databases = connect(small)
    yield databases
    for database in (databases.bulk, databases.keystore, databases.audit):
        database.client.drop_database(database.name)
    databases.close()


@pytest.fixture(scope="module")
def service(small: Settings, databases: Databases) -> Iterator[Service]:
    with serving(small) as service:
        service.keys["client"] = service.create_client(CLIENT)
        yield service


@pytest.fixture
def call(service: Service) -> str:
    """A call of this test's own."""
    now = datetime.now(UTC)
    body = {
        "licence_id": "licence-1",
        "direction": "in",
        "from": None,
        "to": "+33187654321",
        "started_at": (now - timedelta(minutes=1)).isoformat(),
        "answered_at": None,
        "ended_at": now.isoformat(),
        "disposition": "ANSWERED",
        "recording_consent": "given",
    }
    call_id = f"call-{uuid4()}"
    path = f"/v1/clients/{CLIENT}/calls/{call_id}"
    key, json_type = service.keys["platform"], "application/json"
    assert service.request("PUT", path, key, json.dumps(body), Content_Type=json_type)[0] == 201
    return call_id


def test_a_body_in_chunks_is_stored(service: Service, call: str) -> None:
    pieces = iter([AUDIO[:1], AUDIO[1:300_000], AUDIO[300_000:]])
    headers = {"Content_Type": "audio/wav", "Transfer_Encoding": "chunked"}
    status, answer = put(service, call, pieces, **headers)
    assert (status, json.loads(answer)["bytes"]) == (201, len(AUDIO))
    assert get(service, call) == (200, AUDIO)


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (f"Content-Length: {len(AUDIO)}", AUDIO[:-1]),
        (f"Content-Length: {len(AUDIO)}", AUDIO[:400_000]),
        ("Content-Length: 5", b""),
        ("Transfer-Encoding: chunked", b"5\r\nabcde\r\n"),
        ("Transfer-Encoding: chunked", b"ffff\r\nabcde"),
        ("Transfer-Encoding: chunked", b"5\r\nabcde\r\nzz\r\nabc\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b"5\r\nabcdefgh\r\n0\r\n\r\n"),
        ("Transfer-Encoding: chunked", b""),
    ],
)
def test_a_body_that_is_cut_off_or_malformed_leaves_nothing(
    service: Service, databases: Databases, call: str, framing: str, body: bytes
) -> None:
    answer = service.raw([*head(call), framing], body, service.keys["platform"])
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert_nothing_stored(service, databases, call)


def test_a_sender_that_vanishes_leaves_nothing(
    service: Service, databases: Databases, call: str
) -> None:
    framing = f"Content-Length: {len(AUDIO)}"
    service.vanish([*head(call), framing], AUDIO[:500_000], service.keys["platform"])
    assert_nothing_stored(service, databases, call)
    assert put(service, call, AUDIO, Content_Type="audio/wav")[0] == 201


def test_a_body_that_is_too_large_is_answered_even_to_a_sender_that_goes_on(
    service: Service, databases: Databases, call: str
) -> None:
    large = bytes(3 * 1024**2)
    assert put(service, call, large, Content_Type="audio/wav")[0] == 413
    headers = {"Content_Type": "audio/wav", "Transfer_Encoding": "chunked"}
    assert put(service, call, iter([large]), **headers)[0] == 413
    assert_nothing_stored(service, databases, call)


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\r", "\x7f", "é"])
def test_a_media_type_cannot_carry_control_characters_into_an_answer(
    service: Service, databases: Databases, call: str, character: str
) -> None:
    lines = [head(call)[0], f"Content-Type: audio/wav;{character}X-Injected: 1"]
    lines.append("Content-Length: 3")
    answer = service.raw(lines, b"abc", service.keys["platform"])
    assert answer.split(b" ")[1] in (b"400", b"415")
    assert_nothing_stored(service, databases, call)


def test_head_over_the_wire_has_a_length_and_no_body(service: Service, call: str) -> None:
    put(service, call, AUDIO, Content_Type="audio/wav")
    path = recording_path(CLIENT, call)
    lines = [f"HEAD {path} HTTP/1.1", "Connection: close"]
    answer = service.raw(lines, b"", service.keys["client"])
    received, _, body = answer.partition(b"\r\n\r\n")
    assert f"Content-Length: {len(AUDIO)}".encode() in received
    assert body == b""


def head(call: str) -> list[str]:
    path = recording_path(CLIENT, call)
    return [f"PUT {path} HTTP/1.1", "Content-Type: audio/wav"]


def put(service: Service, call: str, body: object, **headers: str) -> tuple[int, bytes]:
    path = recording_path(CLIENT, call)
    return service.request("PUT", path, service.keys["platform"], body, **headers)


def get(service: Service, call: str) -> tuple[int, bytes]:
    return service.request("GET", recording_path(CLIENT, call), service.keys["client"])


def assert_nothing_stored(service: Service, databases: Databases, call: str) -> None:
    """No recording of the call; and soon no segment and no key that an upload has left."""
    assert get(service, call)[0] == 404
    listed = [
        entry["record_id"]
        for found in databases.bulk["calls"].find()
        for entry in found["recordings"]
    ]
    left = {"content": {"$nin": listed}}
    pending = {"pending_since": {"$exists": True}, "keys": {"$ne": {}}}
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        segments = databases.bulk["segments"].count_documents(left)
        keys = databases.keystore["record_keys"].count_documents(pending)
        if not segments and not keys:
            return
        time.sleep(0.05)
    raise AssertionError("segments or keys of an unfinished upload are left")
