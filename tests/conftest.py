"""One real database for the whole session, a fresh set of databases for each test that asks."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import EmbeddedServer
from tests.builders import Api, MovableClock
from tests.prepared import drop_databases
from tests.routing import compile_routes_once
from tests.wiring import own_settings, wired

_LAST_WORDS = 4_000
"""Characters of the embedded database's log that a failed test shows."""

_MEMORY = Path("/dev/shm")  # noqa: S108 - a private directory is made in it
_ROOM = 2 * 1024**3
"""Bytes that a database kept in memory may need; a tenth of it suffices now."""

_URIS = ("MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")

_LONGEST = (
    "demo/test_run.py",
    "policies/test_release.py",
    "faults/test_kills.py",
    "model/test_histories.py",
    "faults/test_start.py",
    "faults/test_storm.py",
    "http/test_slow.py",
    "faults/test_away.py",
    "storage/test_embedded.py",
    "retention/test_replay_raw.py",
    "retention/test_finality_proof.py",
    "faults/test_full_disk.py",
    "faults/test_finality.py",
    "demo/test_walkthrough.py",
    "model/test_erasure_machine.py",
    "faults/test_memory.py",
    "reversibility/test_withdrawal.py",
    "disclosure/test_twins.py",
)
"""Files that take long, though some hold few tests; most of their time they wait for processes."""

_LOG = pytest.StashKey[Path]()

compile_routes_once()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files: at the end, one of them alone makes everybody wait."""
    ranks = {Path(__file__).parent / name: rank for rank, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show with a failed test what the database said: it is a beta, and may be the reason."""
    report = yield
    log = item.config.stash.get(_LOG, None)
    if report.failed and log and (said := log.read_text(errors="replace")):
        report.sections.append(("embedded database", said[-_LAST_WORDS:]))
    return report


@pytest.fixture(scope="session")
def database_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the embedded database lies: in memory if there is room: no test waits for a disk.

    It syncs every commit all the same. Tests of what a disk keeps start databases of their own.
    """
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ROOM:
        yield tmp_path_factory.mktemp("database")
        return
    with TemporaryDirectory(dir=_MEMORY, prefix="telecom-privacy-tests-") as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def database_settings(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings that name a database: the one of the environment, else an embedded one."""
    given = {
        PREFIX + name: os.environ[PREFIX + name] for name in _URIS if PREFIX + name in os.environ
    }
    if given:
        base = Settings.from_environment(given)
        yield base
        drop_databases(base)
        return
    directory: Path = request.getfixturevalue("database_directory")
    with EmbeddedServer.start(directory) as server:
        request.config.stash[_LOG] = directory / "embedded.log"
        yield Settings.from_environment({PREFIX + name: server.uri for name in _URIS})


@pytest.fixture
def settings(database_settings: Settings, tmp_path: Path) -> Settings:
    """Settings with databases, root keys and a data directory of their own."""
    return own_settings(database_settings, tmp_path)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    """A wired service whose time the test moves. Nothing of it is left for the next test."""
    with wired(settings, clock) as services:
        yield services


@pytest.fixture
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture
def api(app: Flask, services: Services, clock: MovableClock) -> Api:
    """The service over (in-process) HTTP, with an API key for every role."""
    return Api(app, services.accounts, clock)
