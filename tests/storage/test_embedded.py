"""The embedded database as a service uses it: found, alone on its data, back after a kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.storage import embedded
from telecom_privacy.storage.embedded import EmbeddedServer, running
from telecom_privacy.storage.embedded_state import EmbeddedState, answers
from telecom_privacy.storage.embedded_supervisor import Upkeep, keep_up


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("embedded") / "data"


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[EmbeddedServer]:
    with EmbeddedServer.start(data) as server:
        yield server


def test_what_was_acknowledged_is_there_after_a_kill_and_an_automatic_restart(
    server: EmbeddedServer,
) -> None:
    with _connect(server) as client:
        client["test"]["survivors"].insert_one({"_id": 1})
        first = server.pid
        os.kill(first, signal.SIGKILL)
        _wait_for(lambda: server.pid not in (None, first))
        assert client["test"]["survivors"].find_one({"_id": 1}) == {"_id": 1}


def test_a_database_that_answers_no_more_is_found_out_and_says_where_it_stood(
    server: EmbeddedServer, data: Path
) -> None:
    assert keep_up(server.uri) is Upkeep.DONE
    stuck = server.pid
    assert stuck
    os.kill(stuck, signal.SIGSTOP)
    assert keep_up(server.uri, answer_ms=300) is Upkeep.UNANSWERED
    os.kill(stuck, signal.SIGABRT)  # as the supervisor does then
    os.kill(stuck, signal.SIGCONT)
    _wait_for(lambda: server.pid not in (None, stuck))
    assert "most recent call first" in (data / "embedded.log").read_text()
    assert keep_up(server.uri) is Upkeep.DONE


def test_a_directory_keeps_its_data_from_one_run_to_the_next(tmp_path: Path) -> None:
    for earlier_runs in range(2):
        with EmbeddedServer.start(tmp_path / "data") as server, _connect(server) as client:
            assert client["test"]["records"].count_documents({}) == earlier_runs
            client["test"]["records"].insert_one({})


def test_the_command_line_finds_the_running_database_and_none_afterwards(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    assert running(directory) is None
    with EmbeddedServer.start(directory) as server:
        assert running(directory) == server.uri
    assert running(directory) is None
    assert not answers(server.uri, milliseconds=200)


def test_a_stale_note_of_a_database_that_was_killed_is_not_believed(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    abandoned = tmp_path / "abandoned"
    abandoned.mkdir()
    (abandoned / "embedded.lock").touch()
    EmbeddedState(server.port, 1).write(abandoned)
    assert running(abandoned) is None


def test_a_second_service_on_the_same_directory_is_refused(
    server: EmbeddedServer, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_LOCK_SECONDS", 0.1)
    with pytest.raises(ConfigurationError, match="another service is using the data directory"):
        EmbeddedServer.start(data)
    assert running(data) == server.uri


def test_a_taken_port_is_refused(server: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=f"port {server.port}: it is taken"):
        EmbeddedServer.start(tmp_path / "other", port=server.port)


def test_a_data_directory_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared" / "file").touch()
    with pytest.raises(ConfigurationError, match="must be private"):
        EmbeddedServer.start(tmp_path / "shared")


def test_a_new_data_directory_is_private(server: EmbeddedServer, data: Path) -> None:
    assert data.stat().st_mode & 0o777 == 0o700


def test_a_program_that_does_not_start_says_why_in_one_line(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    (directory / "embedded").write_text("not a directory")
    with pytest.raises(ConfigurationError, match=r"^the embedded database does not start: [^\n]+$"):
        EmbeddedServer.start(directory)
    assert running(directory) is None


def test_a_missing_program_names_the_extra_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"install the extra telecom-privacy\[embedded\]"):
        EmbeddedServer.start(tmp_path / "data")


def test_the_database_dies_with_a_service_that_is_killed(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    program = (
        "import os, signal, sys; from pathlib import Path; "
        "from telecom_privacy.storage.embedded import EmbeddedServer; "
        "print(EmbeddedServer.start(Path(sys.argv[1])).uri, flush=True); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    service = subprocess.run(
        [sys.executable, "-c", program, str(directory)],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert service.returncode == -signal.SIGKILL
    _wait_for(lambda: not answers(service.stdout.strip(), milliseconds=200))
    with EmbeddedServer.start(directory) as successor:
        assert running(directory) == successor.uri


def test_stopping_twice_is_harmless(tmp_path: Path) -> None:
    server = EmbeddedServer.start(tmp_path / "data")
    server.stop()
    server.stop()
    assert server.pid is None


def test_transactions_work(server: EmbeddedServer) -> None:
    with _connect(server) as client, client.start_session() as session:
        with session.start_transaction():
            client["test"]["records"].insert_one({"_id": 1}, session=session)
            session.abort_transaction()
        assert client["test"]["records"].count_documents({}) == 0


def _connect(server: EmbeddedServer) -> MongoClient[dict[str, Any]]:
    return MongoClient(server.uri, serverSelectionTimeoutMS=20_000)


def _wait_for(is_true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
