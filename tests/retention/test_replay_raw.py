"""After a restore of the databases' own files nothing erased comes back, and the rest reads."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from telecom_privacy import bootstrap, preparation
from telecom_privacy.app import create_app
from telecom_privacy.settings import PREFIX, Settings
from telecom_privacy.storage.embedded import EmbeddedServer
from tests.builders import Api, MovableClock, recording_path
from tests.cli.builders import COMMAND
from tests.retention.builders import (
    AUDIO,
    call_status,
    key_slots,
    new_client,
    put_recorded_call,
    recording_status,
)

URIS = {"bulk": "MONGODB_URI", "keystore": "KEYSTORE_URI", "audit": "AUDIT_URI"}


@dataclass
class Machines:
    """Each of the three databases is a server of its own, with a directory of its own."""

    place: Path
    servers: dict[str, EmbeddedServer] = field(default_factory=dict)

    def start(self, name: str) -> None:
        port = self.servers[name].port if name in self.servers else None
        self.servers[name] = EmbeddedServer.start(self.place / name, port)

    def copy(self, name: str) -> None:
        shutil.copytree(self.place / name, self.place / f"{name}-copy")

    def restore(self, name: str) -> None:
        """Put the raw copy in the place of what the server has, while it is stopped."""
        self.servers[name].stop()
        shutil.rmtree(self.place / name)
        shutil.copytree(self.place / f"{name}-copy", self.place / name)
        self.start(name)

    @property
    def environment(self) -> dict[str, str]:
        found = {URIS[name]: server.uri for name, server in self.servers.items()}
        found |= {"DATA_DIR": str(self.place / "data"), "KEY_DIR": str(self.place / "keys")}
        return {PREFIX + name: value for name, value in found.items()}


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    machines = Machines(tmp_path)
    try:
        for name in URIS:
            machines.start(name)
        yield machines
    finally:
        for server in machines.servers.values():
            server.stop()


@contextmanager
def worker(machines: Machines, clock: MovableClock) -> Iterator[tuple[Api, bootstrap.Services]]:
    """A worker that is started for this alone: whoever restores has stopped all of them."""
    settings = Settings.from_environment(machines.environment)
    services = bootstrap.build_services(settings, clock)
    try:
        yield Api(create_app(services), services.accounts, clock), services
    finally:
        services.databases.close()


def replay(machines: Machines) -> None:
    inherited = {name: value for name, value in os.environ.items() if PREFIX not in name}
    done = subprocess.run(
        [COMMAND, "erasures", "replay"],
        env=inherited | machines.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "all of the ledger" in done.stdout


def test_a_replay_after_raw_files_were_put_back_erases_all_again_and_keeps_the_rest(
    machines: Machines, clock: MovableClock
) -> None:
    preparation.prepare(Settings.from_environment(machines.environment))
    with worker(machines, clock) as (api, services):
        client = new_client(api)
        before = key_slots(services)
        put_recorded_call(api, client, "gone")
        lost = key_slots(services) - before
        put_recorded_call(api, client, "kept", note="kept note")
        for name in ("bulk", "keystore"):
            machines.copy(name)
        path = f"/v1/clients/{client}/calls/gone"
        assert api.as_client(client, "DELETE", path).status_code == 204
        lost -= key_slots(services)
    assert len(lost) == 2

    for restored in (["bulk"], ["bulk", "keystore"]):
        for name in restored:
            machines.restore(name)
        with worker(machines, clock) as (api, services):
            assert services.databases.bulk["segments"].count_documents({}) == 2
            came_back = 200 if "keystore" in restored else 410
            assert call_status(api, client, "gone") == came_back
        replay(machines)
        with worker(machines, clock) as (api, services):
            assert call_status(api, client, "gone") == 410
            assert recording_status(api, client, "gone") == 410
            assert not lost & key_slots(services)
            assert services.databases.bulk["segments"].count_documents({}) == 1
            assert call_status(api, client, "kept") == 200
            kept = api.as_client(client, "GET", recording_path(client, "kept"))
            assert kept.data == AUDIO
            found = api.as_client(
                client, "GET", f"/v1/clients/{client}/calls?number=%2B33612345678"
            )
            assert [one["id"] for one in found.json["items"]] == ["kept"]
