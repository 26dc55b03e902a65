"""Exports as the client sees them: asked for, watched, taken, given up."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from telecom_privacy.audit.model import Event, Json
from telecom_privacy.audit.openings import Openings
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import WINDOW_OVER, Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Gone, Invalid, NotFound, TooManyRequests, Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.http.content import Content
from telecom_privacy.reversibility.attempts import Attempts
from telecom_privacy.reversibility.delivery import PackageReader
from telecom_privacy.reversibility.jobs import Jobs
from telecom_privacy.reversibility.layout import Layout
from telecom_privacy.reversibility.model import Export, Fetched, State, StoredExport, Wish
from telecom_privacy.reversibility.obedience import ObeyedTerms
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import Position, page_oldest_first

_MOST_PREPARED = 3
_MOST_LIVING = 20
_PATIENCE_SECONDS = 20.0
_LOOK_EVERY_SECONDS = 0.1
MEDIA_TYPE = "application/zip"


class ExportService:
    def __init__(
        self,
        repository: ExportRepository,
        attempts: Attempts,
        jobs: Jobs,
        reader: PackageReader,
        clients: ClientService,
        terms: ObeyedTerms,
        openings: Openings,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._attempts = attempts
        self._jobs = jobs
        self._reader = reader
        self._clients = clients
        self._terms = terms
        self._openings = openings
        self._changes = changes
        self._clock = clock

    def create(self, access: Access, client: Client, wish: Wish) -> StoredExport:
        """Begin to make a package. Raises `Gone` once the client's window is over.

        Raises `TooManyRequests` for too many at once, `Forbidden` for a limited key, `Invalid` for
        the operator itself.
        """
        client = self._clients.current(client.id)
        self._require(access, client)
        living = self._repository.fetch_living(client.scope(Role.PROCESSOR))
        preparing = [one for one in living if one.state is State.PREPARING]
        if len(preparing) >= _MOST_PREPARED or len(living) >= _MOST_LIVING:
            raise TooManyRequests("too many packages at once: wait for one, or delete one")
        export = self._attempts.begin(client, wish)
        self._changes.append("export.created", access, client.id, _details(export.stored, wish))
        self._jobs.start(export)
        return export.stored

    def find(self, access: Access, client: Client, export_id: UUID) -> StoredExport:
        """Return what is known of an export, also when its package is gone."""
        found = self._stored(access, client, export_id)
        return self._judged(client, [found])[0]

    def page(
        self, access: Access, client: Client, after: Position | None, limit: int
    ) -> tuple[list[StoredExport], Position | None]:
        """Return a page of a client's exports, oldest first."""
        access.require_whole_client()
        stored = self._repository.fetch_from(client.scope(Role.PROCESSOR), after)
        page, more = page_oldest_first(stored, _position, after, limit)
        return self._judged(client, page), more

    def newest(self, access: Access, client: Client, most: int) -> list[StoredExport]:
        """Return the last exports of a client, newest first."""
        access.require_whole_client()
        newest = self._repository.fetch_newest(client.scope(Role.PROCESSOR), most)
        return self._judged(client, newest)

    def delete(self, access: Access, client: Client, export_id: UUID) -> None:
        """Withdraw a package; no error if it is gone already."""
        stored = self._stored(access, client, export_id)
        if stored.state in (State.PREPARING, State.READY):
            self._attempts.take_back(stored, access.actor)

    def open(self, access: Access, client: Client, export_id: UUID) -> Export:
        """Open a package to send it; waits a while for one that is being prepared.

        Raises `Gone` for one that was withdrawn, `Unavailable` for one that is not ready.
        """
        self._require(access, client)
        stored = self._awaited(access, client, export_id)
        if stored.state is State.PREPARING:
            raise Unavailable("the package is being prepared; ask again")
        return self._attempts.open(stored)

    def deliverable(self, access: Access, export: Export) -> Content:
        """The package as an answer whose bytes are read as they are sent."""
        stored = export.stored
        return Content(
            length=stored.length or 0,
            media_type=MEDIA_TYPE,
            etag=stored.making.hex,
            modified_at=stored.as_of,
            file_name=f"{stored.id}.zip",
            read=partial(self._sent, access, export),
        )

    def log_opening(self, access: Access, client: Client, export: Export) -> None:
        """Log that a package is taken, once per caller in five minutes. Durable on return."""
        export_id = export.stored.id
        details = {"export": str(export_id), **access.statement()}
        event = Event("export.fetched", access.actor, self._clock.now(), client.id, details)
        self._openings.append_opening(event, export_id)

    def _stored(self, access: Access, client: Client, export_id: UUID) -> StoredExport:
        access.require_whole_client()
        found = self._repository.fetch(client.scope(Role.PROCESSOR), export_id)
        if found is None:
            raise NotFound("export")
        return found

    def _judged(self, client: Client, exports: Sequence[StoredExport]) -> list[StoredExport]:
        """As the time and the terms of now have it: what they end is gone, swept or not."""
        client, now = self._clients.current(client.id), self._clock.now()
        return [
            replace(one, state=State.GONE)
            if one.state is State.READY
            and (one.is_over(now) or not self._terms.are_of(one, client))
            else one
            for one in exports
        ]

    def _sent(self, access: Access, export: Export, first: int, last: int) -> Iterator[bytes]:
        stored, sent = export.stored, 0
        layout = Layout(str(stored.id), stored.as_of)
        try:
            for piece in self._reader.read(export, layout, first, last):
                yield piece
                sent += len(piece)
        finally:  # a download that broke off goes on with another range
            if sent:
                self._note_sent(access, stored, first, first + sent - 1)

    def _note_sent(self, access: Access, stored: StoredExport, first: int, last: int) -> None:
        """Remember what was sent, and that the package was taken once its last byte, or what was
        still missing, was."""
        length = stored.length or 0
        completes = self._repository.add_sent(stored, first, last)
        if completes or last + 1 == length:
            is_whole = completes or first == 0
            fetched = Fetched(self._clock.now(), access.actor, is_whole)
            self._repository.add_fetched(stored, fetched)

    def _awaited(self, access: Access, client: Client, export_id: UUID) -> StoredExport:
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            stored = self.find(access, client, export_id)
            if stored.state is not State.PREPARING or time.monotonic() > until:
                return stored
            time.sleep(_LOOK_EVERY_SECONDS)

    def _require(self, access: Access, client: Client) -> None:
        access.require_whole_client()
        if client.is_operator:
            raise Invalid({"client": ["the operator has nothing to take back from itself"]})
        window = self._clients.window(client)
        if window and window.closes_at <= self._clock.now():
            raise Gone(WINDOW_OVER)


def _details(export: StoredExport, wish: Wish) -> dict[str, Json]:
    """What the log says of a package that is begun, and so what restricted data in it is for."""
    details: dict[str, Json] = {"export": str(export.id), "kind": wish.kind.value}
    if (use := wish.restricted) is not None:
        details["restricted"] = {"for": use.ground.value, "reference": use.reference}
    return details


def _position(export: StoredExport) -> Position:
    return Position(export.created_at, export.id.bytes)
