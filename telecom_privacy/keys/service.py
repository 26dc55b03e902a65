"""Record keys: one per content version, in pages, each under the period key of its place."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.clock import Clock
from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import CommittedKey, new_secret
from telecom_privacy.crypto.tokens import token
from telecom_privacy.errors import IntegrityError, KeyDestroyed, Unavailable
from telecom_privacy.keys.model import (
    KeyReference,
    Node,
    NodeKind,
    PendingPage,
    RecordKey,
    WrappedKey,
    directory_node,
    identifier_node,
    index_node,
    period_node,
)
from telecom_privacy.keys.repository import KeyRepository
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.scope import NO_ID, Role

_log = logging.getLogger("telecom_privacy.keys")


class KeyService:
    """Issues, opens and destroys record keys, and derives the tokens of the blind index.

    `was_erased` tells whether the erasure ledger explains that a key is missing.
    """

    def __init__(
        self,
        repository: KeyRepository,
        tree: KeyTree,
        clock: Clock,
        was_erased: Callable[[KeyReference], bool],
    ) -> None:
        self._repository = repository
        self._tree = tree
        self._clock = clock
        self._was_erased = was_erased

    def issue(self, bindings: Sequence[Binding], intent: Mapping[str, Any]) -> list[RecordKey]:
        """Make a durable key for each place, all in one page that records what they are for.

        The caller stores its records and then calls `settle`; until then `pending` shows the page
        to recovery. `intent` holds internal ids only.
        """
        page = uuid4()
        secrets = [new_secret() for _ in bindings]
        committed = [CommittedKey.from_secret(secret) for secret in secrets]
        wrapped = [
            self._wrap(binding, secret, key.commitment)
            for binding, secret, key in zip(bindings, secrets, committed, strict=True)
        ]
        self._repository.insert_page(page, wrapped, intent, self._clock.now())
        return [
            RecordKey(KeyReference(page, str(slot)), key.key) for slot, key in enumerate(committed)
        ]

    def renew(self, key: RecordKey) -> None:
        """Let recovery's patience begin anew; to be called just before a record is committed.

        Raises `Unavailable` if recovery gave the page up meanwhile: nothing may be committed.
        """
        if not self._repository.renew_page(key.reference.page, self._clock.now()):
            raise Unavailable("storing took so long that it was given up")

    def settle(self, key: RecordKey) -> None:
        """Confirm that the records of the key's page are stored.

        Raises `Unavailable` if recovery gave the page up meanwhile: nothing may be acknowledged.
        """
        if not self._repository.settle_page(key.reference.page):
            raise Unavailable("storing took so long that it was given up")

    def judge(self, page: PendingPage, orphans: Iterable[KeyReference]) -> None:
        """Drop a page's recorded intent, and the keys in it that recovery found to be orphans."""
        self._repository.judge_page(page, orphans)

    def pending(self, before: datetime) -> Iterator[PendingPage]:
        return self._repository.fetch_pending(before)

    def open(self, binding: Binding, reference: KeyReference) -> bytes:
        """Return the record's key. Raises `KeyDestroyed`, `IntegrityError` or `Unavailable`."""
        found = self.open_existing({reference: binding})
        if reference not in found:
            self.require_erased(reference, binding.record_id)
            raise KeyDestroyed("the key of this record was destroyed")
        return found[reference]

    def open_existing(self, bindings: Mapping[KeyReference, Binding]) -> dict[KeyReference, bytes]:
        """Like `open` for many, in few round trips; a destroyed key is simply not there."""
        found = self._repository.fetch_record_keys(bindings)
        return {
            reference: self._unwrap(reference, bindings[reference], wrapped)
            for reference, wrapped in found.items()
        }

    def missing(self, references: Iterable[KeyReference]) -> set[KeyReference]:
        """Those of the keys that do not exist any more."""
        wanted = set(references)
        return wanted - self._repository.fetch_record_keys(wanted).keys()

    def settled(self, references: Iterable[KeyReference]) -> set[KeyReference]:
        """Those of the keys whose records are known to be stored.

        To be asked after the records were read. One round trip: few pages are pending at a time.
        """
        wanted = set(references)
        pending = self._repository.fetch_pending_pages() if wanted else set()
        return {reference for reference in wanted if reference.page not in pending}

    def is_lost(self, reference: KeyReference, record_id: UUID) -> bool:
        """Judge a missing key: without an erasure it is an alarm, never a deletion (DESIGN §3)."""
        if self._was_erased(reference):
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

    def destroy(self, references: Iterable[KeyReference]) -> None:
        """Destroy record keys. What they sealed is unreadable from here on, in all backups too."""
        self._repository.erase_record_keys(references)

    def discard(self, references: Iterable[KeyReference]) -> None:
        """Destroy keys of one's own page whose records were taken back.

        A page that is left without a key goes with its recorded intent: nothing is to be finished.
        """
        self._repository.erase_record_keys(references, with_intent=True)

    def client_token(self, external_id: str) -> bytes:
        return token(self._tree.current(directory_node()).key, "client", external_id)

    def identifier_token(
        self, client_id: UUID, kind: str, external_id: str, role: Role = Role.PROCESSOR
    ) -> bytes:
        """Find a client's call, recording, licence or record by the id that its owner gave it."""
        key = self._tree.current(identifier_node(client_id, role)).key
        return token(key, kind, external_id)

    def number_token(self, role: Role, month: str, number: str, client_id: UUID = NO_ID) -> bytes:
        """The month's token of an E.164 number; makes the month's index key if there is none."""
        key = self._tree.current(index_node(role, month, client_id)).key
        return token(key, "number", number)

    def index_months(self, client_id: UUID = NO_ID) -> list[str]:
        """The months (`YYYY-MM`, oldest first) in which something may be found.

        A client's processor data, or the operator's controller data where no client is named.
        """
        return self._repository.fetch_index_months(NodeKind.INDEX, client_id)

    def destroy_index(self, role: Role, month: str, client_id: UUID = NO_ID) -> None:
        """Destroy a month's index key: its tokens cannot be tried out any more."""
        self._tree.destroy(index_node(role, month, client_id))

    def _wrap(self, binding: Binding, secret: bytes, commitment: bytes) -> WrappedKey:
        period = self._tree.current(period_node(binding))
        wrapped = seal(period.key, secret, replace(binding, kind="record-key"))
        return WrappedKey(wrapped, commitment, str(period.generation))

    def _unwrap(self, reference: KeyReference, binding: Binding, wrapped: WrappedKey) -> bytes:
        try:
            period = self._tree.of_generation(period_node(binding), int(wrapped.parent))
        except KeyDestroyed:
            self.require_erased(reference, binding.record_id)
            raise
        secret = open_sealed(period.key, wrapped.wrapped, replace(binding, kind="record-key"))
        return CommittedKey.from_stored(secret, wrapped.commitment).key


def node_details(node: Node) -> dict[str, str]:
    """What the audit log says of a key that was made."""
    return {"kind": node.kind, "role": node.role, "category": node.category, "month": node.month}
