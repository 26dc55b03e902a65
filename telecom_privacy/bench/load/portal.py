"""What a client's portal reads, and what it must be answered."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from urllib.parse import urlencode

from telecom_privacy.bench.calls import Seen, seen
from telecom_privacy.bench.load.model import Question, answered
from telecom_privacy.bench.load.stock import AUDIO_BYTES, Stock
from telecom_privacy.bench.roles.zipf import Zipf
from telecom_privacy.demo.caller import Answer
from telecom_privacy.http.access import ApiRole

PLAYED = "played"
"""The id of the recordings that are played."""

_NEWEST = 20
_RANGE_BYTES = 64 * 1024


class Portal:
    """Draws readings of what is stored before the load begins; many threads use it."""

    def __init__(self, stock: Stock, path: str, played: Mapping[str, bytes]) -> None:
        """`path` is that of the client, `played` the audio of some calls by their ids."""
        self._calls = stock.calls
        self._path = path
        self._played = list(played.items())
        self._zipf = Zipf(len(stock.calls))
        self._by_number = stock.newest_by(lambda call: call.number, _NEWEST)
        self._by_licence = stock.newest_by(lambda call: call.licence, _NEWEST)

    def call_by_id(self, chance: Random) -> Question:
        call = self._calls[self._zipf.draw(chance)]
        return self._read("call by id", f"/calls/{call.id}", lambda a: seen(a.json()) == call.seen)

    def calls_of_a_number(self, chance: Random) -> Question:
        number = self._calls[self._zipf.draw(chance)].number
        return self._search("calls of a number", self._by_number[number], number=number)

    def newest_of_a_licence(self, chance: Random) -> Question:
        licence = chance.choice(self._calls).licence
        kind = f"newest {_NEWEST} calls of a licence"
        return self._search(kind, self._by_licence[licence], licence_id=licence)

    def piece_of_a_recording(self, chance: Random) -> Question:
        call_id, audio = chance.choice(self._played)
        start = chance.randrange(AUDIO_BYTES - _RANGE_BYTES)
        wanted = audio[start : start + _RANGE_BYTES]
        asked = {"Range": f"bytes={start}-{start + _RANGE_BYTES - 1}"}
        path = f"/calls/{call_id}/recordings/{PLAYED}"
        return self._read("64 KiB of a recording", path, lambda a: a.body == wanted, 206, asked)

    def _search(self, kind: str, wanted: Sequence[Seen], **query: str) -> Question:
        path = f"/calls?{urlencode({**query, 'limit': _NEWEST})}"
        return self._read(kind, path, lambda answer: _items(answer) == wanted)

    def _read(
        self,
        kind: str,
        path: str,
        is_right: Callable[[Answer], bool],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Question:
        settle = answered(status, is_right)
        return Question(
            kind, ApiRole.CLIENT, "GET", self._path + path, settle, headers=headers or {}
        )


def _items(answer: Answer) -> list[Seen]:
    return [seen(call) for call in answer.json()["items"]]
