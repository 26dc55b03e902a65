"""What the call-handling platform asks and hands in; the stock keeps what was acknowledged."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from urllib.parse import urlencode

from telecom_privacy.bench.calls import InventedCall
from telecom_privacy.bench.load.model import Question, answered
from telecom_privacy.bench.load.stock import Stock
from telecom_privacy.demo.caller import JSON, NDJSON, Answer
from telecom_privacy.http.access import ApiRole

CALLS_OF_A_BATCH = 20
_AUDIO = "audio/ogg"


class Platform:
    """Draws what is handed in next; many threads use it."""

    def __init__(self, stock: Stock, path: str) -> None:
        """`path` is that of the client."""
        self._stock = stock
        self._path = path

    def recording_policy(self, chance: Random) -> Question:
        call = chance.choice(self._stock.calls)
        query = urlencode({"licence_id": call.licence, "number": call.number})
        path = f"{self._path}/recording-policy?{query}"
        is_right = answered(200, lambda answer: answer.json()["record"] is True)
        return Question("recording policy", ApiRole.PLATFORM, "GET", path, is_right)

    def call(self, _: Random) -> Question:
        call = self._stock.next_call()
        body = json.dumps(call.body()).encode()
        path = f"{self._path}/calls/{call.id}"
        settle = answered(201, lambda _: self._stock.took([call]))
        return _handed_in("a call handed in", "PUT", path, settle, body, JSON)

    def batch(self, _: Random) -> Question:
        return self.batch_of([self._stock.next_call() for _ in range(CALLS_OF_A_BATCH)])

    def batch_of(self, calls: Sequence[InventedCall]) -> Question:
        """The question that hands in given calls."""
        lines = [json.dumps({"call_id": call.id, **call.body()}) for call in calls]
        settle = answered(200, lambda answer: _is_whole(answer, calls) and self._stock.took(calls))
        kind = f"a batch of {len(calls)} calls handed in"
        body = "\n".join(lines).encode()
        return _handed_in(kind, "POST", f"{self._path}/calls", settle, body, NDJSON)

    def recording(self, _: Random) -> Question:
        call_id, recording_id, number = self._stock.next_upload()
        question = self.upload(call_id, recording_id, self._stock.audio_of(number))
        recorded = partial(self._stock.recorded, call_id, recording_id, number)
        return replace(question, settle=answered(201, lambda _: recorded()))

    def upload(self, call_id: str, recording_id: str, audio: bytes) -> Question:
        """The question that hands in given audio, of which the stock does not know."""
        kind = f"a recording of {len(audio) // 1024} KiB handed in"
        path = f"{self._path}/calls/{call_id}/recordings/{recording_id}"
        return _handed_in(kind, "PUT", path, answered(201, lambda _: True), audio, _AUDIO)


def _is_whole(answer: Answer, calls: Sequence[InventedCall]) -> bool:
    told = answer.json()
    return (told["accepted"], told["duplicates"], told["rejected"]) == (len(calls), 0, [])


def _handed_in(
    kind: str,
    method: str,
    path: str,
    settle: Callable[[Answer], bool],
    body: bytes,
    media_type: str,
) -> Question:
    headers = {"Content-Type": media_type}
    return Question(kind, ApiRole.PLATFORM, method, path, settle, body, headers)
