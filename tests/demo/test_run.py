"""The whole demo, as its user runs it."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from telecom_privacy.demo.process import free_port, program
from telecom_privacy.storage.embedded import running

AWAY = "mongodb://127.0.0.1:1"  # the demo must not even try another database
CLAIMS = (
    "of 26 recordings 0 are found",
    "a number planted in plaintext is found by the same search",
    "audio planted in plaintext is found by the same search",
    "the bytes are those of the original",
    "404 for the call",
    "cabinet-exemple: 410 Gone, before any sweep",
    "the sweep erased just these",
    "docteur-modele: still played",
    "a receipt is genuine, and its entry is in the log",
    "the certificate is genuine",
    "a certificate that counts one more is refused",
    "the log is whole, and only grew since the earlier checkpoint",
)


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """A shell lets what it runs in the background ignore SIGINT, and so would the demo then."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def port() -> int:
    return free_port()


def test_the_demo_shows_everything_then_serves_until_it_is_interrupted(
    tmp_path: Path, port: int
) -> None:
    with _demo(tmp_path, port, "--serve") as demo:
        said = _until(demo, "  for example:")
        key = (tmp_path / "demo" / "cabinet-exemple.key").read_text().strip()
        status, found = _get(port, "/v1/clients/cabinet-exemple/calls?number=0639980001", key)
        demo.send_signal(signal.SIGINT)
        rest, errors = demo.communicate(timeout=60)
    assert demo.returncode == 0, errors
    assert errors == ""
    claims = re.findall(r"^  ok  (.*)$", said, re.MULTILINE)
    assert set(CLAIMS) <= set(claims)
    assert re.search(r"^  calls +246$", said, re.MULTILINE)
    assert re.search(r"^  recordings +32 \(.* MB\), 3 of them erased$", said, re.MULTILINE)
    assert f"The service goes on at http://127.0.0.1:{port}" in said
    assert "\x1b" not in said + rest
    assert status == 200 and json.loads(found)["items"]
    _assert_stopped(tmp_path, port)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_at_any_time_stops_service_and_database(
    tmp_path: Path, port: int, number: signal.Signals
) -> None:
    with _demo(tmp_path, port, "--serve") as demo:
        _until(demo, "Handing in")
        demo.send_signal(number)
        _, errors = demo.communicate(timeout=60)
    assert demo.returncode == (-number if number is signal.SIGKILL else 130)
    assert errors == ""
    _assert_stopped(tmp_path, port)


def test_a_taken_port_is_one_clear_line(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)), _demo(tmp_path, port, "--serve") as demo:
        _, errors = demo.communicate(timeout=60)
    assert demo.returncode == 1
    assert errors.startswith(f"telecom-privacy: cannot listen on 127.0.0.1 port {port}: ")
    assert errors.count("\n") == 1


@contextmanager
def _demo(directory: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    names = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")
    environment = os.environ | {f"TELECOM_PRIVACY_{name}": AWAY for name in names}
    environment |= {
        "TELECOM_PRIVACY_DATA_DIR": str(directory),
        "TELECOM_PRIVACY_PORT": str(port),
        "TELECOM_PRIVACY_WORKERS": "2",
    }
    with subprocess.Popen(
        [program(), "demo", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        try:
            yield demo
        finally:
            if demo.poll() is None:
                demo.terminate()


def _until(demo: subprocess.Popen[str], line: str) -> str:
    """What the demo says up to a line."""
    said = ""
    for printed in demo.stdout or ():
        said += printed
        if printed.rstrip("\n") == line:
            return said
    pytest.fail(f"the demo ended early:\n{said}")


def _get(port: int, path: str, key: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    found = (answer.status, answer.read())
    connection.close()
    return found


def _assert_stopped(directory: Path, port: int) -> None:
    """Nothing listens any more and nothing holds the database; after SIGKILL in a moment."""
    deadline = time.monotonic() + 15
    while (_listens(port) or running(directory / "demo")) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _listens(port)
    assert running(directory / "demo") is None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
