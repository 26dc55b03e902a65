"""A package goes with what is in it: nothing that is gone goes out (DESIGN §7)."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.model import Client
from telecom_privacy.errors import Gone, KeyDestroyed
from telecom_privacy.reversibility.attempts import LEASE
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.reversibility.payload import Payload
from telecom_privacy.reversibility.writer import PackageWriter
from tests.builders import Api, tone
from tests.retention.test_replay import backup, restore
from tests.reversibility.conftest import Portal, files_of

CALLS = "/v1/clients/cabinet/calls"


def deletion(name: str) -> Callable[[Api], Any]:
    return lambda api: api.as_client("cabinet", "DELETE", f"{CALLS}/{name}")


def objection(name: str) -> Callable[[Api], Any]:
    changes = {"recording_consent": "objected"}
    return lambda api: api.as_client("cabinet", "PATCH", f"{CALLS}/{name}", json=changes)


def anonymisation(api: Api) -> Any:
    return api.as_client("cabinet", "POST", "/v1/clients/cabinet/licences/licence-1/anonymise")


def rectification(name: str) -> Callable[[Api], Any]:
    changes = {"note": "put right"}
    return lambda api: api.as_client("cabinet", "PATCH", f"{CALLS}/{name}", json=changes)


def relabelling(api: Api) -> Any:
    changes = {"label": "somebody else"}
    return api.as_client("cabinet", "PATCH", "/v1/clients/cabinet/licences/licence-1", json=changes)


CHANGES = (
    relabelling,
    deletion("three"),
    rectification("two"),
    deletion("one/recording"),
    objection("two"),
    anonymisation,
)


def test_whatever_goes_takes_the_package_with_it(portal: Portal) -> None:
    for change in CHANGES:
        path = portal.made()
        assert change(portal.api).status_code in (200, 204)
        assert portal.status(path) == 410


def test_what_is_not_in_it_may_go(portal: Portal) -> None:
    until = (portal.api.clock.now() - timedelta(hours=1)).isoformat()
    path = portal.made(kind="history", until=until)

    deletion("three")(portal.api)

    assert portal.status(path) == 200


def test_what_comes_later_changes_nothing(portal: Portal) -> None:
    path = portal.made()
    before = portal.fetch(path)

    portal.api.put_call("cabinet", "four", portal.api.call())
    portal.api.put_recording("cabinet", "three", tone(1))

    assert portal.fetch(path) == before


def test_nothing_of_a_withdrawn_package_is_left(portal: Portal, services: Services) -> None:
    bulk = services.databases.bulk
    segments = bulk["segments"].count_documents({})
    path = portal.made()
    assert bulk["segments"].count_documents({}) > segments

    portal.api.as_client("cabinet", "DELETE", path)

    assert bulk["segments"].count_documents({}) == segments
    for name in ("export_entries", "export_members", "export_disturbances"):
        assert bulk[name].count_documents({}) == 0


def test_a_running_download_breaks_off(portal: Portal) -> None:
    portal.api.put_recording("cabinet", "three", tone(300))
    path = portal.made()
    answer = portal.api.as_client("cabinet", "GET", f"{path}/package", buffered=False)
    pieces = iter(answer.response)
    got = len(next(pieces))

    deletion("three")(portal.api)

    with pytest.raises((Gone, KeyDestroyed)):  # the server breaks the connection off
        got += sum(len(piece) for piece in pieces)
    assert got < int(answer.headers["Content-Length"])


def test_it_expires_with_its_first_record_even_without_a_sweep(portal: Portal) -> None:
    path = portal.made()
    portal.api.clock.advance(days=6)
    assert portal.status(path) == 200
    late = portal.made()
    assert portal.show(late)["expires_at"] > portal.show(path)["expires_at"]

    portal.api.clock.advance(days=2)

    assert portal.status(path) == 410
    assert portal.status(late) == 200


def test_it_lives_no_longer_than_a_recording_in_it(portal: Portal) -> None:
    portal.api.clock.advance(days=89)
    path = portal.made()

    portal.api.clock.advance(hours=25)

    assert portal.status(path) == 410


def test_what_is_due_soon_can_be_left_out(portal: Portal) -> None:
    portal.api.clock.advance(days=89)
    path = portal.made(valid_for="P3D")

    portal.api.clock.advance(hours=25)

    files = files_of(portal.fetch(path))
    assert not any(name.startswith("data/recordings/") for name in files)
    assert len(files["data/calls.jsonl"].splitlines()) == 3


def test_an_expired_package_is_swept(portal: Portal, services: Services) -> None:
    portal.made()
    portal.api.clock.advance(days=8)

    services.sweeps.run("test")

    assert services.databases.bulk["export_entries"].count_documents({}) == 0


def test_other_terms_withdraw_it(portal: Portal) -> None:
    path = portal.made()

    body = {"options": ["recording", "storage_extension"]}
    assert portal.api.as_("admin", "PATCH", "/v1/clients/cabinet", json=body).status_code == 200

    assert portal.status(path) == 410


class Interrupted:
    """Lets something happen while a package is made: the real content, then the change."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, change: Callable[[], Any], times: int = 1
    ) -> None:
        self._change = change
        self.attempts = 0
        write = Payload.write

        def written(
            payload: Payload, package: PackageWriter, client: Client, wish: Wish, as_of: datetime
        ) -> None:
            write(payload, package, client, wish, as_of)
            self.attempts += 1
            if self.attempts <= times:
                self._change()

        monkeypatch.setattr(Payload, "write", written)


def test_it_is_made_anew_if_something_in_it_goes_meanwhile(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = Interrupted(monkeypatch, lambda: deletion("one")(portal.api))

    files = files_of(portal.fetch(portal.made()))

    assert meanwhile.attempts == 2
    assert len(files["data/calls.jsonl"].splitlines()) == 2
    assert b'"id": "one"' not in files["data/calls.jsonl"]


def test_it_is_not_made_anew_for_anything_else(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = (portal.api.clock.now() - timedelta(hours=1)).isoformat()
    meanwhile = Interrupted(monkeypatch, lambda: deletion("one")(portal.api))

    portal.made(kind="history", until=until)

    assert meanwhile.attempts == 1


def test_what_a_killed_worker_began_is_made_by_another(
    portal: Portal, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("telecom_privacy.reversibility.jobs.Jobs.start", lambda jobs, export: None)
        path = portal.ask()
    services.exports.resume()
    assert portal.show(path)["state"] == "preparing"

    portal.api.clock.advance(seconds=LEASE.total_seconds() + 1)
    services.exports.resume()

    assert portal.state(path) == "ready"
    assert len(files_of(portal.fetch(path))["data/calls.jsonl"].splitlines()) == 3


def test_a_package_that_cannot_be_made_says_so(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: Any) -> None:
        raise ValueError("damaged")

    monkeypatch.setattr(Payload, "write", damaged)
    path = portal.ask()

    assert portal.state(path) == "failed"
    assert portal.status(path) == 410


def test_a_package_that_cannot_be_made_anew_says_so(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disturb() -> None:
        deletion("one")(portal.api)
        if meanwhile.attempts == 2:
            raise ValueError("damaged")

    meanwhile = Interrupted(monkeypatch, disturb, times=2)

    assert portal.state(portal.ask()) == "failed"


def test_a_package_whose_records_never_rest_has_failed_after_five_attempts(
    portal: Portal, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = count()

    def rectify() -> None:
        changes = {"note": f"note {next(notes)}"}
        answer = portal.api.as_client("cabinet", "PATCH", f"{CALLS}/two", json=changes)
        assert answer.status_code == 200

    meanwhile = Interrupted(monkeypatch, rectify, times=100)

    assert portal.state(portal.ask()) == "failed"
    assert meanwhile.attempts == 5
    [stored] = services.databases.bulk["exports"].find({}, {"attempt": 1})
    assert stored["attempt"] == 5  # none was begun that nobody meant to go on with


def test_two_downloads_at_once_get_the_same_bytes(portal: Portal) -> None:
    path = portal.made()
    got: list[bytes] = []
    threads = [threading.Thread(target=lambda: got.append(portal.fetch(path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 2
    assert got[0] == got[1]


def test_no_restore_brings_a_withdrawn_package_back(portal: Portal, services: Services) -> None:
    databases = services.databases
    path = portal.made()
    copies = [(database, backup(database)) for database in (databases.bulk, databases.keystore)]
    deletion("three")(portal.api)

    for database, copy in copies:
        restore(services, database, copy)
    services.replay.run("test")

    assert portal.status(path) == 410
    assert databases.bulk["export_entries"].count_documents({}) == 0


def test_a_secret_hold_changes_nothing_of_packages(portal: Portal) -> None:
    hold = {
        "case": "case 1",
        "reason": "a dispute",
        "client_id": "cabinet",
        "review_on": "2099-01-01",
        "secret": True,
    }
    assert portal.api.as_("legal", "POST", "/v1/holds", json=hold).status_code == 201
    path = portal.made()

    deletion("three")(portal.api)

    assert portal.status(path) == 410
    files = files_of(portal.fetch(portal.made()))
    assert len(files["data/calls.jsonl"].splitlines()) == 2
    assert not any(b"dispute" in data for data in files.values())
