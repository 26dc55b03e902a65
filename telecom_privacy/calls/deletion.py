"""Erasing calls and their recordings because somebody decided it, not because their term ended."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from telecom_privacy.calls.model import Closing, StoredCall, StoredRecording
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role

_GIVEN_UP_AFTER = timedelta(minutes=1)


class CallDeletion:
    """Order: the call is closed, with the intent recorded in it → its recordings → the call."""

    def __init__(self, repository: CallRepository, eraser: Eraser, clock: Clock) -> None:
        self._repository = repository
        self._eraser = eraser
        self._clock = clock

    def delete(self, call: StoredCall, rule: str, actor: str) -> None:
        """Erase a call and its recordings. Once it is closed, a kill only delays the rest."""
        closing = Closing(self._clock.now(), rule, actor)
        # First, so that no upload and no change that is under way escapes the erasure.
        self._repository.close(call, closing)
        self._carry_out(call, closing)

    def delete_recordings(
        self, call: StoredCall, recordings: Sequence[StoredRecording], rule: str, actor: str
    ) -> None:
        """Erase some recordings of a call."""
        items = [call.recording_item(recording) for recording in recordings]
        self._erase(call, Category.RECORDING, rule, items, actor)

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Erase the calls that a killed process had closed (`erasure.recovery.Deletions`)."""
        closed = self._repository.fetch_closed(self._clock.now() - _GIVEN_UP_AFTER)
        finished = 0
        for call, closing in closed:
            keep_alive()
            carry_out = partial(self._carry_out, call, closing)
            finished += succeeds(carry_out, "a deletion cannot be finished", record=call.record_id)
        return finished

    def _carry_out(self, call: StoredCall, closing: Closing) -> None:
        if current := self._current(call):
            live = current.live_recordings
            self.delete_recordings(current, live, closing.rule, closing.actor)
            self._erase(current, Category.CALL, closing.rule, [current.item], closing.actor)

    def _current(self, call: StoredCall) -> StoredCall | None:
        found = self._repository.fetch(call.scope, call.token)
        return found if isinstance(found, StoredCall) else None

    def _erase(
        self,
        call: StoredCall,
        category: Category,
        rule: str,
        items: Sequence[ErasedItem],
        actor: str,
    ) -> None:
        client_id = call.scope.client_id
        self._eraser.erase(client_id, Role.PROCESSOR, category, rule, items, actor)
