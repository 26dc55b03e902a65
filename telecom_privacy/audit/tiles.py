"""Stored hashes of the Merkle tree, in tiles of 256 (C2SP tlog-tiles, height 8).

Tiles are derived from the leaves: whatever is missing is computed again.
"""

from collections.abc import Sequence

from telecom_privacy.audit.merkle import HASH_BYTES, leaf_hash, root_of
from telecom_privacy.audit.repository import TILE, AuditRepository
from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.cache import BoundedCache

_HEIGHT = 8
_CACHED_ROWS = 1024


class Tiles:
    """Answers for the root of any complete subtree by reading a few tiles."""

    def __init__(self, repository: AuditRepository) -> None:
        self._repository = repository
        self._rows: BoundedCache[tuple[int, int], list[bytes]] = BoundedCache(_CACHED_ROWS)

    def read(self, level: int, index: int) -> bytes:
        """Return the root of a complete subtree, all of whose leaves are stored (`merkle.Read`).

        Raises `Unavailable` while not all of them can be read.
        """
        tile_level, height = divmod(level, _HEIGHT)
        tile, offset = divmod(index << height, TILE)
        end = offset + (1 << height)
        return root_of(self._row(tile_level, tile, end)[offset:end])

    def remember(self, first: int, leaves: Sequence[bytes]) -> None:
        """Know leaves of one tile that were just stored at index `first`, without reading them.

        Only where all before them in the tile are known, too.
        """
        tile, offset = divmod(first, TILE)
        known = self._rows.get((0, tile)) or []
        if len(known) == offset:
            self._rows.put((0, tile), known + [leaf_hash(leaf) for leaf in leaves])

    def store_complete(self, size: int) -> None:
        """Store every tile that is complete in a log of `size` entries and not stored yet."""
        done, level = self._repository.fetch_tiled_size(), 0
        complete = size - size % TILE
        if complete <= done:
            return
        while (size := size // TILE) > 0:
            done //= TILE
            for index in range(done, size):
                self._store(level, index)
            level += 1
        self._repository.advance_tiled_size(complete)

    def _store(self, level: int, index: int) -> None:
        hashes = self._row(level, index, TILE)
        self._repository.insert_tile(level, index, b"".join(hashes), root_of(hashes))

    def _row(self, level: int, tile: int, count: int) -> list[bytes]:
        """Return at least the first `count` hashes of a tile.

        Hashes never change, so the head of a growing tile stays good in the cache.
        """
        known = self._rows.get((level, tile)) or []
        if len(known) >= count:
            return known
        row = self._fetch_row(level, tile, known, count)
        if len(row) < count:
            # A root over fewer leaves would be wrong, and signed: after a failover, for example,
            # a read by majority may lag behind what the chain has seen.
            raise Unavailable("the audit log cannot be read as far as it is known to go")
        self._rows.put((level, tile), row)
        return row

    def _fetch_row(self, level: int, tile: int, known: list[bytes], count: int) -> list[bytes]:
        if not known and (stored := self._repository.fetch_tile(level, tile)):
            return [stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES)]
        start, end = tile * TILE + len(known), tile * TILE + count
        if level == 0:
            return known + [leaf_hash(leaf) for leaf in self._repository.fetch_leaves(start, end)]
        roots = self._repository.fetch_tile_roots(level - 1, start, end)
        below = (
            roots.get(index) or root_of(self._row(level - 1, index, TILE))
            for index in range(start, end)
        )
        return known + list(below)
