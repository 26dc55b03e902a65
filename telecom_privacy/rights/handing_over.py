"""Giving a person what the operator holds of it (GDPR articles 15 and 20)."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from telecom_privacy.archive.assembly import Archive, File, measured
from telecom_privacy.archive.bag import PAYLOAD_FOLDER
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access
from telecom_privacy.records.model import Record
from telecom_privacy.rights.holdings import Holdings
from telecom_privacy.rights.model import Entry, Right, RightsRequest, Step
from telecom_privacy.rights.package import PersonBag, data_package
from telecom_privacy.rights.person_tables import (
    EXCLUSION_FIELDS,
    EXCLUSIONS,
    RECORD_FIELDS,
    TRAFFIC_FIELDS,
    content_path,
    csv_lines,
    record_row,
    resource,
    traffic_row,
)
from telecom_privacy.rights.register import Register

_GIVING = (Right.ACCESS, Right.PORTABILITY, Right.POST_MORTEM)


class HandingOver:
    def __init__(
        self,
        register: Register,
        holdings: Holdings,
        contents: ContentReader,
        bag: PersonBag,
        clock: Clock,
    ) -> None:
        self._register = register
        self._holdings = holdings
        self._contents = contents
        self._bag = bag
        self._clock = clock

    def package(self, access: Access, request_id: UUID) -> Archive:
        """Return what the operator answers as controller, and note that it was taken.

        Raises `Conflict` unless the identity is verified and access was asked, and no answer given.
        """
        request = self._register.require(access, request_id, Step.TAKEN, _require_asked)
        now = self._clock.now()
        package = self._bag.of(self._files(request.subject), request_id, now)

        def say(current: RightsRequest) -> RightsRequest:
            return current.after(Entry(Step.TAKEN, max(now, current.last_at), now, access.actor))

        self._register.note(access, request_id, Step.TAKEN, say)
        return package

    def _files(self, subject: str) -> Iterator[File]:
        tables = [
            _table("traffic.csv", TRAFFIC_FIELDS, partial(self._traffic, subject)),
            _table("records.csv", RECORD_FIELDS, partial(self._records, subject)),
            _table("exclusions.csv", EXCLUSION_FIELDS, lambda: EXCLUSIONS),
        ]
        yield from (file for _, file in tables)
        for client, record in self._holdings.records(subject):
            yield from self._content(client, record)
        yield data_package(tables)

    def _traffic(self, subject: str) -> Iterator[Mapping[str, Any]]:
        number = self._holdings.number_of(subject) or ""
        return (traffic_row(content, number) for content in self._holdings.traffic(subject))

    def _records(self, subject: str) -> Iterator[Mapping[str, Any]]:
        for client, record in self._holdings.records(subject):
            yield record_row(client, record, self._holdings.restriction(client, record))

    def _content(self, client: Client, record: Record) -> Iterator[File]:
        """The content of a record, which is read only when it is sent."""
        if path := content_path(record):
            opened = self._holdings.content(client, record)
            crc32 = int(opened.metadata["crc32"])
            place = f"{PAYLOAD_FOLDER}{path}"
            read = partial(self._bytes, opened)
            yield File(place, opened.length, opened.sha256.hex(), crc32, read)

    def _bytes(self, opened: OpenedContent) -> Iterable[bytes]:
        return self._contents.read(opened, 0, opened.length - 1) if opened.length else ()


def _table(path: str, fields: tuple[str, ...], rows: Any) -> tuple[dict[str, Any], File]:
    file = measured(f"{PAYLOAD_FOLDER}{path}", lambda: csv_lines(fields, rows()))
    return resource(path, fields), file


def _require_asked(request: RightsRequest) -> None:
    if request.right not in _GIVING:
        raise Conflict("this request asks for no data")
