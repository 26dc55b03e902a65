"""The list of a package's files: what each is and where its bytes lie.

It is kept in sealed pages. A page knows where its first file starts in the ZIP and in the ZIP's
directory, so any byte of the package is found by reading one page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from telecom_privacy.content.model import OpenedContent
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.reversibility.writer import WrittenFile
from telecom_privacy.scope import Role, Scope

ENTRIES_PER_PAGE = 400


@dataclass(frozen=True, slots=True)
class Rendered:
    """Bytes of one of the package's own streams, from `offset` on."""

    stream: int
    offset: int


@dataclass(frozen=True, slots=True)
class Referred:
    """Binary content at its own place, under its own key: it goes when its record goes."""

    content: UUID
    key: KeyReference
    licence_id: UUID
    category: str
    month: str
    record_id: UUID
    segment_bytes: int
    header: bytes

    def binding(self, client_id: UUID) -> Binding:
        """The place of its metadata; exports hold the client's own data only."""
        scope = Scope(client_id, self.licence_id, Role.PROCESSOR)
        return record_binding(scope, self.category, self.month, self.record_id)

    def opened(self, client_id: UUID, key: bytes, file: WrittenFile) -> OpenedContent:
        metadata = {
            "bytes": file.length,
            "sha256": file.sha256,
            "segment_bytes": self.segment_bytes,
            "header": self.header.hex(),
        }
        return OpenedContent(self.content, self.binding(client_id), key, metadata)


def referred(content: OpenedContent, key: KeyReference) -> Referred:
    binding = content.binding
    return Referred(
        content.id,
        key,
        binding.licence_id,
        binding.category,
        binding.month,
        binding.record_id,
        content.layout.segment_bytes,
        content.header,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One file and where its bytes come from."""

    file: WrittenFile
    source: Rendered | Referred


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive entries: where they start in the ZIP, and their headers in its directory."""

    number: int
    start: int
    directory: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PageStart:
    """What is known of a page without opening it."""

    number: int
    start: int
    directory: int


def entries_json(number: int, entries: Iterable[Entry]) -> dict[str, Any]:
    """What is sealed of a page; it names the page, so that none passes for another."""
    return {"page": number, "entries": [_row(entry) for entry in entries]}


def entries_from(number: int, sealed: dict[str, Any]) -> Sequence[Entry] | None:
    """Read a page; None if it is another one."""
    return [_entry(row) for row in sealed["entries"]] if sealed["page"] == number else None


def _row(entry: Entry) -> list[Any]:
    file, source = entry.file, entry.source
    row: list[Any] = [file.path, file.length, file.sha256, file.crc32]
    if isinstance(source, Rendered):
        return [*row, source.stream, source.offset]
    key = source.key
    place = [str(source.licence_id), source.category, source.month, str(source.record_id)]
    where = [str(source.content), str(key.page), key.slot]
    return [*row, *where, *place, source.segment_bytes, source.header.hex()]


def _entry(row: list[Any]) -> Entry:
    path, length, sha256, crc32, *source = row
    file = WrittenFile(path, length, sha256, crc32)
    if len(source) == 2:
        return Entry(file, Rendered(*source))
    content, page, slot, licence, category, month, record, segment_bytes, header = source
    key = KeyReference(UUID(page), slot)
    place = (UUID(licence), category, month, UUID(record))
    return Entry(file, Referred(UUID(content), key, *place, segment_bytes, bytes.fromhex(header)))
