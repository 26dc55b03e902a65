"""Sending a package: any range of its bytes, the same each time, in constant memory."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from telecom_privacy.content.model import OpenedContent
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.errors import Gone, IntegrityError
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.reversibility.entries import Entry, PageStart, Rendered, entries_from
from telecom_privacy.reversibility.layout import Layout
from telecom_privacy.reversibility.model import Export, Stream
from telecom_privacy.reversibility.repository import ExportRepository

_ASK_AGAIN_AFTER = 1024 * 1024
"""Bytes that may still go out after the package was withdrawn."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Consecutive bytes of the ZIP; `read` yields those between two offsets, both included."""

    start: int
    length: int
    read: Callable[[int, int], Iterable[bytes]]


class PackageReader:
    def __init__(
        self, repository: ExportRepository, keys: KeyService, contents: ContentReader
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._contents = contents

    def read(self, export: Export, layout: Layout, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes `first` to `last` of the ZIP, both included.

        Breaks off with `Gone` where the package is withdrawn meanwhile, and with `KeyDestroyed` or
        `IntegrityError` where something that it refers to has gone.
        """
        sent = _ASK_AGAIN_AFTER
        for part in _Parts(self._repository, export, layout, self._bytes).after(first):
            if part.start > last:
                return
            begin, end = max(first - part.start, 0), min(last - part.start, part.length - 1)
            if begin > end:
                continue
            for piece in part.read(begin, end):
                if sent >= _ASK_AGAIN_AFTER:
                    self._require_ready(export)
                    sent = 0
                sent += len(piece)
                yield piece

    def _require_ready(self, export: Export) -> None:
        if not self._repository.is_ready(export.stored):
            raise Gone("this package was withdrawn")

    def _bytes(self, export: Export, entry: Entry, first: int, last: int) -> Iterator[bytes]:
        source, file = entry.source, entry.file
        if isinstance(source, Rendered):
            stream = export.streams[source.stream]
            content = _rendered(export, stream)
            return self._contents.read(content, source.offset + first, source.offset + last)
        client_id = export.stored.client_id
        key = self._keys.open(source.binding(client_id), source.key)
        return self._contents.read(source.opened(client_id, key, file), first, last)


class _Parts:
    """The ZIP as a sequence of parts: headers and files, then the directory, then its end."""

    def __init__(
        self,
        repository: ExportRepository,
        export: Export,
        layout: Layout,
        read: Callable[[Export, Entry, int, int], Iterator[bytes]],
    ) -> None:
        self._repository = repository
        self._export = export
        self._layout = layout
        self._read = read
        self._pages = repository.fetch_starts(export.stored.making)

    def after(self, first: int) -> Iterator[_Part]:
        """Yield the parts from the one that holds byte `first` on, perhaps some before it."""
        if not self._pages:
            raise Gone("this package was withdrawn")
        last = self._pages[-1]
        end = self._layout.following(last, self._entries(last))
        if first < end.start:
            yield from self._files(bisect_right(self._pages, first, key=lambda p: p.start) - 1)
        beginning = max(first - end.start, 0)
        number = bisect_right(self._pages, beginning, key=lambda page: page.directory) - 1
        yield from self._directory(end.start, number)
        yield self._end(end)

    def _files(self, number: int) -> Iterator[_Part]:
        for page in islice(self._pages, number, None):
            at = page.start
            for entry in self._entries(page):
                header = self._layout.header(entry.file)
                yield _literal(at, header)
                at += len(header)
                yield self._content(at, entry)
                at += entry.file.length

    def _content(self, at: int, entry: Entry) -> _Part:
        def read(first: int, last: int) -> Iterator[bytes]:
            return self._read(self._export, entry, first, last)

        return _Part(at, entry.file.length, read)

    def _directory(self, files_end: int, number: int) -> Iterator[_Part]:
        for page in islice(self._pages, number, None):
            yield _literal(files_end + page.directory, self._directory_page(page))

    def _directory_page(self, page: PageStart) -> bytes:
        at, found = page.start, bytearray()
        for entry in self._entries(page):
            found += self._layout.directory_entry(entry.file, at)
            at += len(self._layout.header(entry.file)) + entry.file.length
        return bytes(found)

    def _end(self, end: PageStart) -> _Part:
        stored = self._export.stored
        found = self._layout.end(stored.entries or 0, end)
        start = end.start + end.directory
        if start + len(found) != stored.length:
            raise IntegrityError("the list of a package's files is not what it was")
        return _literal(start, found)

    def _entries(self, page: PageStart) -> list[Entry]:
        sealed = self._repository.fetch_entries(self._export.stored.making, page.number)
        if sealed is None:
            raise Gone("this package was withdrawn")
        opened = open_json(self._export.key, sealed, self._export.stored.binding)
        if (entries := entries_from(page.number, opened)) is None:
            raise IntegrityError("a page of a package's files is not where it belongs")
        return list(entries)


def _literal(start: int, data: bytes) -> _Part:
    return _Part(start, len(data), lambda first, last: [data[first : last + 1]])


def _rendered(export: Export, stream: Stream) -> OpenedContent:
    metadata = {
        "bytes": stream.length,
        "segment_bytes": stream.segment_bytes,
        "header": stream.header.hex(),
    }
    return OpenedContent(stream.content, export.stored.binding, export.key, metadata)
