"""Does an act many times over HTTP, and tells what one left and cost."""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from telecom_privacy.bench.load.asking import Asker
from telecom_privacy.bench.load.model import Question, Reply
from telecom_privacy.bench.load.ramp import require_right
from telecom_privacy.bench.opponents.server import NOTHING, Footprint, footprints
from telecom_privacy.bench.processes import processor_seconds
from telecom_privacy.bench.sizes.model import Cost
from telecom_privacy.http.access import ApiRole
from telecom_privacy.settings import Settings

_CALLERS = 8
_SERVICE, _DATABASE = "gunicorn", "secantus"
_MILLISECONDS = 1_000
_LEAST = 1.0
"""Bytes for each act: below it lies what grows with time, not with acts."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Weighs acts on a service that nobody else uses."""

    settings: Settings
    asker: Asker
    path: str

    def weigh(self, questions: Iterable[Question], acts: int) -> Cost:
        """Ask all of `questions`, which together are so many acts. Raises `WrongAnswer`."""
        stored, used = self._stored(), self._used()
        with ThreadPoolExecutor(_CALLERS) as pool:
            require_right(list(pool.map(self._ask, questions)))
        spent = {name: _MILLISECONDS * (now - used[name]) for name, now in self._used().items()}
        left = _left(stored, self._stored(), acts)
        return Cost(left, spent[_SERVICE] / acts, spent[_DATABASE] / acts)

    def _ask(self, question: Question) -> Reply:
        return self.asker.ask(question, time.perf_counter())

    def _stored(self) -> Mapping[str, Footprint]:
        """What is stored, the index of accesses included, which is completed when it is asked."""
        key = self.asker.keys[ApiRole.CLIENT]
        self.asker.transport.send("GET", f"{self.path}/accesses?limit=1", key)
        return footprints(self.settings)

    def _used(self) -> Mapping[str, float]:
        return {name: processor_seconds(name) for name in (_SERVICE, _DATABASE)}


def _left(
    before: Mapping[str, Footprint], after: Mapping[str, Footprint], acts: int
) -> Mapping[str, Footprint]:
    """What one act left, by collection, without those in which it left nothing."""
    added = {name: now.since(before.get(name, NOTHING)) for name, now in after.items()}
    each = {
        name: Footprint(one.documents / acts, one.data / acts, one.indexes / acts)
        for name, one in sorted(added.items())
    }
    return {name: one for name, one in each.items() if abs(one.data) >= _LEAST}
