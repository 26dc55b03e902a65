"""`erasures finalise` is killed at any moment, again and again, while the service goes on."""

import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import PREFIX, Settings
from tests.builders import Api
from tests.cli.builders import COMMAND
from tests.retention.builders import call_status, new_client, put_recorded_call
from tests.retention.test_finality_running import Work, found_by_number

MOST_LOOKS = 40
MOMENTS: list[Callable[[dict[str, Any]], bool]] = [
    lambda state: state["phase"] == "moving",
    lambda state: state.get("counts", {}).get("keys", 0) > 0,
    lambda state: state["phase"] == "destroying",
]


def test_nothing_is_lost_and_all_that_was_erased_becomes_final(
    api: Api, services: Services, settings: Settings
) -> None:
    client = new_client(api)
    state = services.databases.keystore["state"]
    erased = services.databases.audit["erasures"]
    put_recorded_call(api, client, "gone")
    path = f"/v1/clients/{client}/calls/gone"
    assert api.as_client(client, "DELETE", path).status_code == 204
    with working(api, client) as work:
        for moment in MOMENTS:
            with finalise(settings) as process:
                wait_for(lambda moment=moment: is_at(state.find_one({"_id": "rotation"}), moment))
                for _ in range(secrets.randbelow(MOST_LOOKS)):
                    state.find_one({"_id": "rotation"})
                process.kill()
            # As if the five seconds of its lease were over.
            over = {"$set": {"until": datetime(2020, 1, 1, tzinfo=UTC)}}
            state.update_one({"_id": "rotation-lease"}, over)
    with finalise(settings) as process:
        assert process.wait(60) == 0

    assert work.stored
    assert {call_status(api, client, call) for call in work.stored} == {200}
    assert {call_status(api, client, call) for call in (*work.erased, "gone")} == {410}
    assert found_by_number(api, client) == work.stored
    assert erased.count_documents({"final_at": {"$exists": False}}) == 0
    nodes = services.databases.keystore["keys"].find({"generations": {"$exists": True}})
    assert all(len(node["generations"]) == 1 for node in nodes)
    assert state.find_one({"_id": "rotation"}) is None
    assert len(list(settings.key_dir.iterdir())) == 2


@contextmanager
def working(api: Api, client: str) -> Iterator[Work]:
    """Calls are stored, and some of them erased, for as long as the block lasts."""
    work = Work(client)
    api.client_key(client)
    api.key("platform")
    with ThreadPoolExecutor(1) as pool:
        worker = pool.submit(work.store_and_erase, api, "a")
        try:
            yield work
        finally:
            work.stopping.set()
        worker.result()


@contextmanager
def finalise(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    values = {
        "MONGODB_URI": settings.mongodb_uri,
        "KEYSTORE_URI": settings.keystore_uri,
        "AUDIT_URI": settings.audit_uri,
        "DATABASE_PREFIX": settings.database_prefix,
        "DATA_DIR": settings.data_dir,
        "KEY_DIR": settings.key_dir,
    }
    inherited = {name: value for name, value in os.environ.items() if PREFIX not in name}
    environment = inherited | {PREFIX + name: str(value) for name, value in values.items()}
    with subprocess.Popen([COMMAND, "erasures", "finalise"], env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def is_at(state: dict[str, Any] | None, moment: Callable[[dict[str, Any]], bool]) -> bool:
    return state is not None and moment(state)


def wait_for(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.001)
