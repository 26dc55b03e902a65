"""Hands in calls and recordings over HTTP, as the call-handling platform does."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from telecom_privacy.demo.caller import NDJSON, Caller
from telecom_privacy.demo.day import CLIENTS, DemoCall
from telecom_privacy.demo.errors import ClaimFailed
from telecom_privacy.demo.show import Progress

SINGLE_CALLS = 24
_BATCH = 40


@dataclass(slots=True)
class HandedIn:
    """Everything that was acknowledged; receipts by path."""

    calls: list[DemoCall] = field(default_factory=list)
    receipts: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def recorded(self) -> list[DemoCall]:
        return [call for call in self.calls if call.audio]

    @property
    def audio_bytes(self) -> int:
        return sum(len(call.audio.content) for call in self.calls if call.audio)


def hand_in_day(platform: Caller, calls: Sequence[DemoCall], progress: Progress) -> HandedIn:
    """Hand in some calls one by one and the rest in batches, then the recordings."""
    handed_in = HandedIn()
    singles, rest = calls[:SINGLE_CALLS], calls[SINGLE_CALLS:]
    for call in singles:
        _hand_in_call(platform, call, handed_in)
        progress.advance()
    for client in CLIENTS:
        for batch in _batches([call for call in rest if call.client == client.id]):
            _hand_in_batch(platform, client.id, batch, handed_in)
            progress.advance(len(batch))
    for call in handed_in.recorded:
        _hand_in_recording(platform, call, handed_in)
        progress.advance()
    return handed_in


def hand_in_one(platform: Caller, call: DemoCall, handed_in: HandedIn) -> None:
    """Hand in a call with its recording."""
    _hand_in_call(platform, call, handed_in)
    _hand_in_recording(platform, call, handed_in)


def _batches(calls: Sequence[DemoCall]) -> Iterator[Sequence[DemoCall]]:
    for start in range(0, len(calls), _BATCH):
        yield calls[start : start + _BATCH]


def _hand_in_call(platform: Caller, call: DemoCall, handed_in: HandedIn) -> None:
    handed_in.receipts[call.path] = platform.put_json(call.path, call.body)
    handed_in.calls.append(call)


def _hand_in_batch(
    platform: Caller, client: str, calls: Sequence[DemoCall], handed_in: HandedIn
) -> None:
    lines = [json.dumps({"call_id": call.id, **call.body}) for call in calls]
    answer = platform.post(f"/v1/clients/{client}/calls", "\n".join(lines).encode(), NDJSON)
    if answer["accepted"] != len(calls):
        raise ClaimFailed(f"of a batch of {len(calls)} calls {answer['accepted']} were accepted")
    for call in calls:
        handed_in.receipts[call.path] = answer["receipts"][call.id]
        handed_in.calls.append(call)


def _hand_in_recording(platform: Caller, call: DemoCall, handed_in: HandedIn) -> None:
    if call.audio is None:
        return
    path = f"{call.path}/recording"
    digest = hashlib.sha256(call.audio.content).digest()
    announced = f"sha-256=:{base64.b64encode(digest).decode()}:"
    receipt = platform.put(
        path, call.audio.content, call.audio.media_type, {"Content-Digest": announced}
    )
    if receipt["sha256"] != digest.hex():
        raise ClaimFailed("a recording's receipt names another SHA-256 than that of the audio")
    handed_in.receipts[path] = receipt
