"""Several workers at once: two sets of services on the same databases, as two processes have."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock, recording_path, tone
from tests.calls.keystore import assert_tidy

WORKERS = 8
PLATFORM = Access("test", ApiRole.PLATFORM)
Result = TypeVar("Result")


@pytest.fixture(scope="package")
def workers(module_api: Api, settings: Settings, module_clock: MovableClock) -> Iterator[list[Api]]:
    """The service twice, with the same API keys."""
    other = bootstrap.build_services(settings, module_clock)
    other.epoch.start()
    second = Api(create_app(other), other.accounts, module_clock)
    second._keys = module_api._keys
    yield [module_api, second]
    other.epoch.stop()
    other.databases.close()


def test_of_many_with_the_same_call_one_stores_it(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    body = api.call()
    for round_ in range(5):
        call_id = f"call-{round_}"
        answers = at_once(workers, lambda worker, _: worker.put_call(client, call_id, body))  # noqa: B023 - called in this round
        assert Counter(a.status_code for a in answers) == {201: 1, 200: WORKERS - 1}
        assert len({a.json["signature"] for a in answers}) == 1
    assert_counts(services, client, calls=5)


def test_of_many_with_different_calls_under_one_id_one_wins(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    for round_ in range(5):
        call_id = f"call-{round_}"
        answers = at_once(
            workers,
            lambda worker, n: worker.put_call(client, call_id, api.call(note=str(n))),  # noqa: B023 - called in this round
        )
        assert Counter(a.status_code for a in answers) == {201: 1, 409: WORKERS - 1}
        winner = next(n for n, a in enumerate(answers) if a.status_code == 201)
        path = f"/v1/clients/{client}/calls/{call_id}"
        assert api.as_client(client, "GET", path).json["note"] == str(winner)
    assert_counts(services, client, calls=5)


def test_batches_that_overlap_store_each_call_once(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    calls = {f"call-{n}": api.call(note=str(n)) for n in range(60)}
    shifted = [dict([*calls.items()][n:] + [*calls.items()][:n]) for n in range(0, 60, 15)]
    answers = at_once(workers, lambda worker, n: worker.put_calls(client, shifted[n % 4]).json, 4)
    assert sum(answer["accepted"] for answer in answers) == 60
    assert sum(answer["duplicates"] for answer in answers) == 180
    assert [answer["receipts"] for answer in answers] == [answers[0]["receipts"]] * 4
    assert_counts(services, client, calls=60)


def test_of_many_with_the_same_audio_one_stores_it(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call())
    audio = tone(20)
    answers = at_once(workers, lambda worker, _: worker.put_recording(client, "call-1", audio))
    assert Counter(a.status_code for a in answers) == {201: 1, 200: WORKERS - 1}
    assert len({a.json["signature"] for a in answers}) == 1
    assert_tidy(services)


def test_of_many_with_different_audio_under_one_id_one_wins(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call())
    audio = [tone(1 + n / 10) for n in range(WORKERS)]
    answers = at_once(workers, lambda worker, n: worker.put_recording(client, "call-1", audio[n]))
    assert Counter(a.status_code for a in answers) == {201: 1, 409: WORKERS - 1}
    winner = next(n for n, a in enumerate(answers) if a.status_code == 201)
    path = recording_path(client, "call-1")
    assert api.as_client(client, "GET", path).data == audio[winner]
    assert_tidy(services)


def test_different_recordings_of_one_call_are_all_stored(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call())
    audio = [tone(1 + n / 10) for n in range(WORKERS)]
    answers = at_once(
        workers, lambda worker, n: worker.put_recording(client, "call-1", audio[n], f"part-{n}")
    )
    assert [a.status_code for a in answers] == [201] * WORKERS
    for n in range(WORKERS):
        path = recording_path(client, "call-1", f"part-{n}")
        assert api.as_client(client, "GET", path).data == audio[n]
    assert_tidy(services)


def test_changes_at_the_same_time_lose_nothing_and_leave_no_key(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call())
    path = f"/v1/clients/{client}/calls/call-1"
    answers = at_once(
        workers,
        lambda worker, n: worker.as_client(client, "PATCH", path, json={"note": f"note {n}"}),
    )
    assert [a.status_code for a in answers] == [200] * WORKERS
    assert api.as_client(client, "GET", path).json["note"] in {f"note {n}" for n in range(WORKERS)}
    assert_tidy(services)


def test_an_objection_is_never_lost_to_another_change(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call())
    api.put_recording(client, "call-1", tone())
    path = f"/v1/clients/{client}/calls/call-1"
    changes = [{"recording_consent": "objected"}, *({"tags": [str(n)]} for n in range(1, WORKERS))]
    answers = at_once(
        workers, lambda worker, n: worker.as_client(client, "PATCH", path, json=changes[n])
    )
    assert [a.status_code for a in answers] == [200] * WORKERS
    found = api.as_client(client, "GET", path).json
    assert found["recording_consent"] == "objected"
    assert found["recordings"] == []
    assert len(found["tags"]) == 1
    assert_tidy(services)


def test_a_call_that_is_being_changed_is_never_gone(
    workers: list[Api], api: Api, client: str
) -> None:
    body = api.call()
    receipt = api.put_call(client, "call-1", body).json
    path = f"/v1/clients/{client}/calls/call-1"

    def work(worker: Api, n: int) -> list[int]:
        if n == 0:
            changes = [{"note": str(step)} for step in range(25)]
            return [worker.as_client(client, "PATCH", path, json=c).status_code for c in changes]
        if n == 1:
            again = [worker.put_call(client, "call-1", body) for _ in range(25)]
            assert [answer.json for answer in again] == [receipt] * 25
            return [answer.status_code for answer in again]
        if n == 2:
            listed = [
                worker.as_client(client, "GET", f"/v1/clients/{client}/calls") for _ in range(25)
            ]
            assert [len(answer.json["items"]) for answer in listed] == [1] * 25
            return [answer.status_code for answer in listed]
        return [worker.as_client(client, "GET", path).status_code for _ in range(25)]

    for statuses in at_once(workers, work, 4):
        assert statuses == [200] * 25


def test_a_deletion_leaves_nothing_of_what_was_written_at_the_same_time(
    workers: list[Api], api: Api, client: str, services: Services
) -> None:
    for round_ in range(8):
        call_id = f"call-{round_}"
        path = f"/v1/clients/{client}/calls/{call_id}"
        api.put_call(client, call_id, api.call())

        def work(worker: Api, n: int, call_id: str = call_id, path: str = path) -> int:
            if n % 3 == 0:
                return worker.as_client(client, "DELETE", path).status_code
            if n % 3 == 1:
                return worker.as_client(client, "PATCH", path, json={"note": "x"}).status_code
            return worker.put_recording(client, call_id, tone(0.1), f"part-{n}").status_code

        statuses = at_once(workers, work, 6)
        assert set(statuses[0::3]) == {204}
        assert set(statuses[1::3]) <= {200, 409, 410}
        assert set(statuses[2::3]) <= {201, 410}
        assert api.as_client(client, "GET", path).status_code == 410
    assert_tidy(services)


def at_once(
    workers: list[Api], work: Callable[[Api, int], Result], count: int = WORKERS
) -> list[Result]:
    """Let several threads, of both services, do their work at the same moment."""
    barrier = Barrier(count)

    def run(n: int) -> Result:
        barrier.wait()
        return work(workers[n % 2], n)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def assert_counts(services: Services, client: str, calls: int) -> None:
    found = services.clients.reach(PLATFORM, client)
    bulk = services.databases.bulk
    assert bulk["calls"].count_documents({"client": found.id}) == calls
    assert bulk["traffic"].count_documents({"client": found.id}) == calls
    assert_tidy(services)
