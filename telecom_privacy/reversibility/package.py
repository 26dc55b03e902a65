"""Making a package: files are rendered under its own key, and listed page by page."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

from telecom_privacy.archive.measure import Measure
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import Conflict
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.reversibility.entries import (
    ENTRIES_PER_PAGE,
    Entry,
    PageStart,
    Rendered,
    entries_from,
    entries_json,
    referred,
)
from telecom_privacy.reversibility.layout import Layout
from telecom_privacy.reversibility.members import Gathered
from telecom_privacy.reversibility.model import Making, Stream
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.reversibility.streams import SealedStream
from telecom_privacy.reversibility.writer import WrittenFile
from telecom_privacy.storage.lease import KeepAlive
from telecom_privacy.storage.segments import SegmentStore

_GATHERED = 50_000


class SealedPackage:
    """Writes one attempt at a package (`reversibility.writer.PackageWriter`). Not thread-safe.

    `keep_alive` is called now and then, and raises where somebody else took the work over.
    """

    def __init__(
        self,
        repository: ExportRepository,
        segments: SegmentStore,
        making: Making,
        key: bytes,
        binding: Binding,
        layout: Layout,
        keep_alive: KeepAlive,
    ) -> None:
        self._repository = repository
        self._segments = segments
        self._making = making
        self._key = key
        self._binding = binding
        self._layout = layout
        self._keep_alive = keep_alive
        self._streams: list[SealedStream] = []
        self._small: _File | None = None
        self._entries: list[Entry] = []
        self._pages: list[PageStart] = [PageStart(0, 0, 0)]
        self._members = Gathered()
        self.count = 0
        self.earliest_due: datetime | None = None

    def open(self, path: str) -> "_File":
        """See `PackageWriter`."""
        return _File(self, path, *self._new_stream())

    def add(self, path: str, data: bytes) -> WrittenFile:
        """See `PackageWriter`: all small files lie in one stream."""
        if self._small is None:
            self._small = _File(self, "", *self._new_stream())
        offset = self._small.stream.length
        self._small.stream.write(data)
        measure = Measure(data)
        file = WrittenFile(path, measure.length, measure.sha256, measure.crc32)
        return self.enter(Entry(file, Rendered(self._small.number, offset)))

    def refer(self, path: str, content: OpenedContent, key: KeyReference) -> WrittenFile:
        """See `PackageWriter`."""
        crc32 = int(content.metadata["crc32"])
        file = WrittenFile(path, content.length, content.sha256.hex(), crc32)
        return self.enter(Entry(file, referred(content, key)))

    def contains(self, record_id: UUID, due_at: datetime | None) -> None:
        """See `PackageWriter`."""
        self._keep_alive()
        self._members.add(record_id)
        if due_at is not None:
            self.earliest_due = min(due_at, self.earliest_due or due_at)
        if self._members.count >= _GATHERED:
            self._repository.insert_members(self._making, self._members.take())

    def written(self) -> Iterator[WrittenFile]:
        """See `PackageWriter`."""
        for page in self._pages[:-1]:
            yield from (entry.file for entry in self._stored(page))
        yield from [entry.file for entry in self._entries]

    def enter(self, entry: Entry) -> WrittenFile:
        """Take a file into the list. Its place in the ZIP follows from those before."""
        self._keep_alive()
        self._entries.append(entry)
        self.count += 1
        if len(self._entries) >= ENTRIES_PER_PAGE:
            self._store_page()
        return entry.file

    def finish(self) -> tuple[list[Stream], int]:
        """Store what is left; return the streams and the length of the ZIP."""
        streams = [stream.close() for stream in self._streams]
        self._store_page()
        self._repository.insert_members(self._making, self._members.take())
        return streams, self._layout.length(self.count, self._pages[-1])

    def _new_stream(self) -> tuple[SealedStream, int]:
        content = uuid4()
        if not self._repository.add_content(self._making, content):
            raise Conflict("this export is not prepared any more")
        stream = SealedStream(self._segments, content, self._key, self._binding)
        self._streams.append(stream)
        return stream, len(self._streams) - 1

    def _store_page(self) -> None:
        page, entries = self._pages[-1], tuple(self._entries)
        sealed = seal_json(self._key, entries_json(page.number, entries), self._binding)
        self._repository.insert_entries(self._making, page, sealed)
        self._pages.append(self._layout.following(page, entries))
        self._entries = []

    def _stored(self, page: PageStart) -> list[Entry]:
        sealed = self._repository.fetch_entries(self._making.id, page.number) or b""
        return list(entries_from(page.number, open_json(self._key, sealed, self._binding)) or ())


class _File:
    """A file that grows in a stream of its own."""

    def __init__(
        self, package: SealedPackage, path: str, stream: SealedStream, number: int
    ) -> None:
        self._package = package
        self._path = path
        self.stream = stream
        self.number = number
        self._measure = Measure()

    def write(self, data: bytes) -> None:
        self._measure.take(data)
        self.stream.write(data)

    def close(self) -> WrittenFile:
        """See `writer.Sink`. The stream itself is closed with the package."""
        measure = self._measure
        file = WrittenFile(self._path, measure.length, measure.sha256, measure.crc32)
        return self._package.enter(Entry(file, Rendered(self.number, 0)))
