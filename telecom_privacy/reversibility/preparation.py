"""Making a package: a snapshot that is complete and true, or none (DESIGN §7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.copies import EXPORT
from telecom_privacy.erasure.schedule import Schedule, soonest
from telecom_privacy.errors import Conflict, Unavailable
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.reversibility.attempts import LEASE, Attempts, wish_of
from telecom_privacy.reversibility.bag import Bag
from telecom_privacy.reversibility.layout import Layout
from telecom_privacy.reversibility.members import bucketed
from telecom_privacy.reversibility.model import Export, Making, Stream, Wish
from telecom_privacy.reversibility.obedience import ObeyedTerms
from telecom_privacy.reversibility.package import SealedPackage
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.reversibility.writer import PackageWriter
from telecom_privacy.storage.segments import SegmentStore

RENEW_AFTER = LEASE / 6
_MOST_ATTEMPTS = 5
_BEATS_PER_LOOK = 20
"""The clock is the kernel's: to ask it for each record took as long as to seal it."""


class PackageContent(Protocol):
    """Writes the payload of a package: everything below `data/`."""

    def write(self, package: PackageWriter, client: Client, wish: Wish, as_of: datetime, /) -> bool:
        """Write what was received by `as_of` and may be read, and note each record.

        What falls due within `wish.valid_for` is left out, and said to be; so is what is restricted
        unless `wish.restricted`. Returns whether nothing was left out for being restricted, at the
        moment when it was read.
        """
        ...


class Preparation:
    """`lifetime` is how long a package is kept at most."""

    def __init__(
        self,
        repository: ExportRepository,
        attempts: Attempts,
        clients: ClientService,
        terms: ObeyedTerms,
        content: PackageContent,
        bag: Bag,
        segments: SegmentStore,
        schedule: Schedule,
        clock: Clock,
        lifetime: timedelta,
    ) -> None:
        self._repository = repository
        self._attempts = attempts
        self._clients = clients
        self._terms = terms
        self._content = content
        self._bag = bag
        self._segments = segments
        self._schedule = schedule
        self._clock = clock
        self._lifetime = lifetime

    def prepare(self, export: Export) -> None:
        """Make the package, anew as long as something in it goes, or its terms change, meanwhile.

        Raises `Conflict` if another process took the work over, and `Unavailable` also if
        the client's records change faster than a package can be made: the export has failed.
        """
        for more in reversed(range(_MOST_ATTEMPTS)):
            client = self._clients.current(export.stored.client_id)
            if self._made(export, client):
                self._withdraw_unless_obeying(export)
                return
            if more:
                export = self._attempts.begin_again(self._clients.current(client.id), export)
        self._attempts.give_up(export.stored)
        raise Unavailable("records went again and again while the package was made")

    def prepare_again(self, export: Export) -> None:
        """Make a package whose preparation nobody goes on with. Raises as `prepare`."""
        client = self._clients.current(export.stored.client_id)
        self.prepare(self._attempts.begin_again(client, export))

    def _withdraw_unless_obeying(self, export: Export) -> None:
        """Take back what terms that came at the very moment of the commit do not allow.

        A sweep that their change caused may have passed before.
        """
        if not self._obeys(export):
            self._attempts.take_back(export.stored)

    def _obeys(self, export: Export) -> bool:
        """By the terms of now: those of its beginning may have been a cache's."""
        client = self._clients.current(export.stored.client_id)
        return self._terms.are_of(export.stored, client)

    def _made(self, export: Export, client: Client) -> bool:
        stored, wish = export.stored, wish_of(export)
        making = Making(stored.id, stored.making)
        layout = Layout(str(stored.id), stored.as_of)
        package = SealedPackage(
            self._repository,
            self._segments,
            making,
            export.key,
            stored.binding,
            layout,
            _Pulse(self._repository, making, self._clock).beat,
        )
        is_unrestricted = self._content.write(package, client, wish, stored.as_of)
        everything = wish.is_for_everything and is_unrestricted
        self._bag.write(package, stored)
        streams, length = package.finish()
        values = self._values(export, streams, length, package.count)
        expires_at = self._expires_at(client, stored.created_at, package.earliest_due)
        if expires_at <= self._clock.now() or not self._obeys(export):
            return False
        values |= {"everything": everything, "expires_at": expires_at}
        return self._completed(client, making, values)

    def _values(
        self, export: Export, streams: Sequence[Stream], length: int, count: int
    ) -> dict[str, Any]:
        sealed = {**export.sealed, "streams": [_stream_json(stream) for stream in streams]}
        payload = seal_json(export.key, sealed, export.stored.binding)
        return {"payload": payload, "length": length, "entries": count}

    def _expires_at(self, client: Client, since: datetime, due_at: datetime | None) -> datetime:
        window = self._clients.window(client)
        closes_at = window.closes_at if window else None
        return soonest([since + self._lifetime, due_at, closes_at]) or since

    def _completed(self, client: Client, making: Making, values: dict[str, Any]) -> bool:
        """Commit, unless a record that the package holds is gone: False."""
        self._schedule.expect(client.id, {EXPORT: values["expires_at"]})
        while True:
            disturbed, records = self._repository.fetch_disturbed(making)
            if self._repository.holds_any(making.id, bucketed(records)):
                return False
            if self._repository.complete(making, disturbed, values):
                return True
            if self._repository.fetch_disturbed(making)[0] == disturbed:
                raise Conflict("another process prepares this export")


class _Pulse:
    """Extends the lease of the preparation while it goes on."""

    def __init__(self, repository: ExportRepository, making: Making, clock: Clock) -> None:
        self._repository = repository
        self._making = making
        self._clock = clock
        self._renewed_at = clock.elapsed()
        self._beats = 0

    def beat(self) -> None:
        """Raises `Conflict` if the attempt was given up."""
        if self._beats % _BEATS_PER_LOOK == 0:
            self._look()
        self._beats += 1

    def _look(self) -> None:
        elapsed = self._clock.elapsed()
        if elapsed - self._renewed_at < RENEW_AFTER.total_seconds():
            return
        if not self._repository.renew(self._making, self._clock.now() + LEASE):
            raise Conflict("another process prepares this export")
        self._renewed_at = elapsed


def _stream_json(stream: Stream) -> dict[str, Any]:
    return {
        "content": str(stream.content),
        "header": stream.header.hex(),
        "segment_bytes": stream.segment_bytes,
        "length": stream.length,
    }
