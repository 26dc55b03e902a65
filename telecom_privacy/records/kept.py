"""Records of the operator's own that the service itself keeps, whoever acts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Gone, NotFound, Unavailable
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.records.attempt import Attempt
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.drafting import Draft, RecordDrafting
from telecom_privacy.records.model import KEPT, FoundRecord, NewRecord, Record, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.repository import RECORDS, RecordRepository
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import one_of
from telecom_privacy.storage.paging import (
    UNBOUNDED,
    Position,
    Window,
    page_end,
    page_newest_first,
    whole_window,
)

_BATCH = 200
_TRIES = 20
_ROLE = Role.CONTROLLER

Wanted = Callable[[FoundRecord], bool]


class KeptRecords:
    """Who may do what is for its callers to judge; the routes of records change none of them.

    `file` is what is sealed of a record beside the `data` that its category declares. It only
    grows, so a record stays under its key as it does when an event is noted.
    """

    def __init__(
        self,
        repository: RecordRepository,
        catalogue: Catalogue,
        tokens: RecordTokens,
        drafting: RecordDrafting,
        opener: RecordOpener,
        versions: ContentVersions,
        schedule: Schedule,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._catalogue = catalogue
        self._tokens = tokens
        self._drafting = drafting
        self._opener = opener
        self._versions = versions
        self._schedule = schedule
        self._clock = clock

    def insert(self, actor: str, client: Client, new: NewRecord, file: Mapping[str, Any]) -> None:
        """Store a record under an id that is new.

        Raises `Invalid` where the operator's policy does not name the category, or for card data,
        and `Gone` for what is past its term already.
        """
        self._catalogue.require_storable(client, new.category)
        self._catalogue.require_no_cards(client, {"subject": new.subject, **file})
        self._catalogue.require_data(client, new.category, new.data)
        drafted = self._drafting.draft(client, _ROLE, new)
        self._insert(actor, client, replace(drafted, more={KEPT: dict(file)}))

    def fetch(self, client: Client, category: str, external_id: str) -> Record:
        """Open a record. Raises `NotFound`, and `Gone` for one that is erased or past its term."""
        token = self._drafting.token(client, _ROLE, category, external_id)
        found = self._repository.fetch(client.scope(_ROLE), token)
        if found is None:
            raise NotFound("record")
        if not isinstance(found, StoredRecord):
            raise Gone("this record was erased")
        return self._opener.open(client, found)

    def update(
        self,
        client: Client,
        known: Record,
        data: Mapping[str, Any],
        file: Mapping[str, Any],
        events: Mapping[str, datetime],
    ) -> None:
        """Write what a record says now, and its events. Raises `Conflict` if it was changed."""
        old = known.stored
        self._catalogue.require_no_cards(client, file)
        self._catalogue.require_data(client, old.category, data)
        content = {**known.sealed, "data": dict(data), KEPT: dict(file)}
        payload = seal_json(known.key, content, old.binding)
        events, now = {**old.events, **events}, self._clock.now()
        changed = replace(old, events=events, payload=payload, stored_at=now)
        if not self._repository.update_events(old, changed):
            raise Conflict("the record was changed at the same time")
        due_at = self._opener.verdict(client, changed).due_at
        self._schedule.expect(client.id, {old.category: due_at})

    def note_event(
        self, client: Client, category: str, external_id: str, events: Mapping[str, datetime]
    ) -> None:
        """Note events of a record, whatever else changes it. Raises as `fetch`, and `Unavailable`.

        May be repeated.
        """
        for _ in range(_TRIES):
            record = self.fetch(client, category, external_id)
            with suppress(Conflict):
                self.update(client, record, record.sealed["data"], record.sealed[KEPT], events)
                return
        raise Unavailable("this record is being changed by others; retry")

    def each(
        self,
        client: Client,
        category: str,
        after: Position | None,
        wanted: Wanted,
        subject: str | None = None,
    ) -> Iterator[Record]:
        """Yield the records within their term, newest first, of those that are `wanted`.

        About one person, if `subject` is given. In constant memory, opening no others. One whose
        key is missing is an alarm, and left out.
        """
        about = self._about(client, category, subject) if subject else {}
        while found := self._found(client, category, after, wanted, about):
            yield from self._opened(client, found)
            after = Position(found[-1].occurred_at, found[-1].token)

    def _insert(self, actor: str, client: Client, draft: Draft) -> None:
        record = draft.record
        verdict = self._opener.verdict(client, record)
        if verdict.is_due(self._clock.now()):
            raise Gone("the retention term of this record is over")

        def write(stored: StoredRecord) -> bool:
            if not self._repository.insert(stored):
                return False
            self._schedule.expect(client.id, {record.category: verdict.due_at})
            self._repository.update_subjects(
                stored.scope, self._drafting.indexed_anew(draft, stored)
            )
            return True

        attempt = Attempt(self._drafting, actor, draft, (), write)
        self._versions.insert(record.binding, RECORDS, record.token, attempt)

    def _about(self, client: Client, category: str, subject: str) -> Mapping[str, Any]:
        tokens = self._tokens.subjects(client.id, _ROLE, category, subject)
        return {"subject": one_of(tokens)}

    def _found(
        self,
        client: Client,
        category: str,
        after: Position | None,
        wanted: Wanted,
        equal: Mapping[str, Any],
    ) -> list[FoundRecord]:
        scope = client.scope(_ROLE)

        def fetch(window: Window, most: int) -> list[FoundRecord]:
            return self._repository.fetch_window(scope, category, window, equal, most)

        def keep(found: list[FoundRecord]) -> list[FoundRecord]:
            return [one for one in found if wanted(one) and not self._is_due(client, category, one)]

        window = whole_window(None, page_end(self._clock.now(), None, after))
        return page_newest_first([window], fetch, keep, _position, after, _BATCH, UNBOUNDED)

    def _is_due(self, client: Client, category: str, found: FoundRecord) -> bool:
        verdict = client.terms.verdict(category, _ROLE, found.occurred_at, found.events)
        return verdict.is_due(self._clock.now())

    def _opened(self, client: Client, found: Sequence[FoundRecord]) -> Iterator[Record]:
        tokens = [one.token for one in found]
        stored = self._repository.fetch_many(client.scope(_ROLE), tokens).values()
        live = [one for one in stored if isinstance(one, StoredRecord)]
        opened = {record.stored.token: record for record in self._opener.open_many(live)}
        return (opened[token] for token in tokens if token in opened)


def _position(found: FoundRecord) -> Position:
    return Position(found.occurred_at, found.token)
