"""Erasing calls and their recordings because somebody decided it, not because their term ended."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice

from telecom_privacy.calls.model import Closing, StoredCall, StoredRecording
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role, Scope

_GIVEN_UP_AFTER = timedelta(minutes=1)
_BATCH = 100


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
        self._repository.close([call], closing)
        self._carry_out([call], closing)

    def delete_of_licence(self, licence: Scope, rule: str, actor: str) -> Iterator[int]:
        """Erase all calls of a licence with their recordings; may be repeated.

        Yields, after each batch, how many calls it had: whoever asks for no more ends it there.
        """
        tokens = self._repository.fetch_tokens_of_licence(licence)
        while batch := list(islice(tokens, _BATCH)):
            found = self._repository.fetch_many(licence, batch).values()
            calls = [call for call in found if isinstance(call, StoredCall)]
            closing = Closing(self._clock.now(), rule, actor)
            self._repository.close(calls, closing)
            self._carry_out(calls, closing)
            yield len(calls)

    def delete_recordings(
        self, call: StoredCall, recordings: Sequence[StoredRecording], rule: str, actor: str
    ) -> None:
        """Erase some recordings of a call."""
        items = [call.recording_item(recording) for recording in recordings]
        self._erase(Category.RECORDING, items, call.scope, Closing(self._clock.now(), rule, actor))

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Erase the calls that a killed process had closed (`erasure.recovery.Deletions`)."""
        closed = self._repository.fetch_closed(self._clock.now() - _GIVEN_UP_AFTER)
        finished = 0
        for call, closing in closed:
            keep_alive()
            carry_out = partial(self._carry_out, [call], closing)
            finished += succeeds(carry_out, "a deletion cannot be finished", record=call.record_id)
        return finished

    def _carry_out(self, calls: Sequence[StoredCall], closing: Closing) -> None:
        """Erase closed calls of one client: all recordings first, as they are now."""
        if not (current := self._current(calls)):
            return
        scope = current[0].scope
        recordings = [call.recording_item(one) for call in current for one in call.live_recordings]
        self._erase(Category.RECORDING, recordings, scope, closing)
        self._erase(Category.CALL, [call.item for call in current], scope, closing)

    def _current(self, calls: Sequence[StoredCall]) -> list[StoredCall]:
        if not calls:
            return []
        found = self._repository.fetch_many(calls[0].scope, [call.token for call in calls])
        return [call for call in found.values() if isinstance(call, StoredCall)]

    def _erase(
        self, category: Category, items: Sequence[ErasedItem], scope: Scope, closing: Closing
    ) -> None:
        rule, actor = closing.rule, closing.actor
        self._eraser.erase(scope.client_id, Role.PROCESSOR, category, rule, items, actor)
