"""The service goes on while keys are replaced: nothing that is written or erased is lost."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from telecom_privacy.verify import proofs
from tests.builders import Api, MovableClock, recording_path
from tests.retention.builders import AUDIO, call_status, put_recorded_call

_MOST_CALLS = 400


@dataclass
class Work:
    """What two workers stored and erased until they were told to stop."""

    client: str
    stopping: threading.Event = field(default_factory=threading.Event)
    stored: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)

    def store_and_erase(self, api: Api, name: str) -> None:
        for number in count():
            if self.stopping.is_set() or number == _MOST_CALLS:
                return
            call = f"{name}-{number}"
            answer = api.put_call(self.client, call, api.call(**{"from": _number(name)}))
            assert answer.status_code == 201
            if number % 5 == 0:
                assert api.put_recording(self.client, call, AUDIO).status_code == 201
            if number % 3 == 0:
                path = f"/v1/clients/{self.client}/calls/{call}"
                assert api.as_client(self.client, "DELETE", path).status_code == 204
                self.erased.add(call)
            else:
                self.stored.add(call)


@pytest.fixture
def other(settings: Settings, services: Services, clock: MovableClock) -> Iterator[Api]:
    """Another worker, with caches of its own."""
    found = bootstrap.build_services(settings, clock)
    found.epoch.start()
    yield Api(create_app(found), found.accounts, clock)
    found.epoch.stop()
    found.databases.close()


def test_all_that_is_acknowledged_meanwhile_reads_and_is_found_afterwards(
    api: Api, other: Api, services: Services, client: str
) -> None:
    put_recorded_call(api, client, "gone")
    path = f"/v1/clients/{client}/calls"
    assert api.as_client(client, "DELETE", f"{path}/gone").status_code == 204
    work = Work(client)
    for worker in (api, other):
        worker.client_key(client)
        worker.key("platform")
    with ThreadPoolExecutor(2) as pool:
        workers = [
            pool.submit(work.store_and_erase, worker, name)
            for worker, name in ((api, "a"), (other, "b"))
        ]
        try:
            runs = [services.finality.run("test") for _ in range(2)]
        finally:
            work.stopping.set()
        for worker in workers:
            worker.result()

    assert all(run is not None and run.erasures > 0 for run in runs)
    assert min(len(_of(n, done)) for n in "ab" for done in (work.stored, work.erased)) > 1
    for worker, name in ((api, "b"), (other, "a")):  # each reads what the other wrote
        stored, erased = _of(name, work.stored), _of(name, work.erased)
        assert {call_status(worker, client, call) for call in stored} == {200}
        assert {call_status(worker, client, call) for call in erased} == {410}
        assert found_by_number(worker, client) == work.stored
    recorded = {call for call in work.stored if int(call[2:]) % 5 == 0}
    assert all(
        api.as_client(client, "GET", recording_path(client, c)).data == AUDIO for c in recorded
    )
    keys = services.databases.keystore["keys"].find({"generations": {"$exists": True}})
    assert all(len(key["generations"]) == 1 for key in keys)
    assert proofs.verify_log(services.audit, services.audit.verifier_key(), [])


def found_by_number(api: Api, client: str) -> set[str]:
    found: set[str] = set()
    for name in ("a", "b"):
        query = {"number": _number(name), "limit": 500}
        listed = api.as_client(client, "GET", f"/v1/clients/{client}/calls", query_string=query)
        found |= {one["id"] for one in listed.json["items"]}
    return found


def _of(name: str, calls: set[str]) -> set[str]:
    return {call for call in calls if call.startswith(f"{name}-")}


def _number(name: str) -> str:
    return {"a": "+33612345678", "b": "+33698765432"}[name]
