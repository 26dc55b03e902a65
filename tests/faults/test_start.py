"""Root keys that are not right stop the start with one line, and nothing is made in their place."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest

from telecom_privacy import preparation, serving
from telecom_privacy.settings import METRICS_DIRECTORY, PREFIX, Settings
from telecom_privacy.storage.embedded import EmbeddedServer
from tests.faults.harness import free_port

Refused = Callable[[Mapping[str, str], str], None]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    with EmbeddedServer.start(tmp_path_factory.mktemp("database")) as server:
        yield server


@pytest.fixture
def environment(database: EmbeddedServer, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation that has been started before."""
    ours = dict.fromkeys(("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI"), database.uri)
    ours |= {
        "DATABASE_PREFIX": f"test_{uuid4().hex[:12]}",
        "DATA_DIR": str(tmp_path / "data"),
        "KEY_DIR": str(tmp_path / "keys"),
        "PORT": str(free_port()),
        "WORKERS": "1",
    }
    named = {PREFIX + name: value for name, value in ours.items()}
    preparation.prepare(Settings.from_environment(named))
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    return inherited | named


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Refused:
    """Asserts that what gunicorn's master does before it forks ends it, with one line."""

    def refused(environment: Mapping[str, str], reason: str) -> None:
        monkeypatch.setenv(METRICS_DIRECTORY, "")
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            serving.prepare([])
        assert ended.value.code == 1
        _assert_one_line(capfd.readouterr().err, reason)

    return refused


def test_an_unknown_root_id_stops_the_start(
    environment: dict[str, str], tmp_path: Path, refused: Refused
) -> None:
    _edit(tmp_path / "keys" / "processor.key", id=str(uuid4()))
    refused(environment, "is not the one that this keystore belongs to")


def test_another_secret_under_a_known_root_id_stops_the_start(
    environment: dict[str, str], tmp_path: Path, refused: Refused
) -> None:
    other = json.loads((tmp_path / "keys" / "controller.key").read_text())["secret"]
    _edit(tmp_path / "keys" / "processor.key", secret=other)
    refused(environment, "is not the one that this keystore belongs to")


@pytest.mark.parametrize("name", ["keys", "keys/controller.key"])
def test_a_mode_that_lets_others_read_stops_the_start(
    environment: dict[str, str], tmp_path: Path, refused: Refused, name: str
) -> None:
    (tmp_path / name).chmod(0o750)
    refused(environment, "mode 750 lets others read the root keys")


def test_a_missing_root_file_ends_the_whole_service_and_is_not_made_anew(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "keys" / "processor.key").unlink()
    reason = "processor.key: the root key file cannot be read"
    ended = _serve(environment)
    assert ended.returncode == 1
    _assert_one_line(ended.stderr, reason)
    assert "Traceback" not in ended.stdout + ended.stderr
    assert not (tmp_path / "keys" / "processor.key").exists()


def test_a_keystore_in_use_never_gets_new_roots(
    environment: dict[str, str], tmp_path: Path, refused: Refused
) -> None:
    shutil.rmtree(tmp_path / "keys")
    refused(environment, "controller.key: the root key file cannot be read")
    assert not (tmp_path / "keys").exists()


def test_another_installation_s_keystore_stops_the_start(
    environment: dict[str, str], tmp_path: Path, refused: Refused
) -> None:
    other = {**environment, PREFIX + "KEY_DIR": str(tmp_path / "other")}
    other[PREFIX + "DATABASE_PREFIX"] = f"test_{uuid4().hex[:12]}"
    ours = {k: v for k, v in other.items() if k.startswith(PREFIX)}
    preparation.prepare(Settings.from_environment(ours))
    environment[PREFIX + "DATABASE_PREFIX"] = other[PREFIX + "DATABASE_PREFIX"]
    refused(environment, "is not the one that this keystore belongs to")


def test_a_database_that_is_away_stops_the_start(
    environment: dict[str, str], refused: Refused
) -> None:
    nobody = f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=500"
    for name in ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI"):
        environment[PREFIX + name] = nobody
    refused(environment, "the database does not answer")


def _edit(path: Path, **changes: str) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _serve(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("telecom-privacy"), "serve"],
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def _assert_one_line(said: str, reason: str) -> None:
    (line,) = [line for line in said.splitlines() if line.startswith("telecom-privacy: ")]
    assert reason in line
