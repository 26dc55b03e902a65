"""Erasing calls and their recordings because somebody decided it, not because their term ended."""

from collections.abc import Iterator, Sequence
from itertools import islice

from telecom_privacy.calls.documents import original_of
from telecom_privacy.calls.model import StoredCall, StoredRecording
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.deletion import BATCH, Deletion
from telecom_privacy.erasure.model import Closing, ErasedItem
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role, Scope


class CallDeletion(Deletion[StoredCall]):
    """Order: the call is closed, with the intent recorded in it → its recordings → the call."""

    def __init__(self, repository: CallRepository, eraser: Eraser, clock: Clock) -> None:
        super().__init__(repository, clock)
        self._repository = repository
        self._eraser = eraser

    def delete_of_licence(self, licence: Scope, rule: str, actor: str) -> Iterator[int]:
        """Erase all calls of a licence with their recordings; may be repeated.

        Yields, after each batch, how many calls it had: whoever asks for no more ends it there.
        """
        tokens = self._repository.fetch_tokens_of_licence(licence)
        while batch := list(islice(tokens, BATCH)):
            calls = self._find(licence, batch)
            self._delete_all(calls, rule, actor)
            yield len(calls)

    def delete_recordings(
        self, call: StoredCall, recordings: Sequence[StoredRecording], rule: str, actor: str
    ) -> None:
        """Erase some recordings of a call."""
        items = [call.recording_item(recording) for recording in recordings]
        self._erase(Category.RECORDING, items, call.scope, Closing(self._clock.now(), rule, actor))

    def _current(self, stored: Sequence[StoredCall]) -> list[StoredCall]:
        return self._find(stored[0].scope, [call.token for call in stored]) if stored else []

    def _erase_closed(self, stored: Sequence[StoredCall], closing: Closing) -> None:
        """All recordings first."""
        scope = stored[0].scope
        recordings = [call.recording_item(one) for call in stored for one in call.live_recordings]
        self._erase(Category.RECORDING, recordings, scope, closing)
        calls, originals = [call.item for call in stored], [original_of(call) for call in stored]
        self._erase(Category.CALL, calls, scope, closing, originals)

    def _find(self, scope: Scope, tokens: Sequence[bytes]) -> list[StoredCall]:
        found = self._repository.fetch_many(scope, tokens).values()
        return [call for call in found if isinstance(call, StoredCall)]

    def _erase(
        self,
        category: Category,
        items: Sequence[ErasedItem],
        scope: Scope,
        closing: Closing,
        originals: Sequence[Original] | None = None,
    ) -> None:
        self._eraser.erase(
            scope.client_id,
            Role.PROCESSOR,
            category,
            closing.rule,
            items,
            closing.actor,
            closing.action,
            originals,
        )
