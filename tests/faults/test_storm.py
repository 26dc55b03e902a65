"""Platforms hand in calls and recordings while workers, database and master are killed."""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from telecom_privacy.verify import proofs
from tests.builders import NDJSON, MovableClock, recording_path
from tests.erasure.kills import assert_tidy, counts
from tests.faults.harness import Service, wait_for

CLIENT = "cabinet"
CALLS = f"/v1/clients/{CLIENT}/calls"
ROUNDS = 1


@dataclass
class Acknowledged:
    """What the service said it keeps."""

    calls: dict[str, tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=dict)
    recordings: dict[str, tuple[bytes, dict[str, Any]]] = field(default_factory=dict)
    checkpoints: list[str] = field(default_factory=list)


@dataclass
class Platform:
    """Hands in without a pause, and again whatever was not acknowledged."""

    service: Service
    key: str
    template: dict[str, Any]
    stopping: Event = field(default_factory=Event)
    acknowledged: Acknowledged = field(default_factory=Acknowledged)

    def send_calls(self, writer: str) -> None:
        for name in self._names(writer):
            body = {**self.template, "note": name}
            self._keep_call(name, body, self._put(f"{CALLS}/{name}", body))

    def send_batches(self, writer: str) -> None:
        for name in self._names(writer):
            calls = {f"{name}-{n}": {**self.template, "note": f"{name}-{n}"} for n in range(60)}
            lines = [json.dumps({"call_id": one, **body}) for one, body in calls.items()]
            sent = {"body": "\n".join(lines), "media_type": NDJSON}
            answer = self.service.insist("POST", CALLS, key=self.key, **sent)
            assert answer.status == 200
            for one, body in calls.items():
                self._keep_call(one, body, answer.json["receipts"][one])

    def send_recordings(self, writer: str) -> None:
        for name in self._names(writer):
            body = {**self.template, "note": name}
            self._keep_call(name, body, self._put(f"{CALLS}/{name}", body))
            audio = os.urandom(1_000_000)
            receipt = self._put(recording_path(CLIENT, name), audio, "audio/wav")
            self.acknowledged.recordings[name] = audio, receipt

    def _names(self, writer: str) -> Iterator[str]:
        number = 0
        while not self.stopping.is_set():
            yield f"{writer}-{number}"
            number += 1

    def _put(self, path: str, body: Any, media_type: str = "application/json") -> Any:
        sent = {"key": self.key, "body": body, "media_type": media_type}
        answer = self.service.insist("PUT", path, **sent)
        assert answer.status in (200, 201), answer
        return answer.json

    def _keep_call(self, name: str, body: dict[str, Any], receipt: dict[str, Any]) -> None:
        self.acknowledged.calls[name] = body, receipt


def test_all_that_was_acknowledged_is_there_once_and_intact_after_many_kills(
    tmp_path: Path,
) -> None:
    service = Service(tmp_path)
    try:
        service.start()
        with service.api(MovableClock()) as api:
            api.create_client(CLIENT)
            platform = Platform(service, api.key("platform"), api.call())
            reader, auditor = api.client_key(CLIENT), api.key("auditor")
        with _handing_in(platform):
            for _ in range(ROUNDS):
                for kill in (service.kill_workers, service.kill_database):
                    _after_some_more(platform, kill)
            _after_some_more(platform, service.kill_master)
            service.start()
            _after_some_more(platform, lambda: None)
        _assert_served(service, platform.acknowledged, reader)
        _assert_provable(service, platform.acknowledged, auditor)
        _assert_stored_once(service, platform.acknowledged)
    finally:
        service.stop()


@contextmanager
def _handing_in(platform: Platform) -> Iterator[None]:
    jobs = (platform.send_calls, platform.send_calls, platform.send_batches)
    jobs += (platform.send_recordings, platform.send_recordings)
    with ThreadPoolExecutor(len(jobs)) as pool:
        writers = [pool.submit(job, f"writer-{n}") for n, job in enumerate(jobs)]
        try:
            yield
        finally:
            platform.stopping.set()
        for writer in writers:
            writer.result()


def _after_some_more(platform: Platform, kill: Any) -> None:
    """Kill once the platform has got on, so that each kill meets work."""
    kept = platform.acknowledged
    calls, recordings = len(kept.calls), len(kept.recordings)
    wait_for(lambda: len(kept.calls) > calls + 30 and len(kept.recordings) > recordings)
    checkpoint = platform.service.insist("GET", "/v1/audit/checkpoint")
    kept.checkpoints.append(checkpoint.body.decode())
    kill()


def _assert_served(service: Service, kept: Acknowledged, reader: str) -> None:
    for name, (body, receipt) in kept.calls.items():
        found = service.insist("GET", f"{CALLS}/{name}", key=reader)
        assert found.status == 200, name
        assert found.json["note"] == body["note"]
        assert service.insist("GET", f"{CALLS}/{name}/receipt", key=reader).json == receipt
    for name, (audio, _) in kept.recordings.items():
        assert service.insist("GET", recording_path(CLIENT, name), key=reader).body == audio


def _assert_provable(service: Service, kept: Acknowledged, auditor: str) -> None:
    key = service.insist("GET", "/v1/audit/key").body.decode().strip()
    checkpoint = service.insist("GET", "/v1/audit/checkpoint").body.decode()
    size = proofs.open_checkpoint(checkpoint, key).size
    receipts = [receipt for _, receipt in (*kept.calls.values(), *kept.recordings.values())]
    for receipt in receipts:
        asked = f"leaf_index={receipt['leaf_index']}&tree_size={size}"
        proof = service.insist("GET", f"/v1/audit/inclusion?{asked}", key=auditor).json
        proofs.verify_receipt(receipt, key, checkpoint, proof)
    with service.beside() as services:
        proofs.verify_log(services.audit, key, kept.checkpoints)


def _assert_stored_once(service: Service, kept: Acknowledged) -> None:
    """Every call was sent until it was acknowledged, so all that is stored was."""
    later = MovableClock()
    later.advance(hours=25)
    with service.beside(later) as services:
        services.recovery.run()
        assert_tidy(services)
        found = counts(services)
        assert (found.calls, found.traffic) == (len(kept.calls), len(kept.calls))
        segments = services.databases.bulk["segments"].find({}, {"content": 1})
        assert len({segment["content"] for segment in segments}) == len(kept.recordings)
