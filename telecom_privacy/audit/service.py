"""The audit log: append, prove, disclose."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

from telecom_privacy.audit import merkle
from telecom_privacy.audit.access_index import AccessIndex
from telecom_privacy.audit.chain import Chain
from telecom_privacy.audit.details import DetailSealer, open_detail, seal_event
from telecom_privacy.audit.group_commit import GroupCommit
from telecom_privacy.audit.model import (
    Checkpoint,
    DisclosedEntry,
    Entry,
    Event,
    Inclusion,
    Json,
    SealedEntry,
)
from telecom_privacy.audit.note import Signer, format_checkpoint, sign_note, verifier_key
from telecom_privacy.audit.repository import TILE, AuditRepository
from telecom_privacy.audit.tiles import Tiles
from telecom_privacy.errors import (
    ConfigurationError,
    IntegrityError,
    Invalid,
    StorageFault,
    Unavailable,
)

MOST_ENTRIES = 1000
"""Most entries that one reading returns."""

INDEXED_TOGETHER = 4 * TILE
"""So many entries are looked through at once for the index of accesses, while many come."""

Sees: TypeAlias = Callable[[Mapping[str, Json]], bool]
"""Tells whether a reader may see a detail, given all of it."""


class Watermark(Protocol):
    """Remembers, outside the audit database, the longest log that was ever signed."""

    def read(self) -> tuple[int, bytes] | None:
        """Return its size and root hash."""
        ...

    def advance(self, size: int, root: bytes) -> None:
        """Durably remember a size and root, unless a larger size is remembered already."""
        ...


class AuditLog:
    """An append-only log in an RFC 6962 Merkle tree, shared by all workers."""

    def __init__(
        self,
        repository: AuditRepository,
        sealer: DetailSealer,
        signer: Signer,
        watermark: Watermark,
    ) -> None:
        self._repository = repository
        self._sealer = sealer
        self._signer = signer
        self._watermark = watermark
        self._chain = Chain(repository)
        self._tiles = Tiles(repository)
        self._accesses = AccessIndex(repository)
        self._writer: GroupCommit[SealedEntry] = GroupCommit(self._insert, TILE)
        self._signed: tuple[int, str] | None = None

    def append(self, events: Sequence[Event]) -> list[Entry]:
        """Log `events` in this order and return once they are durable.

        Raises `Unavailable` if that was not confirmed (some may be in the log even so),
        `IntegrityError` or `StorageFault` if the log cannot be appended to, and `Invalid` for
        details that are too long or not JSON, before anything is written.
        """
        sealed = [seal_event(event, self._sealer) for event in events]
        indexes = self._writer.submit([entry for _, entry in sealed])
        # The entries are safe already; what is missing here comes the next time.
        if _ends_one(indexes, TILE):
            with suppress(Unavailable):
                self._tiles.store_complete(self._chain.known_size)
        if _ends_one(indexes, INDEXED_TOGETHER):
            with suppress(Unavailable, StorageFault):
                self._accesses.complete()
        return [
            Entry(index, entry.leaf, salt)
            for index, (salt, entry) in zip(indexes, sealed, strict=True)
        ]

    def size(self) -> int:
        """Return the number of entries that all workers have appended."""
        return self._chain.refresh()

    def checkpoint(self) -> str:
        """Return the current size and root as a C2SP checkpoint, signed."""
        size = self.size()
        if self._signed and self._signed[0] == size:
            return self._signed[1]
        root = merkle.root(size, self._tiles.read)
        # Remembered first: a checkpoint that nobody got harms less than one that is forgotten.
        self._watermark.advance(size, root)
        text = format_checkpoint(Checkpoint(self._signer.name, size, root))
        note = sign_note(text, self._signer)
        self._signed = size, note
        return note

    def verifier_key(self) -> str:
        """Return the key that verifies checkpoints, as C2SP signed-note writes it."""
        return verifier_key(self._signer.name, self._signer.public_key)

    def inclusion(self, leaf_index: int, tree_size: int) -> Inclusion:
        """Prove that an entry is in the tree. Raises `Invalid` outside of the log."""
        self._require_size("tree_size", tree_size)
        if not 0 <= leaf_index < tree_size:
            raise Invalid({"leaf_index": ["must be at least 0 and below tree_size"]})
        path = merkle.inclusion_path(leaf_index, tree_size, self._tiles.read)
        return Inclusion(leaf_index, tree_size, self._tiles.read(0, leaf_index), path)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Prove that the tree of `new` entries extends that of `old`. Raises `Invalid`."""
        self._require_size("to", new)
        if not 0 <= old <= new:
            raise Invalid({"from": ["must be at least 0 and not above `to`"]})
        return merkle.consistency_path(old, new, self._tiles.read)

    def entries(self, start: int, count: int, sees: Sees | None = None) -> list[DisclosedEntry]:
        """Return up to `count` entries from `start`, with the details that `sees` lets through.

        Without `sees` no detail is opened. Raises `Invalid` outside of the log, `IntegrityError`
        for a detail that is not what its leaf commits to, and `Unavailable` for a reading that
        falls short.
        """
        if not 1 <= count <= MOST_ENTRIES:
            raise Invalid({"count": [f"must be at least 1 and at most {MOST_ENTRIES}"]})
        self._require_size("from", start)
        end = min(start + count, self._size_towards(start + count))
        stored = self._repository.fetch_entries(start, end)
        if len(stored) < end - start:
            raise Unavailable("the audit log cannot be read as far as it is known to go")
        return [self._disclose(index, entry, sees) for index, entry in enumerate(stored, start)]

    def check_watermark(self) -> None:
        """Raise `ConfigurationError` if the log lost entries that were signed. Call it at start."""
        remembered = self._watermark.read()
        if remembered is None:
            return
        size, root = remembered
        try:
            is_same = self.size() >= size and merkle.root(size, self._tiles.read) == root
        except IntegrityError as error:
            raise ConfigurationError(f"the audit log is damaged: {error}") from error
        if not is_same:
            raise ConfigurationError(
                f"the audit log was rolled back: it is not the one signed at size {size}"
            )

    def _insert(self, entries: Sequence[SealedEntry]) -> tuple[int, int]:
        """See `Chain.insert`."""
        first, count = self._chain.insert(entries)
        self._tiles.remember(first, [entry.leaf for entry in entries[:count]])
        return first, count

    def _disclose(self, index: int, entry: SealedEntry, sees: Sees | None) -> DisclosedEntry:
        detail = open_detail(entry, self._sealer) if sees else None
        is_seen = sees and detail and sees(detail)
        return DisclosedEntry(index, entry.leaf, detail if is_seen else None)

    def _require_size(self, name: str, size: int) -> None:
        if not 0 <= size <= self._size_towards(size):
            raise Invalid({name: ["must be at least 0 and not above the size of the log"]})

    def _size_towards(self, wanted: int) -> int:
        """Return the known size, asking the database only if that is less than `wanted`."""
        return self._chain.known_size if wanted <= self._chain.known_size else self.size()


def _ends_one(indexes: Sequence[int], length: int) -> bool:
    """Whether one of some entries is the last of as many as `length`, counted from the first."""
    return any(index % length == length - 1 for index in indexes)
