"""Time stamps: asked of a local authority, checked by us and by OpenSSL, refused when altered."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.crypto.timestamp_authority import TimestampAuthority
from telecom_privacy.crypto.timestamps import (
    accept_stamp,
    check_imprint,
    request_stamp,
    verify_stamp,
)
from telecom_privacy.errors import ConfigurationError, IntegrityError, Unavailable
from tests.crypto.timestamping import Authority, serving
from tests.programs import program

CONTENT = b"what was signed"
REPLY = "application/timestamp-reply"
REFUSED = bytes.fromhex("30053003020102")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with serving(tmp_path_factory.mktemp("authority")) as authority:
        yield authority


@pytest.fixture
def authority(running: Authority) -> Iterator[Authority]:
    usual = running.answer
    yield running
    running.answer = usual


@pytest.fixture(scope="module")
def stamp(running: Authority) -> bytes:
    return TimestampAuthority(running.url, running.root).stamp(CONTENT)


def openssl_verifies(authority: Authority, folder: Path, stamp: bytes, content: bytes) -> bool:
    (folder / "stamp.tsr").write_bytes(stamp)
    (folder / "content").write_bytes(content)
    command = "ts -verify -in stamp.tsr -data content -CAfile"
    root = str(authority.folder / "ca.pem")
    done = subprocess.run(
        [program("openssl"), *command.split(), root], cwd=folder, capture_output=True, check=False
    )
    return done.returncode == 0


def test_a_stamp_says_when_the_content_existed(
    authority: Authority, stamp: bytes, tmp_path: Path
) -> None:
    at = verify_stamp(stamp, CONTENT, authority.root)
    assert abs((datetime.now(UTC) - at).total_seconds()) < 600
    check_imprint(stamp, CONTENT)
    assert openssl_verifies(authority, tmp_path, stamp, CONTENT)
    assert not openssl_verifies(authority, tmp_path, stamp, CONTENT + b"x")


def test_a_stamp_over_other_content_is_refused(authority: Authority, stamp: bytes) -> None:
    with pytest.raises(IntegrityError):
        verify_stamp(stamp, b"other", authority.root)
    with pytest.raises(IntegrityError, match="another content"):
        check_imprint(stamp, b"other")


def test_a_stamp_of_another_authority_is_refused(stamp: bytes) -> None:
    other = CertifiedKey.generate("other", datetime.now(UTC)).certificate_pem.encode()
    with pytest.raises(IntegrityError):
        verify_stamp(stamp, CONTENT, other)


def test_no_altered_stamp_gives_another_time_or_fails_otherwise(
    authority: Authority, stamp: bytes
) -> None:
    at = verify_stamp(stamp, CONTENT, authority.root)
    for place in range(0, len(stamp), 3):
        altered = stamp[:place] + bytes([stamp[place] ^ 1]) + stamp[place + 1 :]
        try:
            assert verify_stamp(altered, CONTENT, authority.root) == at
        except IntegrityError:
            continue


@pytest.mark.parametrize("junk", [b"", b"junk", REFUSED])
def test_junk_is_no_stamp(authority: Authority, junk: bytes) -> None:
    with pytest.raises(IntegrityError):
        verify_stamp(junk, CONTENT, authority.root)
    with pytest.raises(IntegrityError):
        check_imprint(junk, CONTENT)


def test_an_answer_to_another_request_is_refused(authority: Authority) -> None:
    earlier = authority.stamp(request_stamp(CONTENT).body)
    with pytest.raises(IntegrityError):
        accept_stamp(request_stamp(CONTENT), earlier, authority.root)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((500, REPLY, b""), Unavailable),
        ((302, REPLY, b""), Unavailable),
        ((200, "text/html", b"<html>"), Unavailable),
        ((200, REPLY, bytes(70_000)), Unavailable),
        ((200, REPLY, REFUSED), Unavailable),
        ((200, REPLY, b"junk"), IntegrityError),
    ],
)
def test_what_is_not_a_stamp_is_told_apart_from_a_wrong_one(
    authority: Authority, answer: tuple[int, str, bytes], error: type[Exception]
) -> None:
    authority.answer = lambda _: answer
    with pytest.raises(error):
        TimestampAuthority(authority.url, authority.root).stamp(CONTENT)


def test_an_authority_that_is_not_there_is_unavailable(authority: Authority) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        TimestampAuthority("http://127.0.0.1:9/", authority.root).stamp(CONTENT)


def test_an_authority_that_never_answers_is_given_up(authority: Authority) -> None:
    given_up = threading.Event()

    def wait(_: bytes) -> tuple[int, str, bytes]:
        given_up.wait()
        return 200, REPLY, b""

    authority.answer = wait
    try:
        with pytest.raises(Unavailable, match="cannot be reached"):
            TimestampAuthority(authority.url, authority.root, patience=0.1).stamp(CONTENT)
    finally:
        given_up.set()


@contextmanager
def dripping(start: bytes) -> Iterator[str]:
    """An address where an answer begins with `start` and goes on, byte by byte, for seconds.

    Fails if somebody waits for all of it.
    """
    over, listener = threading.Event(), socket.create_server(("127.0.0.1", 0))
    sent_whole = threading.Event()

    def drip() -> None:
        connected, _ = listener.accept()
        with connected, suppress(OSError):
            connected.sendall(start)
            for _ in range(200):
                if over.wait(0.02):
                    return
                connected.sendall(b"x")
            sent_whole.set()

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listener.close()
    assert not sent_whole.is_set()


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.0 200 OK\r\nX-Drip: ",
        b"HTTP/1.0 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n",
        b"\x16\x03\x03\x40\x00",  # the head of a long TLS record
    ],
)
def test_an_authority_that_drips_is_given_up_as_a_whole(
    authority: Authority, scheme: str, start: bytes
) -> None:
    with dripping(start) as address:
        asked = TimestampAuthority(f"{scheme}://{address}", authority.root, patience=0.2)
        with pytest.raises(Unavailable):
            asked.stamp(CONTENT)


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "http://", "http://host:x/", "http://["])
def test_only_addresses_of_http_are_taken(authority: Authority, url: str) -> None:
    with pytest.raises(ConfigurationError):
        TimestampAuthority(url, authority.root)


def test_the_certificates_of_the_authority_have_to_be_some(authority: Authority) -> None:
    with pytest.raises(ConfigurationError):
        TimestampAuthority(authority.url, b"junk")
