"""What is logged, and the exact bytes that commit to it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import rfc8785

from telecom_privacy import clock
from telecom_privacy.audit.canonical import canonical_json
from telecom_privacy.errors import Invalid
from telecom_privacy.scope import Role

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

LEAF_VERSION = b"\x01"
LEAF_BYTES = 33
SALT_BYTES = 32
MAX_STATEMENT_BYTES = 16 * 1024
"""Keeps a full batch of 256 entries far below the 16 MB that one document may have."""

OPENINGS = frozenset(
    {
        "call.read",
        "calls.searched",
        "content.opened",
        "export.created",
        "export.fetched",
        "instructions.read",
        "licence.read",
        "licences.listed",
        "person.erased",
        "record.read",
        "records.searched",
        "recording.opened",
    }
)
"""The actions by which a client's data is opened. What opens data for a requisition or of a hold is
none of them: its entries name no client (DESIGN §6)."""

_CLIENT = "client"
_LEAF_CONTEXT = b"telecom-privacy/leaf/v1\n"


@dataclass(frozen=True, slots=True)
class Accessed:
    """That an entry tells of somebody who opened a client's data; `is_own`: the client itself."""

    client_id: UUID
    is_own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and must be provable later.

    `action` is a dotted name (`call.stored`); `actor` is the random id of an API key, or a word for
    the service's own parts (`recovery`, `anonymous`), never a person's name.
    """

    action: str
    actor: str
    at: datetime
    client_id: UUID | None = None
    details: Mapping[str, Json] = field(default_factory=dict)

    @property
    def month(self) -> str:
        """The UTC calendar month, `YYYY-MM`, whose key seals the details."""
        return clock.to_text(self.at)[:7]

    @property
    def access(self) -> Accessed | None:
        """Whose data was opened by it; None: no client's, or what the operator has of its own."""
        is_theirs = self.details.get("kept_as") != Role.CONTROLLER
        if self.client_id is None or self.action not in OPENINGS or not is_theirs:
            return None
        return Accessed(self.client_id, self.details.get("role") == _CLIENT, self.at)

    def statement(self) -> bytes:
        """Return the event in RFC 8785 form. Raises `Invalid` where that is impossible."""
        try:
            encoded = canonical_json(
                {
                    "action": self.action,
                    "actor": self.actor,
                    "at": clock.to_text(self.at),
                    "client": str(self.client_id) if self.client_id else None,
                    "details": dict(self.details),
                }
            )
        except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
            raise Invalid({"details": ["not representable in canonical JSON"]}) from error
        if len(encoded) > MAX_STATEMENT_BYTES:
            raise Invalid({"details": [f"longer than {MAX_STATEMENT_BYTES} bytes"]})
        return encoded


@dataclass(frozen=True, slots=True)
class Entry:
    """An appended event: its place in the log, its leaf, and the salt that opens the commitment."""

    index: int
    leaf: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry as it is stored: nothing in it is readable without the key of its month.

    `access` is told beside it, so that the client finds it (`audit.accesses`).
    """

    leaf: bytes
    entry_id: UUID
    month: str
    sealed: bytes
    access: Accessed | None = None


@dataclass(frozen=True, slots=True)
class LoggedAccess:
    """Where the log tells of an access: the entry's index, and that of its batch's first."""

    index: int
    first: int
    client_id: UUID
    is_own: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class DisclosedEntry:
    """An entry as a reader sees it; `detail` is None if it may not see, or nobody can any more."""

    index: int
    leaf: bytes
    detail: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Proof that a leaf is in the tree of `tree_size` entries (RFC 6962 section 2.1.1)."""

    leaf_index: int
    tree_size: int
    leaf_hash: bytes
    hashes: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A size of the log and the root hash that it had then (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes


def commit(salt: bytes, statement: bytes) -> bytes:
    """Return the leaf: a version byte and SHA-256 over a context, the salt and the statement.

    All leaves have one size, and without the random salt a leaf tells nothing of its statement.
    """
    return LEAF_VERSION + hashlib.sha256(_LEAF_CONTEXT + salt + statement).digest()
