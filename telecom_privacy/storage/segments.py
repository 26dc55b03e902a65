"""Encrypted content in pieces: one document per segment, read by range.

Documents: `{content: UUID, n: int, data: bytes}`; the `data` of all `n` in order is one ciphertext
stream (docs/formats.md). Segments are written before anything refers to them, so unfinished
ones are never served.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from telecom_privacy.errors import IntegrityError
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors

_WINDOW = 16


class SegmentStore:
    """The segments of every content in the bulk database."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["segments"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("content", 1), ("n", 1)], unique=True)

    def insert(self, content: UUID, first: int, segments: Sequence[bytes]) -> None:
        """Store consecutive segments, the first of which has number `first`."""
        documents = [
            {"content": content, "n": first + offset, "data": data}
            for offset, data in enumerate(segments)
        ]
        with translating_errors():
            self._collection.insert_many(documents)

    def fetch(self, content: UUID, first: int, last: int) -> Iterator[bytes]:
        """Yield segments `first` to `last`, both included, a few megabytes in memory at a time.

        Raises `IntegrityError` where one is missing: it was erased meanwhile, or lost.
        """
        for start in range(first, last + 1, _WINDOW):
            yield from self._fetch_window(content, start, min(start + _WINDOW - 1, last))

    def erase(self, content: UUID) -> None:
        with translating_errors():
            self._collection.delete_many({"content": content})

    def _fetch_window(self, content: UUID, first: int, last: int) -> list[bytes]:
        query = {"content": content, "n": {"$gte": first, "$lte": last}}
        with translating_errors():
            documents = list(self._collection.find(query).sort("n", 1))
        if [document["n"] for document in documents] != list(range(first, last + 1)):
            raise IntegrityError("a segment of the content is missing")
        return [bytes(document["data"]) for document in documents]
