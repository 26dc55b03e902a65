"""Calls of a client, as an order of an authority names them (RULES LAW-1, LAW-3)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from telecom_privacy.calls.model import Call, StoredCall, StoredRecording, Tombstone
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.model import Client
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import one_of
from telecom_privacy.storage.paging import TICK, Window, windows_within

_BATCH = 200


class CallFinder:
    """Finds whatever the term says, newest first, in constant memory; nothing is logged here.

    A period bounds the start of a call, both ends included.
    """

    def __init__(self, repository: CallRepository, opener: CallOpener, keys: KeyService) -> None:
        self._repository = repository
        self._opener = opener
        self._keys = keys

    def with_number(
        self, client: Client, number: str, start: datetime, end: datetime
    ) -> Iterator[StoredCall]:
        """Yield a client's calls with a number (E.164)."""
        for window in self._windows(client, start, end):
            tokens = self._keys.numbers.tokens(Role.PROCESSOR, window.month, number, client.id)
            yield from self._in(client, window, {"numbers": one_of(tokens)})

    def of_licence(
        self, client: Client, licence_id: UUID, start: datetime, end: datetime
    ) -> Iterator[StoredCall]:
        """Yield the calls of a client's licence."""
        for window in self._windows(client, start, end):
            yield from self._in(client, window, {"licence": licence_id})

    def token(self, client: Client, external_id: str) -> bytes:
        """The place of the call of an id, whether there is one or not."""
        return self._opener.token(client, external_id)

    def named(self, client: Client, external_id: str) -> StoredCall | Tombstone | None:
        """The call of an id; a tombstone for one that was erased of late."""
        token = self.token(client, external_id)
        return self._repository.fetch(client.scope(Role.PROCESSOR), token)

    def open(self, client: Client, call: StoredCall) -> Call | None:
        """Open a call; None for one that was erased at this moment."""
        return next(iter(self._opener.open_beyond_term(client, [call])), None)

    def cdrs(self, client: Client, calls: Sequence[StoredCall]) -> Mapping[UUID, Mapping[str, Any]]:
        """Return the CDRs of those calls whose keys are still there."""
        opened = self._opener.open_beyond_term(client, calls)
        return {one.stored.record_id: one.sealed["call"] for one in opened}

    def open_recording(self, call: StoredCall, recording: StoredRecording) -> OpenedContent:
        """Open what is known of a recording. Raises `Gone`."""
        key, metadata = self._opener.metadata_beyond_term(call, recording)
        binding = call.recording_binding(recording.record_id)
        return OpenedContent(recording.record_id, binding, key, metadata)

    def _windows(self, client: Client, start: datetime, end: datetime) -> Iterator[Window]:
        return windows_within(self._keys.numbers.months(client.id), start, end + TICK)

    def _in(self, client: Client, window: Window, equal: Mapping[str, Any]) -> Iterator[StoredCall]:
        scope = client.scope(Role.PROCESSOR)
        found = iter(self._repository.fetch_window(scope, window, equal, 0))
        while tokens := [one.token for one in islice(found, _BATCH)]:
            stored = self._repository.fetch_many(scope, tokens)
            calls = (stored.get(token) for token in tokens)
            yield from (call for call in calls if isinstance(call, StoredCall))
