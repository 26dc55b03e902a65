"""Record keys: one per content version, in pages, each under the period key of its place."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias
from uuid import UUID, uuid4

from telecom_privacy.clock import Clock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import CommittedKey
from telecom_privacy.crypto.tokens import token
from telecom_privacy.errors import IntegrityError, KeyDestroyed, Unavailable
from telecom_privacy.keys.held import HeldKeys
from telecom_privacy.keys.model import (
    KeyReference,
    NewPage,
    Node,
    NodeKind,
    PendingPage,
    RecordKey,
    WrappedKey,
    WrappedRecordKey,
    directory_node,
    held_node,
    identifier_node,
    package_node,
    period_node,
)
from telecom_privacy.keys.numbers import NumberKeys
from telecom_privacy.keys.opened import Bindings, OpenedKeys
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.subjects import SubjectKeys
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.keys.wrapping import RecordKeyWrapping
from telecom_privacy.scope import Role

_JUST_ISSUED = timedelta(minutes=1)
"""Much less than any patience of recovery."""

_log = logging.getLogger("telecom_privacy.keys")

Intended: TypeAlias = tuple[Sequence[Binding], Mapping[str, Any]]
"""The places that need keys, and what is recorded of what these are for."""


class ErasureLedger(Protocol):
    """Explains why keys are missing."""

    def names_key(self, key: KeyReference, /) -> bool:
        """Whether this record key was, or is being, destroyed."""
        ...

    def names_node(self, name: str, /) -> bool:
        """Whether the node of this name was, or is being, destroyed with all below it."""
        ...


class KeyService:
    """Issues, opens and destroys record keys, and derives the tokens of external ids.

    `numbers` and `subjects` are the keys of the blind index, `held` those that a hold keeps.
    """

    def __init__(
        self,
        repository: KeyRepository,
        pages: PageRepository,
        tree: KeyTree,
        clock: Clock,
        ledger: ErasureLedger,
        opened: OpenedKeys,
    ) -> None:
        self._repository = repository
        self._pages = pages
        self._tree = tree
        self._clock = clock
        self._ledger = ledger
        self._opened = opened
        self._wrapping = RecordKeyWrapping(tree)
        self.held = HeldKeys(repository, pages, tree, self._wrapping)
        self.numbers = NumberKeys(repository, tree)
        self.subjects = SubjectKeys(repository, tree)

    def issue(self, bindings: Sequence[Binding], intent: Mapping[str, Any]) -> list[RecordKey]:
        """Make a durable key for each place, all in one page that records what they are for.

        The caller stores its records and then calls `settle`; until then `pending` shows the page
        to recovery. `intent` holds internal ids only.
        """
        return self.issue_pages([(bindings, intent)])[0]

    def issue_pages(self, wanted: Sequence[Intended]) -> list[list[RecordKey]]:
        """Like `issue` for several pages at once, each with an intent of its own."""
        while True:
            rotation = self._tree.rotation()
            now = self._clock.now()
            made = [self._new_page(bindings, intent, now) for bindings, intent in wanted]
            self._pages.insert_pages([page for page, _ in made], now)
            if self._tree.rotation() == rotation:
                return [issued for _, issued in made]
            # Keys above may have been replaced before the pages were there to be wrapped anew.
            self.discard(key.reference for _, issued in made for key in issued)

    def _new_page(
        self, bindings: Sequence[Binding], intent: Mapping[str, Any], now: datetime
    ) -> tuple[NewPage, list[RecordKey]]:
        page, made = uuid4(), self._wrapping.new_keys(bindings)
        issued = [
            RecordKey(KeyReference(page, str(slot)), key, now) for slot, (_, key) in enumerate(made)
        ]
        return NewPage(page, [wrapped for wrapped, _ in made], intent), issued

    def renew(self, key: RecordKey) -> None:
        """Let recovery's patience begin anew; to be called just before a record is committed.

        One that was issued a moment ago has most of it still. Raises `Unavailable` if recovery gave
        the page up meanwhile: nothing may be committed.
        """
        if abs(self._clock.now() - key.issued_at) < _JUST_ISSUED:
            return
        if not self._pages.renew_page(key.reference.page, self._clock.now()):
            raise Unavailable("storing took so long that it was given up")

    def settle(self, key: RecordKey) -> None:
        """Confirm that the records of the key's page are stored.

        Raises `Unavailable` if recovery gave the page up meanwhile: nothing may be acknowledged.
        """
        self.settle_pages({key.reference.page})

    def settle_pages(self, pages: Collection[UUID]) -> None:
        """Like `settle` for several pages; if one of them was given up, others are settled."""
        if not self._pages.settle_pages(pages):
            raise Unavailable("storing took so long that it was given up")

    def judge(self, page: PendingPage, orphans: Iterable[KeyReference]) -> None:
        """Drop a page's recorded intent, and the keys in it that recovery found to be orphans."""
        unused = list(orphans)
        with self._opened.destroying(unused):
            self._pages.judge_page(page, unused)

    def pending(self, before: datetime) -> Iterator[PendingPage]:
        return self._pages.fetch_pending(before)

    def open(self, binding: Binding, reference: KeyReference) -> bytes:
        """Return the record's key. Raises `KeyDestroyed`, `IntegrityError` or `Unavailable`."""
        found = self.open_existing({reference: binding})
        if reference not in found:
            self.require_erased(reference, binding.record_id)
            raise KeyDestroyed("the key of this record was destroyed")
        return found[reference]

    def open_existing(self, bindings: Bindings) -> dict[KeyReference, bytes]:
        """Like `open` for many, in few round trips; a destroyed key is simply not there.

        One that was destroyed less than a second ago may still be (`opened.OpenedKeys`).
        """
        return self._opened.find_or_load(bindings, self._load)

    def _load(self, bindings: Bindings) -> dict[KeyReference, bytes]:
        opened: dict[KeyReference, bytes] = {}
        for reference, wrapped in self._pages.fetch_record_keys(bindings).items():
            with suppress(KeyDestroyed):
                opened[reference] = self._unwrap(bindings[reference], wrapped)
        return opened

    def missing(self, references: Iterable[KeyReference]) -> set[KeyReference]:
        """Those of the keys that do not exist any more."""
        wanted = set(references)
        return wanted - self._pages.fetch_record_keys(wanted).keys()

    def settled(self, references: Iterable[KeyReference]) -> set[KeyReference]:
        """Those of the keys whose records are known to be stored.

        To be asked after the records were read. One round trip: few pages are pending at a time.
        """
        wanted = set(references)
        pending = self._pages.fetch_pending_pages() if wanted else set()
        return {reference for reference in wanted if reference.page not in pending}

    def is_lost(self, reference: KeyReference, record_id: UUID) -> bool:
        """Judge a missing key: without an erasure it is an alarm, never a deletion (DESIGN §3)."""
        if self._ledger.names_key(reference) or self._lies_below_an_erased_node(reference):
            return False
        _log.critical(
            "record key is missing without an erasure",
            extra={"fields": {"record_id": str(record_id)}},
        )
        return True

    def require_erased(self, reference: KeyReference, record_id: UUID) -> None:
        """Raise `IntegrityError`, and alarm, for a key that is missing without an erasure."""
        if self.is_lost(reference, record_id):
            raise IntegrityError("the key of a stored record is missing")

    def destroy(
        self, references: Iterable[KeyReference], spared: Collection[KeyReference] = ()
    ) -> None:
        """Destroy record keys. What they sealed is unreadable from here on, in all backups too.

        No worker uses one that it had opened by a second after this returns. For those that are
        `spared` as much is asked of the database, and nothing changes.
        """
        gone = list(references)
        with self._opened.destroying([*gone, *spared]):
            self._pages.erase_record_keys(gone, spared=spared)

    def discard(self, references: Iterable[KeyReference]) -> None:
        """Destroy keys of one's own page whose records were taken back.

        A page that is left without a key goes with its recorded intent: nothing is to be finished.
        """
        gone = list(references)
        with self._opened.destroying(gone):
            self._pages.erase_record_keys(gone, with_intent=True)

    def nodes_above(
        self, references: Iterable[KeyReference]
    ) -> tuple[frozenset[Node], set[KeyReference]]:
        """The nodes under whose keys those of the record keys lie, or lay, that still exist.

        And the record keys that do not exist any more.
        """
        wanted = set(references)
        found = self._pages.fetch_record_keys(wanted)
        above = (node for key in found.values() for node in (key.node, *key.former))
        return frozenset(above), wanted - found.keys()

    def destroy_nodes(self, nodes: Iterable[Node]) -> None:
        """Destroy keys of the tree, and so everything below them. They are never made again."""
        for node in nodes:
            self._tree.destroy(node)

    def are_destroyed(self, nodes: Iterable[Node]) -> bool:
        """Whether the keys of all these nodes were destroyed."""
        return all(map(self._tree.is_destroyed, nodes))

    def period_nodes(
        self, client_id: UUID, role: Role, licence_id: UUID | None = None
    ) -> list[Node]:
        """The nodes above the records of a client, or of one of its licences."""
        found = self._repository.fetch_nodes(NodeKind.PERIOD, client_id)
        return [
            node for node in found if node.role is role and licence_id in (None, node.licence_id)
        ]

    def has_records_below(self, nodes: Iterable[Node]) -> bool:
        """Whether keys of stored records lie below client or period keys, as it is now."""
        return any(
            self._pages.has_record_keys_below(below)
            for node in nodes
            for below in (node, *self._periods_below(node))
        )

    def _periods_below(self, node: Node) -> list[Node]:
        return self.period_nodes(node.client_id, node.role) if node.kind is NodeKind.CLIENT else []

    def wrapped_anew(self, key: WrappedRecordKey) -> WrappedKey:
        """Wrap a record key under the newest generation of its node.

        Raises `KeyDestroyed` or `IntegrityError` if it cannot be opened.
        """
        return self._wrapping.wrap(key.node, key.record_id, self._wrapping.secret(key)).key

    def package_key(self) -> bytes:
        """The key under which the private key that signs packages is sealed."""
        return self._tree.current(package_node()).key

    def client_token(self, external_id: str) -> bytes:
        return token(self._tree.current(directory_node()).key, "client", external_id)

    def identifier_token(
        self, client_id: UUID, kind: str, external_id: str, role: Role = Role.PROCESSOR
    ) -> bytes:
        """Find a client's call, recording, licence or record by the id that its owner gave it."""
        key = self._tree.current(identifier_node(client_id, role)).key
        return token(key, kind, external_id)

    def rotation(self) -> int:
        """The number of rotations begun: whoever stores tokens sees to it that it stays the same.

        Raises `Unavailable`.
        """
        return self._tree.rotation()

    def _unwrap(self, binding: Binding, wrapped: WrappedRecordKey) -> bytes:
        owners = (period_node(binding), held_node(binding.client_id, binding.role))
        if wrapped.node not in owners or wrapped.record_id != binding.record_id:
            raise IntegrityError("a stored key is that of another record")
        return CommittedKey.from_stored(self._wrapping.secret(wrapped), wrapped.key.commitment).key

    def _lies_below_an_erased_node(self, reference: KeyReference) -> bool:
        found = self._pages.fetch_record_keys([reference]).values()
        return any(
            self._ledger.names_node(above.name)
            for key in found
            for above in (key.node, key.node.parent)
            if above
        )


def node_details(node: Node) -> dict[str, str]:
    """What the audit log says of a key that was made."""
    return {"kind": node.kind, "role": node.role, "category": node.category, "month": node.month}
