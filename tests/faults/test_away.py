"""A database or keystore that is away: 503 at once, nothing stored, back without a restart."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pymongo import MongoClient

from telecom_privacy.storage.embedded import EmbeddedServer
from tests.builders import MovableClock
from tests.faults.harness import Service, wait_for

PATH = "/v1/clients/cabinet/calls"


def test_a_frozen_database_gives_503_and_works_again_when_it_thaws(service: Service) -> None:
    key, body = _prepared(service)
    with _frozen(service.database_pid()):
        _assert_unavailable(service, key, "frozen", body)
    _assert_works_again(service, key, "frozen", body)


def test_a_killed_database_gives_503_until_it_has_come_back(service: Service) -> None:
    key, body = _prepared(service)
    supervisor = _parent(service.database_pid())
    with _frozen(supervisor):  # or it would be back before anybody noticed
        os.kill(service.database_pid(), signal.SIGKILL)
        _assert_unavailable(service, key, "killed", body)
    _assert_works_again(service, key, "killed", body)


def test_a_keystore_that_is_away_stops_the_storing_though_the_data_could_be_written(
    tmp_path: Path,
) -> None:
    with (
        EmbeddedServer.start(tmp_path / "bulk") as bulk,
        EmbeddedServer.start(tmp_path / "keystore") as keystore,
        _serving_on(tmp_path, bulk, keystore) as service,
    ):
        key, body = _prepared(service)
        before = _everything_in(bulk)
        assert keystore.pid is not None
        with _frozen(keystore.pid):
            _assert_unavailable(service, key, "call", body)
            assert _everything_in(bulk) == before
        _assert_works_again(service, key, "call", body)


@contextmanager
def _serving_on(
    directory: Path, bulk: EmbeddedServer, keystore: EmbeddedServer
) -> Iterator[Service]:
    more = {"MONGODB_URI": bulk.uri, "AUDIT_URI": bulk.uri, "KEYSTORE_URI": keystore.uri}
    service = Service(directory, more=more)
    try:
        yield service.start()
    finally:
        service.stop()


def _everything_in(server: EmbeddedServer) -> dict[str, list[object]]:
    """All records, without what the workers note while they run."""
    with MongoClient(server.uri, uuidRepresentation="standard") as client:
        found = client["telecom_privacy_bulk"]
        return {name: list(found[name].find()) for name in ("calls", "traffic", "segments")}


def _prepared(service: Service) -> tuple[str, dict[str, object]]:
    """A platform's key and a call that can be stored."""
    clock = MovableClock()
    with service.api(clock) as api:
        if api.as_("admin", "GET", "/v1/clients/cabinet").status_code == 404:
            api.create_client()
        return api.key("platform"), api.call()


def _assert_unavailable(service: Service, key: str, call_id: str, body: object) -> None:
    wait_for(lambda: service.request("GET", "/readyz").status == 503)
    answer = service.request("PUT", f"{PATH}/{call_id}", key, body)
    assert answer.status == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json["status"] == 503
    assert service.request("GET", "/healthz").status == 200


def _assert_works_again(service: Service, key: str, call_id: str, body: object) -> None:
    wait_for(lambda: service.request("GET", "/readyz").status == 200)
    answer = service.insist("PUT", f"{PATH}/{call_id}", key=key, body=body)
    assert answer.status in (200, 201)


@contextmanager
def _frozen(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
