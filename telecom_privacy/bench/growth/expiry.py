"""Recordings whose term runs out while a sweeper works: never served after it, and soon for good.

A recording that nobody erases yet is refused from the first moment past its term; it cannot be
brought back once its key is gone.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.growth.costs import Grown
from telecom_privacy.bench.growth.stage import Stage
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.service import service
from telecom_privacy.calls.model import MAIN_RECORDING, StoredCall
from telecom_privacy.errors import Gone, NotFound
from telecom_privacy.http.access import ApiRole
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.recordings.model import NewRecording
from telecom_privacy.recordings.service import RecordingService
from telecom_privacy.recordings.upload import Upload
from telecom_privacy.scope import Role

_TERM = timedelta(days=90)  # RET-1, exact
_A_ROUND = 3
_APART = timedelta(milliseconds=250)
_AHEAD = timedelta(seconds=3)
_AUDIO = bytes(range(256)) * 32
_PATIENCE_SECONDS = 60.0
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Expiring:
    """A recording, the moment its term ends, and where its key lies."""

    call: str
    due_at: datetime
    key: KeyReference


class Expiry:
    """Watches recordings expire. `readings` counts how often they were asked for."""

    def __init__(self, plan: Plan, stage: Stage) -> None:
        services = stage.tenant.services
        self._rounds = plan.rounds
        self._stage = stage
        self._platform = stage.tenant.access(ApiRole.PLATFORM)
        self._customer = stage.tenant.access(ApiRole.CLIENT)
        self._upload = service(services, Upload)
        self._recordings = service(services, RecordingService)
        self._made = 0
        self._handing_in = timedelta(0)
        self._lags: dict[int, tuple[float, ...]] = {}
        self.readings = 0

    def await_sweeper(self) -> None:
        """Wait until a sweeper erases what is due, and see how long one takes to hand in.

        Raises `WrongAnswer` if none does.
        """
        self._watch([self._recorded(self._now() + _AHEAD)])

    def measure(self, size: int) -> None:
        """Milliseconds from the end of the term to the loss of the key: the longest of a round.

        Raises `WrongAnswer` for a recording that is served after its term, or refused within it.
        """
        count = self._rounds * _A_ROUND
        first = _whole(self._now() + 2 * count * self._handing_in)
        due = [first + _APART * number for number in range(count)]
        lags = self._watch([self._recorded(at) for at in due])
        rounds = [lags[start : start + _A_ROUND] for start in range(0, len(lags), _A_ROUND)]
        self._lags[size] = tuple(max(round_) for round_ in rounds)

    @property
    def grown(self) -> Grown:
        return Grown("the slowest of a round", "ms", self._lags)

    def _recorded(self, due_at: datetime) -> Expiring:
        """Hand in a call that ended so long ago that its recording is due then."""
        self._made += 1
        began = time.monotonic()
        call = self._stage.population.other(f"expiring-{self._made}", self._made)
        call = replace(call, started_at=due_at - _TERM - timedelta(seconds=call.seconds))
        self._stage.tenant.load([call])
        new = NewRecording(call.id, MAIN_RECORDING, "audio/wav", None)
        self._upload.store(self._platform, self._stage.loader.client, new, iter([_AUDIO]))
        self._handing_in = max(self._handing_in, timedelta(seconds=time.monotonic() - began))
        return Expiring(call.id, due_at, self._key_of(call.id))

    def _key_of(self, call_id: str) -> KeyReference:
        loader = self._stage.loader
        token = loader.core.keys.identifier_token(loader.client.id, "call", call_id)
        found = loader.stored.calls.fetch(loader.client.scope(Role.PROCESSOR), token)
        if not isinstance(found, StoredCall):
            raise WrongAnswer("a call that was acknowledged is not there")
        return found.recordings[0].key

    def _watch(self, expiring: Sequence[Expiring]) -> list[float]:
        """Ask for all of them again and again until the last key is gone."""
        lags: dict[str, float] = {}
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while left := [one for one in expiring if one.call not in lags]:
            if time.monotonic() > deadline:
                raise WrongAnswer("what was due was not erased by the sweeper")
            for one in left:
                self._read(one)
            gone = self._stage.loader.core.keys.missing(one.key for one in left)
            now = self._now()
            time.sleep(_POLL_SECONDS)
            lags |= {one.call: _milliseconds(now - one.due_at) for one in left if one.key in gone}
        return [lags[one.call] for one in expiring]

    def _read(self, one: Expiring) -> None:
        before = self._now()
        is_served = self._is_served(one.call)
        self.readings += 1
        judge(one.due_at, is_served, before, self._now())

    def _is_served(self, call_id: str) -> bool:
        try:
            found = self._recordings.open(
                self._customer, self._stage.loader.client, call_id, MAIN_RECORDING
            )
            served = b"".join(self._recordings.deliverable(found).read(0, len(_AUDIO) - 1))
        except (Gone, NotFound):
            return False
        return served == _AUDIO

    def _now(self) -> datetime:
        return _whole(datetime.now(UTC))


def _whole(moment: datetime) -> datetime:
    """Without parts of a millisecond, as times are stored."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def judge(due_at: datetime, is_served: bool, asked_at: datetime, answered_at: datetime) -> None:
    """Raise `WrongAnswer` for what is served after its term, or refused within it."""
    if is_served and asked_at >= due_at:
        raise WrongAnswer("a recording was served after its term")
    if not is_served and answered_at < due_at:
        raise WrongAnswer("a recording was refused within its term")


def _milliseconds(time_: timedelta) -> float:
    return time_ / timedelta(milliseconds=1)
