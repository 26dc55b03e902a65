"""What is erased and how the ledger remembers it: internal ids only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from telecom_privacy.keys.model import KeyReference, Node
from telecom_privacy.policies.model import Action
from telecom_privacy.scope import Role

DELETED_BY_CLIENT = "RET-2"
"""The rule under which a client's own deletions are counted."""

OBJECTED = "CON-1"
"""The rule under which the recordings of an objected call go."""

RIGHT_EXERCISED = "DSR-1"
"""The rule under which certificates count what a person had erased."""

LICENCE_ANONYMISED = "ROLE-5"
"""The rule under which what identifies the person behind a licence goes."""

REPLACED = "replaced"
"""Not a term: the key of a content version that a newer one replaced."""

RELEASED = "released"
"""Not a term: a record that only a hold had kept; it was counted when it was withheld (RET-9)."""

COPY = "copy"
"""Not a term: a package made for the client, of which a record is gone or whose time is over."""

REMOVED = "removed"
"""Not a term: a setting, and no record, that its owner removed."""

UNCERTIFIED = frozenset({REPLACED, RELEASED, COPY, REMOVED})
"""The rules that no certificate counts."""

CountedRecord = tuple[str, UUID]
"""What certificates count once: the category of what went, and the record that it belonged to."""

DocumentId = bytes | UUID
"""A keyed token where an external id finds the document, else a random id."""

_COMMITMENT_PREFIX = b"telecom-privacy/erased/v1\n"


@dataclass(frozen=True, slots=True)
class ErasedItem:
    """One content version. `document` is the `_id` of the bulk document that holds it.

    `above` is the node under which its key lies, where that is known: of what was just read in its
    collection. It is not stored.
    """

    record_id: UUID
    key: KeyReference
    document: DocumentId
    above: Node | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Closing:
    """The recorded intent to erase something: since when, under which rule, by whom and how."""

    at: datetime
    rule: str
    actor: str
    action: Action = Action.ERASE


@dataclass(frozen=True, slots=True)
class Pair:
    """A client and a category of its records: what a sweeper looks at as a whole."""

    client_id: UUID
    category: str

    @property
    def key(self) -> str:
        return f"{self.client_id}/{self.category}"


@dataclass(frozen=True, slots=True)
class DueItem:
    """A content version whose term is over, since when, and under which rule.

    `more` are further keys of the same record, which go with it and are not counted.
    """

    item: ErasedItem
    due_at: datetime
    rule: str
    action: Action = Action.ERASE
    more: tuple[ErasedItem, ...] = ()

    @property
    def items(self) -> tuple[ErasedItem, ...]:
        """All that is erased."""
        return (self.item, *self.more)


@dataclass(frozen=True, slots=True)
class Erasure:
    """One entry of the ledger: what was decided to be erased, for whom, under which rule.

    `destroyed_at` is a moment by which the keys were gone: later than `at`, where a process that
    was killed left the rest to recovery; None until then. `withheld` are the record ids that a
    hold keeps sealed, None until that is decided. `nodes` names keys of the tree that were
    destroyed with everything below them, `above` those that the destroyed keys lay below. After
    `final_at` not even old bytes of the databases together with the current root keys open what
    was erased. `place` is the one in the chain of its certificate, None until that counts it.
    """

    id: UUID
    client_id: UUID
    role: Role
    category: str
    rule: str
    at: datetime
    salt: bytes
    items: tuple[ErasedItem, ...]
    action: Action = Action.ERASE
    nodes: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    withheld: frozenset[UUID] | None = None
    leaf_index: int | None = None
    destroyed_at: datetime | None = None
    final_at: datetime | None = None
    place: int | None = None

    @property
    def record_ids(self) -> frozenset[UUID]:
        """The records that it erases, each once however many versions of it go."""
        return frozenset(item.record_id for item in self.items)

    @property
    def counted_records(self) -> frozenset[CountedRecord]:
        """As certificates count them: a call that lost a person's part, and then went, is two."""
        return frozenset((self.category, record_id) for record_id in self.record_ids)

    @property
    def destroyed(self) -> list[ErasedItem]:
        """The items whose keys go: all but what is withheld."""
        withheld = self.withheld or frozenset()
        return [item for item in self.items if item.record_id not in withheld]

    @property
    def spared(self) -> list[ErasedItem]:
        """The items that are withheld."""
        withheld = self.withheld or frozenset()
        return [item for item in self.items if item.record_id in withheld]

    @property
    def is_certified(self) -> bool:
        """Whether a certificate counts it: it erased records, not versions or keys of the tree."""
        return bool(self.items) and self.rule not in UNCERTIFIED

    @property
    def leaves_counts(self) -> bool:
        """Whether its records stay as numbers that identify nobody (RET-27, ROLE-5)."""
        return self.action is Action.ANONYMISE or self.rule == LICENCE_ANONYMISED

    @property
    def commitment(self) -> bytes:
        """SHA-256 of prefix, salt and the sorted record ids: opened by giving salt and ids."""
        return commitment_to(self.salt, [item.record_id for item in self.items])


@dataclass(frozen=True, slots=True)
class Counted:
    """That a certificate counts an erasure, at which place of its chain, and whether as final.

    `deferred` are the records counted that a hold kept when the others were destroyed.
    """

    erasure_id: UUID
    place: int
    is_final: bool
    deferred: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Deferred:
    """What an erasure that a certificate counts left to a hold."""

    rule: str
    category: str
    items: tuple[ErasedItem, ...]


def commitment_to(salt: bytes, record_ids: Sequence[UUID]) -> bytes:
    ids = b"".join(sorted(record_id.bytes for record_id in record_ids))
    return hashlib.sha256(_COMMITMENT_PREFIX + salt + ids).digest()
