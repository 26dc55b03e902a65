"""When something of a client may next be due: a hint for finding it, never a stamp on a record.

One entry for each client and category holds a lower bound: before it nothing of the pair is due.
So a sweeper asks one indexed question whatever the size of the store, and what it finds is judged
by the terms in force. Writers lower an entry after their insert; a sweeper takes it away, looks,
and lowers it to what it found: whichever comes first, nothing that is written meanwhile is missed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import Pair
from telecom_privacy.erasure.schedule_repository import ScheduleRepository

CONTRACT_END = "contract-end"
"""Not a category, though looked at like one: what is to be done about the end of a contract."""

_LONGEST_WAIT = timedelta(hours=12)
_HEALED_WITHIN = timedelta(hours=1)
_CLAIM_GIVEN_UP_AFTER = timedelta(minutes=1)

HORIZON = 2 * _LONGEST_WAIT + _HEALED_WITHIN
"""When something falls due that does so later makes no difference: it is looked at before."""


class Schedule:
    """No entry is later than a day: should a hint be lost, that long it goes unnoticed at most."""

    def __init__(self, repository: ScheduleRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    def expect(self, client_id: UUID, due: Mapping[str, datetime | None]) -> None:
        """Note when what was just stored falls due, per category (None: no end is known).

        To be called after the insert, and before the recorded intent is settled. One read; a write
        only for what is due earlier than all that is known. Raises `Unavailable`.
        """
        pairs = {Pair(client_id, str(category)): at for category, at in due.items()}
        known = self._repository.fetch(pairs)
        earlier = {
            pair: wanted
            for pair, at in pairs.items()
            if (wanted := self._bounded(pair, at)) < known.get(pair, _never(wanted))
        }
        self._repository.lower(earlier)

    def touch(self, client_id: UUID, categories: Iterable[str] = ()) -> None:
        """Have a client looked at now: its terms changed, or nobody knows what was stored.

        All pairs that there are, and those of `categories` in any case. Raises `Unavailable`.
        """
        now = self._clock.now()
        self._repository.lower_client(client_id, now)
        self._repository.lower({Pair(client_id, str(name)): now for name in categories})

    def base_on(self, policies: str) -> None:
        """Have every pair looked at now if it was noted under other policies.

        `policies` stands for the content of their files. Raises `Unavailable`.
        """
        if self._repository.fetch_basis() != policies:
            self._repository.lower_all(self._clock.now())
            self._repository.save_basis(policies)

    def add_missing(self, pairs: Iterable[Pair]) -> None:
        """Have those of the pairs that have no entry looked at within the hour.

        Not all at once: thousands of clients would keep what falls due meanwhile waiting. Raises
        `Unavailable`.
        """
        wanted, now = set(pairs), self._clock.now()
        missing = wanted - self._repository.fetch_existing(wanted)
        moments = {pair: now + _spread(pair, _HEALED_WITHIN) for pair in missing}
        self._repository.insert_missing(moments)

    def categories_of(self, client_id: UUID) -> set[str]:
        """The categories of which something of a client was ever stored. Raises `Unavailable`."""
        return self._repository.fetch_categories(client_id)

    def due(self, until: datetime, since: datetime | None = None) -> list[Pair]:
        """The pairs of which something may be due, longest due first.

        With `since` only those that became so after it.
        """
        return self._repository.fetch_due(until, since)

    def claim(self, pair: Pair) -> None:
        """Take a pair away to look at it. What is expected from now on comes on top."""
        self._repository.claim(pair, self._clock.now())

    def settle(self, pair: Pair, at: datetime | None) -> None:
        """Note when, by all that was found, something of a claimed pair may be due next."""
        self._repository.settle(pair, self._bounded(pair, at))

    def forget(self, pair: Pair) -> None:
        """Drop a pair whose client is gone."""
        self._repository.delete(pair)

    def resume(self, given_up_after: timedelta = _CLAIM_GIVEN_UP_AFTER) -> None:
        """Put back the pairs whose claimant died: it has had them for longer than that."""
        now = self._clock.now()
        self._repository.lower_claimed(now - given_up_after, now)

    def _bounded(self, pair: Pair, at: datetime | None) -> datetime:
        """Not all pairs at the same time of the day, and none in the past: it was asked for."""
        now = self._clock.now()
        spread = timedelta(seconds=pair.client_id.int % int(_LONGEST_WAIT.total_seconds()))
        latest = now + _LONGEST_WAIT + spread
        return latest if at is None else max(now, min(at, latest))


def _spread(pair: Pair, over: timedelta) -> timedelta:
    """A part of `over`, evenly distributed among the clients."""
    return timedelta(seconds=pair.client_id.int % int(over.total_seconds()))


def _never(than: datetime) -> datetime:
    return than + timedelta(milliseconds=1)


def soonest(moments: Iterable[datetime | None]) -> datetime | None:
    """The earliest of some moments; None where no end is known of any."""
    return min((moment for moment in moments if moment is not None), default=None)
