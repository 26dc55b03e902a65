"""Opening stored records, within their term."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.errors import Gone, KeyDestroyed, NotFound
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Verdict
from telecom_privacy.records.model import Record, StoredRecord

Judge: TypeAlias = Callable[[KeyReference, UUID], object]
"""Told of every key that is missing, and of which record."""


class RecordOpener:
    """Opens records and what is known of their content; refuses what is past its term."""

    def __init__(self, keys: KeyService, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def verdict(self, client: Client, record: StoredRecord) -> Verdict:
        role = record.scope.role
        return client.terms.verdict(record.category, role, record.occurred_at, record.events)

    def minimum_until(self, client: Client, record: StoredRecord) -> datetime:
        """Until when a law that is in force now forbids to erase a record."""
        facts = record.occurred_at, record.events
        now, role = self._clock.now(), record.scope.role
        return client.terms.minimum_until(record.category, role, facts, now)

    def require_within_term(self, client: Client, record: StoredRecord) -> None:
        """Raise `Gone` for a record that is past its term."""
        if self.verdict(client, record).is_due(self._clock.now()):
            raise Gone("the retention term of this record is over")

    def open(self, client: Client, record: StoredRecord) -> Record:
        """Open a record. Raises `Gone` past its term, or if it is being erased just now.

        Raises `IntegrityError`, and alarms, for a key that is missing though nothing was erased.
        """
        self.require_within_term(client, record)
        if found := self._open([record], self._keys.require_erased):
            return found[0]
        raise Gone("this record was erased")

    def open_current(
        self, client: Client, record: StoredRecord, fetch_again: Callable[[], object]
    ) -> Record:
        """Open a record as `open` does, also if its version is replaced at this moment."""
        try:
            return self.open(client, record)
        except Gone:
            current = fetch_again()
            if not isinstance(current, StoredRecord) or current.key == record.key:
                raise
            return self.open(client, current)

    def open_many(self, records: Iterable[StoredRecord]) -> list[Record]:
        """Open those records, all within their term, that still have their key.

        A key that is missing though nothing was erased is an alarm; the others are opened.
        """
        return self._open(list(records), self._keys.is_lost)

    def open_content(self, client: Client, record: StoredRecord) -> OpenedContent:
        """Open what is known of a record's content. Raises `NotFound` if it never had any.

        Raises `Gone` if it was erased, alone or with its record, or is past its term.
        """
        self.require_within_term(client, record)
        return self.content_beyond_term(record)

    def content_beyond_term(self, record: StoredRecord) -> OpenedContent:
        """As `open_content`, whatever the term says: for who judged that a hold keeps it."""
        content = record.content
        if content is None:
            raise NotFound("content")
        if not content.is_live:
            raise Gone("this content was erased")
        try:
            self._keys.open(record.binding, record.key)
            key = self._keys.open(record.binding, content.key)
        except KeyDestroyed as error:
            raise Gone("this content was erased") from error
        metadata = open_json(key, content.metadata, record.binding)
        return OpenedContent(content.id, record.binding, key, metadata)

    def _open(self, records: Sequence[StoredRecord], judge: Judge) -> list[Record]:
        bindings = {item.key: record.binding for record in records for item in record.items}
        keys = self._keys.open_existing(bindings)
        for record in records:
            for item in record.items:
                if item.key not in keys:
                    judge(item.key, record.record_id)
        return [_opened(record, keys) for record in records if record.key in keys]


def _opened(record: StoredRecord, keys: Mapping[KeyReference, bytes]) -> Record:
    sealed = open_json(keys[record.key], record.payload, record.binding)
    return Record(record, keys[record.key], sealed, _content(record, keys))


def _content(record: StoredRecord, keys: Mapping[KeyReference, bytes]) -> dict[str, Any] | None:
    content = record.live_content
    if content is None or content.key not in keys:
        return None
    return open_json(keys[content.key], content.metadata, record.binding)
