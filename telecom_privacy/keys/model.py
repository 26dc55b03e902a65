"""The places of the key tree and how a key there is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.tokens import token
from telecom_privacy.scope import NO_ID, Role, Scope


class NodeKind(StrEnum):
    """What a long-lived key is for. Record keys are kept apart, in pages."""

    CLIENT = "client-key"
    PERIOD = "period-key"
    INDEX = "index-key"
    IDENTIFIER = "identifier-key"
    SUBJECT = "subject-key"
    DIRECTORY = "directory-key"
    AUDIT = "audit-key"
    SIGNING = "signing-key"
    HELD = "held-key"
    PACKAGE = "package-key"


_UNDER_THE_ROOT = (NodeKind.CLIENT, NodeKind.HELD)


@dataclass(frozen=True, slots=True)
class Node:
    """One place of the tree. Ids are internal and random; `month` is `YYYY-MM`."""

    kind: NodeKind
    role: Role
    client_id: UUID = NO_ID
    licence_id: UUID = NO_ID
    category: str = ""
    month: str = ""

    @property
    def name(self) -> str:
        """The `_id` of the key's document in the keystore."""
        client = "" if self.client_id == NO_ID else str(self.client_id)
        licence = "" if self.licence_id == NO_ID else str(self.licence_id)
        return "/".join((self.kind, self.role, client, licence, self.category, self.month))

    @property
    def parent(self) -> "Node | None":
        """The node whose key wraps this one; None where it is the root key of the role."""
        if self.client_id == NO_ID or self.kind in _UNDER_THE_ROOT:
            return None
        return client_node(self.client_id, self.role)

    @classmethod
    @lru_cache(4096)  # each page names its nodes, and most pages the same ones
    def from_name(cls, name: str) -> "Node":
        """The node that has this `name`."""
        kind, role, client, licence, category, month = name.split("/")
        client_id, licence_id = (UUID(text) if text else NO_ID for text in (client, licence))
        return cls(NodeKind(kind), Role(role), client_id, licence_id, category, month)

    @property
    def binding(self) -> Binding:
        return Binding(
            self.kind, self.role, self.client_id, self.licence_id, self.category, self.month
        )


def client_node(client_id: UUID, role: Role) -> Node:
    return Node(NodeKind.CLIENT, role, client_id)


def period_node(binding: Binding) -> Node:
    """The period key above the record that `binding` names."""
    return Node(
        NodeKind.PERIOD,
        binding.role,
        binding.client_id,
        binding.licence_id,
        binding.category,
        binding.month,
    )


def index_node(role: Role, month: str, client_id: UUID = NO_ID) -> Node:
    """Processor numbers are indexed per client and month, controller numbers per month."""
    return Node(NodeKind.INDEX, role, client_id, month=month)


def subject_node(role: Role, client_id: UUID, category: str) -> Node:
    """Finds whom a client's records of one category are about."""
    return Node(NodeKind.SUBJECT, role, client_id, category=category)


def identifier_node(client_id: UUID, role: Role = Role.PROCESSOR) -> Node:
    """Finds the external ids of one client's records and licences.

    One per role: what the operator keeps as controller is found after the client's own is gone.
    """
    return Node(NodeKind.IDENTIFIER, role, client_id)


def directory_node() -> Node:
    """Finds the external ids of clients."""
    return Node(NodeKind.DIRECTORY, Role.CONTROLLER)


def audit_node(month: str) -> Node:
    """Seals the details of one month's audit entries."""
    return Node(NodeKind.AUDIT, Role.CONTROLLER, month=month)


def signing_node() -> Node:
    """Signs checkpoints, receipts and certificates."""
    return Node(NodeKind.SIGNING, Role.CONTROLLER)


def package_node() -> Node:
    """Seals the private key that signs packages."""
    return Node(NodeKind.PACKAGE, Role.CONTROLLER)


def held_node(client_id: UUID, role: Role) -> Node:
    """Keeps what a hold keeps of a client when its client key goes: it lies beside that key."""
    return Node(NodeKind.HELD, role, client_id)


@dataclass(frozen=True, slots=True)
class KeyReference:
    """Where a record key lies: a page document of the keystore and the slot in it."""

    page: UUID
    slot: str


@dataclass(frozen=True, slots=True)
class NumberIndex:
    """A key of the blind index in one generation: makes the tokens of numbers, or of subjects."""

    generation: int
    key: bytes = field(repr=False)
    kind: str = "number"

    def token(self, value: str) -> bytes:
        """The token of an E.164 number, or of a subject in its normal form."""
        return token(self.key, self.kind, value)


@dataclass(frozen=True, slots=True)
class RecordKey:
    """The key of one content version of one record, and when it was recorded what it is for."""

    reference: KeyReference
    key: bytes = field(repr=False)
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A secret under its parent's key. `parent` names the parent's generation, or the root's id.

    The generation is not bound into the wrapping, so that rotating the parent only re-wraps.
    """

    wrapped: bytes
    commitment: bytes
    parent: str


@dataclass(frozen=True, slots=True)
class StoredNode:
    """A node's wrapped generations; none are left of a node that was destroyed.

    One that `is_pending` was inserted, and is not yet known to outlive a rotation: nobody uses it.
    """

    generations: Mapping[int, WrappedKey]
    is_pending: bool = False

    @property
    def is_destroyed(self) -> bool:
        return not self.generations

    @property
    def newest(self) -> int:
        return max(self.generations)


@dataclass(frozen=True, slots=True)
class WrappedRecordKey:
    """A record key under the key of `node`: that of its period, or the held key of its client.

    `former` are the nodes below which it may have lain, and in old bytes lies, if it was moved.
    `position` is that of `node` in the page, of a key that was read from one.
    """

    node: Node
    record_id: UUID
    key: WrappedKey
    former: tuple[Node, ...] = ()
    position: int = 0

    @property
    def place(self) -> Binding:
        return record_key_place(self.node, self.record_id)


def record_key_place(node: Node, record_id: UUID) -> Binding:
    """What a record key below `node` is bound to."""
    return Binding(
        "record-key",
        node.role,
        node.client_id,
        node.licence_id,
        node.category,
        node.month,
        record_id,
    )


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page of record keys before it is stored, and the recorded intent that they are for."""

    page: UUID
    keys: Sequence[WrappedRecordKey]
    intent: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PendingPage:
    """A page of record keys whose records were not yet confirmed as stored."""

    page: UUID
    since: datetime
    intent: Mapping[str, Any]
    references: tuple[KeyReference, ...]


def record_binding(scope: Scope, category: str, month: str, record_id: UUID) -> Binding:
    """The place of a sealed small record."""
    return Binding(
        "record", scope.role, scope.client_id, scope.licence_id, category, month, record_id
    )
