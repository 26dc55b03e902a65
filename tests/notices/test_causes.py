"""What is announced, and when: never more or less, nor at another time, because of a hold."""

import time
from datetime import timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.notices.service import Notices
from tests.builders import Api, MovableClock, tone
from tests.erasure.kills import killed_at
from tests.holds.builders import place
from tests.notices.conftest import Outbox
from tests.notices.hooks import of_client, of_operator
from tests.notices.receiver import Receiver
from tests.retention.builders import certificates_of, client_id, end_contract, new_client, sweep

PATIENCE_SECONDS = 30


class Told:
    """What is in the outbox for the webhooks of one owner."""

    def __init__(self, outbox: Outbox, webhook: str) -> None:
        self._outbox = outbox
        self._webhook = webhook

    def all(self) -> list[tuple[str, dict[str, Any]]]:
        """Types and data, without the client's id, in their order."""
        found = [one for one in self._outbox.found() if str(one["webhook"]) == self._webhook]
        found.sort(key=lambda one: one["created_at"])
        return [
            (one["type"], {name: said for name, said in one["data"].items() if name != "client"})
            for one in found
        ]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [data for type_, data in self.all() if type_ == kind]

    def times(self) -> list[tuple[str, Any]]:
        found = [one for one in self._outbox.found() if str(one["webhook"]) == self._webhook]
        return sorted((one["type"], one["at"]) for one in found)


@pytest.fixture
def told(api: Api, client: str, receiver: Receiver, outbox: Outbox) -> Told:
    """What the client is told."""
    return Told(outbox, of_client(api, client, receiver).made["id"])


@pytest.fixture
def operator_told(api: Api, receiver: Receiver, outbox: Outbox) -> Told:
    return Told(outbox, of_operator(api, receiver).made["id"])


def test_a_stored_recording_is_told_once_by_its_random_ids(
    api: Api, client: str, told: Told, operator_told: Told
) -> None:
    api.put_call(client, "call-1", api.call())
    receipts = [api.put_recording(client, "call-1", tone()) for _ in range(2)]
    assert [answer.status_code for answer in receipts] == [201, 200]
    call = api.as_client(client, "GET", f"/v1/clients/{client}/calls/call-1/receipt").json
    expected = {"call": call["record_id"], "recording": receipts[0].json["record_id"]}
    assert told.all() == operator_told.all() == [("recording.stored", expected)]


def test_who_is_killed_before_telling_of_a_recording_tells_with_the_retry(
    api: Api, client: str, told: Told
) -> None:
    api.put_call(client, "call-1", api.call())
    with killed_at(Notices, "announce"):
        api.put_recording(client, "call-1", tone())
    assert told.all() == []
    assert api.put_recording(client, "call-1", tone()).status_code == 200
    assert len(told.of("recording.stored")) == 1


def test_a_client_is_told_of_its_certificates_and_the_operator_of_all(
    api: Api,
    services: Services,
    clock: MovableClock,
    client: str,
    told: Told,
    operator_told: Told,
) -> None:
    api.put_call(client, "call-1", api.call())
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    sweep(services, clock)
    [certificate] = certificates_of(api, client)
    [certified] = told.of("erasure.certified")
    assert certified == {
        "certificate": certificate["id"],
        "day": certificate["day"],
        "role": "processor",
        "revision": 1,
    }
    assert certified in operator_told.of("erasure.certified")
    clock.advance(days=366)
    sweep(services, clock)
    roles = {one["role"] for one in operator_told.of("erasure.certified")}
    assert roles == {"processor", "controller"}
    assert {one["role"] for one in told.of("erasure.certified")} == {"processor"}


def test_the_end_of_a_contract_is_told_from_its_window_to_its_destruction(
    api: Api, services: Services, clock: MovableClock, client: str, told: Told
) -> None:
    ends_on = clock.now().date() + timedelta(days=3)
    contract = end_contract(api, client, ends_on.isoformat())
    closes_on = contract["closes_on"]
    sweep(services, clock)
    assert told.all() == []
    clock.advance(days=4)
    for _ in range(2):
        sweep(services, clock)
    assert told.all() == [("contract.window_opened", {"closes_on": closes_on})]
    clock.advance(days=25)
    sweep(services, clock)
    clock.advance(days=5)
    sweep(services, clock)
    closing = told.of("contract.window_closing")
    assert len(closing) == 2
    assert {one["closes_on"] for one in closing} == {closes_on}
    clock.advance(days=3)
    sweep(services, clock)
    assert told.of("contract.destroyed") == [{"closes_on": closes_on}]


def test_a_secret_hold_changes_neither_what_is_told_nor_when(
    api: Api, services: Services, clock: MovableClock, receiver: Receiver, outbox: Outbox
) -> None:
    held, free = new_client(api), new_client(api)
    hooks = [Told(outbox, of_client(api, client, receiver).made["id"]) for client in (held, free)]
    for client in (held, free):
        api.put_call(client, "call-1", api.call())
        api.put_recording(client, "call-1", tone())
    place(api, client_id=held, secret=True)
    for client in (held, free):
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
        end_contract(api, client, clock.now().date().isoformat())
    window = services.clients.window(services.clients.by_id(client_id(services, free)))
    assert window
    for ahead in (timedelta(days=20), timedelta(days=1), timedelta()):
        clock.set(window.closes_at - ahead)
        sweep(services, clock)
    for _ in range(6):
        clock.advance(minutes=5)
        sweep(services, clock)
    seen = [one.times() for one in hooks]
    assert [type_ for type_, _ in seen[0]] == [type_ for type_, _ in seen[1]]
    destroyed = [[at for type_, at in one if type_ == "contract.destroyed"] for one in seen]
    assert destroyed == [[window.closes_at + timedelta(hours=1)]] * 2


def test_a_package_is_told_of_when_it_is_ready_and_when_it_is_gone(
    api: Api, services: Services, client: str, told: Told
) -> None:
    api.put_call(client, "call-1", api.call())
    export = _ready_export(api, client)
    _wait_for(lambda: len(told.of("export.ready")) == 1)
    assert told.of("export.ready")[0]["export"] == export["id"]
    assert told.of("export.ready")[0]["expires_at"] == export["expires_at"]
    assert told.of("export.gone") == []
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    assert told.of("export.gone") == [{"export": export["id"]}]


def test_who_is_killed_before_telling_of_a_package_leaves_that_to_the_others(
    api: Api, services: Services, client: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Notices, "announce", _dies)
        export = _ready_export(api, client)
    assert told.of("export.ready") == []
    services.exports.resume()
    services.exports.resume()
    assert [one["export"] for one in told.of("export.ready")] == [export["id"]]


def test_no_notice_holds_what_its_client_calls_things(
    api: Api, services: Services, clock: MovableClock, client: str, told: Told, outbox: Outbox
) -> None:
    api.put_call(client, "call-1", api.call())
    api.put_recording(client, "call-1", tone(), "second")
    _ready_export(api, client)
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    sweep(services, clock)
    assert len({type_ for type_, _ in told.all()}) == 4
    written = str(outbox.found())
    for name in (client, "call-1", "second", "licence-1", "33612345678"):
        assert name not in written
    assert all(one["client"] == client_id(services, client) for one in outbox.found())


def _ready_export(api: Api, client: str) -> dict[str, Any]:
    path = f"/v1/clients/{client}/exports"
    export = api.as_client(client, "POST", path, json={"kind": "reversibility"}).json
    shown: dict[str, Any] = {}

    def is_ready() -> bool:
        shown.update(api.as_client(client, "GET", f"{path}/{export['id']}").json)
        return bool(shown["state"] == "ready")

    _wait_for(is_ready)
    return shown


def _dies(*_: Any) -> None:
    raise SystemExit


def _wait_for(is_true: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
