"""Which records a package holds: ids in buckets, so that one is looked up without reading all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

_ID_BYTES = 16


def bucket_of(record_id: UUID) -> int:
    """Ids are random: their first byte spreads them evenly."""
    return record_id.bytes[0]


def bucketed(records: Iterable[UUID]) -> Mapping[int, set[bytes]]:
    found: dict[int, set[bytes]] = defaultdict(set)
    for record in records:
        found[bucket_of(record)].add(record.bytes)
    return found


def packed_ids(packed: bytes) -> set[bytes]:
    """The ids of a bucket as they are stored, one after the other."""
    return {packed[at : at + _ID_BYTES] for at in range(0, len(packed), _ID_BYTES)}


class Gathered:
    """Ids that are not stored yet, by bucket."""

    def __init__(self) -> None:
        self._buckets: dict[int, bytearray] = defaultdict(bytearray)
        self.count = 0

    def add(self, record_id: UUID) -> None:
        self._buckets[bucket_of(record_id)] += record_id.bytes
        self.count += 1

    def take(self) -> dict[int, bytes]:
        """Return and forget all."""
        taken = {bucket: bytes(ids) for bucket, ids in self._buckets.items()}
        self._buckets.clear()
        self.count = 0
        return taken
