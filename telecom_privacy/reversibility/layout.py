"""Where the files of a package lie in its ZIP: all sizes are known before the first byte."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from telecom_privacy.archive.layout import directory_entry, end_records, local_header
from telecom_privacy.archive.model import Member
from telecom_privacy.reversibility.entries import Entry, PageStart
from telecom_privacy.reversibility.writer import WrittenFile


@dataclass(frozen=True, slots=True)
class Layout:
    """One folder, whose files all bear one time."""

    folder: str
    modified_at: datetime

    def header(self, file: WrittenFile) -> bytes:
        """What precedes the bytes of a file."""
        return local_header(self._member(file), self.modified_at)

    def directory_entry(self, file: WrittenFile, offset: int) -> bytes:
        """What the ZIP's directory says of a file whose header starts at `offset`."""
        return directory_entry(self._member(file), offset, self.modified_at)

    def end(self, count: int, end: PageStart) -> bytes:
        """What follows the directory of `count` files, the last of which ends at `end.start`."""
        return end_records(count, end.start, end.directory)

    def length(self, count: int, end: PageStart) -> int:
        """The length of the whole ZIP."""
        return end.start + end.directory + len(self.end(count, end))

    def following(self, page: PageStart, entries: Iterable[Entry]) -> PageStart:
        """Where the page after this one starts."""
        start, directory = page.start, page.directory
        for entry in entries:
            directory += len(self.directory_entry(entry.file, start))
            start += len(self.header(entry.file)) + entry.file.length
        return PageStart(page.number + 1, start, directory)

    def _member(self, file: WrittenFile) -> Member:
        return Member(f"{self.folder}/{file.path}", file.length, file.crc32)
