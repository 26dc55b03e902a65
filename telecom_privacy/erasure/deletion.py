"""Erasing what somebody decided to erase, in steps that a kill only delays."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from telecom_privacy.clock import CLOCK_TOLERANCE, Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import Closing
from telecom_privacy.scope import Scope
from telecom_privacy.storage.lease import KeepAlive

BATCH = 100
_GIVEN_UP_AFTER = timedelta(minutes=1)


class Closable(Protocol):
    """What is stored of a call or a record."""

    @property
    def record_id(self) -> UUID: ...

    @property
    def scope(self) -> Scope: ...


Stored = TypeVar("Stored", bound=Closable)


class ClosingRepository(Protocol[Stored]):
    """Where the intent to erase something is recorded in it."""

    def close(self, stored: Sequence[Stored], closing: Closing, /) -> bool:
        """Let nothing be written to them any more. An earlier closing stays.

        True if this closed all of them, and they are known to be as they were read.
        """
        ...

    def fetch_closed(self, before: datetime, /) -> list[tuple[Stored, Closing]]:
        """What was closed up to a time, of all clients, and is not erased."""
        ...


class Deletion(ABC, Generic[Stored]):
    """Order: it is closed, with the intent recorded in it → it goes with all that belongs to it."""

    def __init__(self, closings: ClosingRepository[Stored], clock: Clock) -> None:
        self._closings = closings
        self._clock = clock

    @abstractmethod
    def _current(self, stored: Sequence[Stored]) -> Sequence[Stored]:
        """Read again what was closed, as far as it is to be erased now."""

    @abstractmethod
    def _erase_closed(self, stored: Sequence[Stored], closing: Closing) -> None:
        """Erase what was closed, of one client and role, as it is now; may be repeated."""

    def carry_out(self, stored: Sequence[Stored], closing: Closing) -> None:
        """Erase what was closed, whatever became of it since it was read; may be repeated."""
        if found := self._current(stored):
            self._erase_closed(found, closing)

    def delete(self, stored: Stored, rule: str, actor: str) -> None:
        """Erase one with all that belongs to it. Once it is closed, a kill only delays the rest."""
        self._delete_all([stored], rule, actor)

    def finish_of(self, scope: Scope) -> bool:
        """Erase what of a client's, in this role, was closed and left, under whatever rule.

        False if somebody may still be at one of them, or it cannot be erased now.
        """
        given_up = self._clock.now() - _GIVEN_UP_AFTER
        if not (closed := self._closed_of(scope)):
            return True
        for stored, closing in closed:
            if closing.at <= given_up:
                self.carry_out([stored], closing)
        return not self._closed_of(scope)

    def resume(self, keep_alive: KeepAlive) -> int:
        """Erase what a killed process had closed (`erasure.recovery.Deletions`)."""
        finished = 0
        for stored, closing in self._closings.fetch_closed(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            carry_out = partial(self.carry_out, [stored], closing)
            alarm = "a deletion cannot be finished"
            finished += succeeds(carry_out, alarm, record=stored.record_id)
        return finished

    def _closed_of(self, scope: Scope) -> list[tuple[Stored, Closing]]:
        closed = self._closings.fetch_closed(self._clock.now() + CLOCK_TOLERANCE)
        place = (scope.client_id, scope.role)
        return [one for one in closed if (one[0].scope.client_id, one[0].scope.role) == place]

    def _delete_all(self, stored: Sequence[Stored], rule: str, actor: str) -> None:
        closing = Closing(self._clock.now(), rule, actor)
        # First, so that no upload and no change that is under way escapes the erasure.
        if self._closings.close(stored, closing):
            self._erase_closed(stored, closing)
        else:
            self.carry_out(stored, closing)
