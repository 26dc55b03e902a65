"""Opening stored calls, within their term."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from telecom_privacy.calls.model import Call, OpenedRecording, StoredCall, StoredRecording
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import Gone, KeyDestroyed
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role

Judge: TypeAlias = Callable[[KeyReference, UUID], object]
"""Told of every key that is missing, and of which record."""


class CallOpener:
    """Opens calls and the metadata of their recordings; refuses what is past its term."""

    def __init__(self, keys: KeyService, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def token(self, client: Client, external_id: str) -> bytes:
        return self._keys.identifier_token(client.id, "call", external_id)

    def months(self, client: Client) -> list[str]:
        """The months (`YYYY-MM`, oldest first) in which the client may have calls."""
        return self._keys.numbers.months(client.id)

    def is_over(self, client: Client, category: Category, ended_at: datetime) -> bool:
        """Whether the term of a call that ended then, or of its recordings, has run out."""
        return client.terms.is_due(category, Role.PROCESSOR, ended_at, self._clock.now())

    def open(self, client: Client, call: StoredCall) -> Call:
        """Open a call. Raises `Gone` past its term, or if it is being erased just now.

        Raises `IntegrityError`, and alarms, for a key that is missing though nothing was erased.
        """
        if self.is_over(client, Category.CALL, call.ended_at):
            raise Gone("the retention term of this call is over")
        if found := self._open(client, [call], self._keys.require_erased):
            return found[0]
        raise Gone("this call was erased")

    def open_current(
        self, client: Client, call: StoredCall, fetch_again: Callable[[], object]
    ) -> Call:
        """Open a call as `open` does, also if its version is replaced at this moment."""
        try:
            return self.open(client, call)
        except Gone:
            current = fetch_again()
            if not isinstance(current, StoredCall) or current.key == call.key:
                raise
            return self.open(client, current)

    def open_many(self, client: Client, calls: Iterable[StoredCall]) -> list[Call]:
        """Open those calls of a page whose term is not over and that still have their key.

        A key that is missing though nothing was erased is an alarm; the others are opened.
        """
        within = [c for c in calls if not self.is_over(client, Category.CALL, c.ended_at)]
        return self.open_beyond_term(client, within)

    def open_beyond_term(self, client: Client, calls: Sequence[StoredCall]) -> list[Call]:
        """As `open_many`, whatever the term says: for who judged that a hold keeps them."""
        return self._open(client, calls, self._keys.is_lost)

    def _open(self, client: Client, calls: Sequence[StoredCall], judge: Judge) -> list[Call]:
        current = [(call, self._current(client, call)) for call in calls]
        bindings: dict[KeyReference, Binding] = {call.key: call.binding for call in calls}
        bindings |= {
            recording.key: call.recording_binding(recording.record_id)
            for call, recordings in current
            for recording in recordings
        }
        keys = self._keys.open_existing(bindings)
        for call, recordings in current:
            sealed: tuple[StoredCall | StoredRecording, ...] = (call, *recordings)
            for one in sealed:
                if one.key not in keys:
                    judge(one.key, one.record_id)
        return [_opened(call, recordings, keys) for call, recordings in current if call.key in keys]

    def open_metadata(
        self, client: Client, call: StoredCall, recording: StoredRecording
    ) -> tuple[bytes, dict[str, Any]]:
        """Return a recording's key and its sealed metadata. Raises `Gone` past its term."""
        if recording.is_live and self.is_over(client, Category.RECORDING, call.ended_at):
            raise Gone("the retention term of this recording is over")
        return self.metadata_beyond_term(call, recording)

    def metadata_beyond_term(
        self, call: StoredCall, recording: StoredRecording
    ) -> tuple[bytes, dict[str, Any]]:
        """As `open_metadata`, whatever the term says; raises `Gone` for what was erased."""
        if not recording.is_live:
            raise Gone("this recording was erased")
        binding = call.recording_binding(recording.record_id)
        try:
            key = self._keys.open(binding, recording.key)
        except KeyDestroyed as error:
            raise Gone("this recording was erased") from error
        return key, open_json(key, recording.metadata, binding)

    def _current(self, client: Client, call: StoredCall) -> list[StoredRecording]:
        if not (live := call.live_recordings):
            return []
        return [] if self.is_over(client, Category.RECORDING, call.ended_at) else live


def _opened(
    call: StoredCall, recordings: Iterable[StoredRecording], keys: Mapping[KeyReference, bytes]
) -> Call:
    opened = (
        OpenedRecording(
            recording,
            open_json(
                keys[recording.key],
                recording.metadata,
                call.recording_binding(recording.record_id),
            ),
        )
        for recording in recordings
        if recording.key in keys
    )
    return Call(call, open_json(keys[call.key], call.payload, call.binding), tuple(opened))
