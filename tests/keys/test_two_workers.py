"""What one worker destroys, another that had opened it cannot use any more within a second."""

import time
from collections.abc import Iterator

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock, recording_path, tone
from tests.wiring import another_worker, until


@pytest.fixture(scope="module")
def other_worker(services: Services, module_clock: MovableClock) -> Iterator[Services]:
    with another_worker(services, module_clock) as worker:
        yield worker


@pytest.mark.parametrize("what", ["call", "recording"])
def test_what_was_opened_does_not_open_from_raw_copies_a_second_after_its_deletion(
    what: str, other_worker: Services, api: Api, services: Services, client: str
) -> None:
    api.put_call(client, "call-1", api.call())
    assert api.put_recording(client, "call-1", tone(1)).status_code == 201
    path = f"/v1/clients/{client}/calls/call-1"
    played = path if what == "call" else recording_path(client, "call-1")
    other = Api(create_app(other_worker), other_worker.accounts, api.clock)
    bulk, pages = services.databases.bulk, services.databases.keystore["record_keys"]
    call = bulk["calls"].find_one({"client": services.clients._find(client).id})
    contents = [one["record_id"] for one in call["recordings"]]
    segments = list(bulk["segments"].find({"content": {"$in": contents}}))
    of_the_call = {"_id": {"$in": [one["key"]["page"] for one in (call, *call["recordings"])]}}

    def read() -> int:
        return other.as_client(client, "GET", played).status_code

    stored = list(pages.find(of_the_call))

    def reads_from_memory() -> bool:
        assert read() == 200
        pages.delete_many(of_the_call)
        answered = read()
        pages.insert_many(stored)
        return answered == 200

    until(reads_from_memory)  # a worker that began a moment ago may keep nothing yet

    assert api.as_client(client, "DELETE", path).status_code == 204
    deleted_at = time.monotonic()
    bulk["calls"].replace_one({"_id": call["_id"]}, call, upsert=True)
    bulk["segments"].insert_many(segments)
    until(lambda: time.monotonic() > deleted_at + 1)
    assert read() == 410
