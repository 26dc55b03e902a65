"""What was acknowledged under load is there afterwards, byte for byte."""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from telecom_privacy.bench.calls import seen
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.http import Transport
from telecom_privacy.bench.load.stock import Stock

_PAGE = 500
_MOST_PLAYED = 100


def prove(stock: Stock, transport: Transport, key: str, path: str) -> int:
    """Read all calls and the digests of all recordings, and play some of these.

    `path` is that of the client, `key` the client's. Returns how many recordings were played.
    Raises `WrongAnswer`.
    """
    found = {call["id"]: call for call in _all_calls(transport, key, path)}
    acknowledged = [*stock.calls, *stock.written.values()]
    if any(call.id not in found or seen(found[call.id]) != call.seen for call in acknowledged):
        raise WrongAnswer("a call that was acknowledged is not there, or is another")
    digests = {
        (call_id, recording["id"]): recording["sha256"]
        for call_id, call in found.items()
        for recording in call["recordings"]
    }
    for name, number in stock.audio.items():
        if digests.get(name) != hashlib.sha256(stock.audio_of(number)).hexdigest():
            raise WrongAnswer("a recording that was acknowledged is not there, or is another")
    return _play(stock, transport, key, path)


def _play(stock: Stock, transport: Transport, key: str, path: str) -> int:
    step = max(1, len(stock.audio) // _MOST_PLAYED)
    played = list(stock.audio.items())[::step]
    for (call_id, recording_id), number in played:
        whole = f"{path}/calls/{call_id}/recordings/{recording_id}"
        answer = transport.send("GET", whole, key)
        if answer.status != 200 or answer.body != stock.audio_of(number):
            raise WrongAnswer("a recording that was acknowledged has other bytes")
    return len(played)


def _all_calls(transport: Transport, key: str, path: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        query = urlencode({"limit": _PAGE, **({"cursor": cursor} if cursor else {})})
        answer = transport.send("GET", f"{path}/calls?{query}", key)
        if answer.status != 200:
            raise WrongAnswer(f"the list of calls was answered {answer.status}")
        page = answer.json()
        yield from page["items"]
        if (cursor := page["next"]) is None:
            return
