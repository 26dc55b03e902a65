"""A record as handed in, as stored and as opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.restrictions.model import Concerned
from telecom_privacy.scope import Scope
from telecom_privacy.storage.paging import Position

CONSENT = "consent"
"""The category of the consents that other categories rest on (RULES CON-3)."""

CONSENT_PROOF = "consent_proof"
"""The category of what the operator keeps, as controller, to prove a consent (RULES RET-14)."""

KEPT = "kept"
"""Under this name lies what the service itself seals of a record that it keeps (`kept`)."""

RESERVED = frozenset({"breach", "requisition", "requisition_file"})
"""Categories that the service alone writes and reads: to the routes of records, whoever calls,
nothing of the kind exists (RULES LAW-1, SEC-2)."""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record as it is handed in: `data` is a JSON object, `subject` the person it is about."""

    category: str
    external_id: str
    licence_id: str | None
    subject: str | None
    occurred_at: datetime
    data: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a record before it was handed in: its events, and its `history` as sealed."""

    events: Mapping[str, datetime] = field(default_factory=dict)
    history: Sequence[Mapping[str, Any]] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class StoredContent:
    """The binary content of a record; `gone_at` is set once it was erased on its own.

    `id` names its segments. Its metadata is sealed at the record's place, under a key of its own.
    """

    id: UUID
    key: KeyReference
    metadata: bytes
    gone_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.gone_at is None


@dataclass(frozen=True, slots=True)
class Revoking:
    """The recorded intent to erase what rests on a consent that was revoked: since when, by whom.

    The records concerned are revoked at the time of the consent's own event.
    """

    at: datetime
    actor: str


FIRST_RECEIVED_AT = "first_received_at"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as stored: ids, times and tokens in clear, everything else in `payload`.

    `token` is the keyed token of category and external id, and the document's `_id`. `stored_at`
    is when it was last handed in, or told an event or content of its own. `events`
    holds the latest time of each. `subject` is the token of whom it is about, in the generation
    `index` of the category's subject key. `covers`, of a consent, is the token of what rests on it;
    `proving`, since when its proof may say less than itself, None if that says the same.
    """

    token: bytes
    record_id: UUID
    scope: Scope
    category: str
    month: str
    occurred_at: datetime
    key: KeyReference
    payload: bytes
    stored_at: datetime
    events: Mapping[str, datetime] = field(default_factory=dict)
    subject: bytes | None = None
    index: int | None = None
    covers: bytes | None = None
    binned: bool = False
    version: int = 1
    content: StoredContent | None = None
    revoking: Revoking | None = None
    proving: datetime | None = None

    @property
    def licence_id(self) -> UUID:
        return self.scope.licence_id

    @property
    def binding(self) -> Binding:
        return record_binding(self.scope, self.category, self.month, self.record_id)

    @property
    def live_content(self) -> StoredContent | None:
        return self.content if self.content and self.content.is_live else None

    @property
    def item(self) -> ErasedItem:
        return ErasedItem(self.record_id, self.key, self.token)

    @property
    def content_item(self) -> ErasedItem | None:
        """The content goes under the record's own id: both are one record in every count."""
        content = self.live_content
        return ErasedItem(self.record_id, content.key, self.token) if content else None

    @property
    def items(self) -> tuple[ErasedItem, ...]:
        """All keys under which something of the record is sealed."""
        content = self.content_item
        return (self.item, content) if content else (self.item,)


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """What is known of a record before its content is fetched."""

    token: bytes
    occurred_at: datetime
    events: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides when a record is due, and what would be erased of it then.

    A consent is not settled while it leads to something else that was begun.
    """

    category: str
    occurred_at: datetime
    events: Mapping[str, datetime]
    items: tuple[ErasedItem, ...]
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of an erased record for a bounded time: its keyed token."""

    gone_at: datetime
    licence_id: UUID


@dataclass(frozen=True, slots=True)
class Record:
    """An opened record.

    `sealed` is `{id, licence_id?, subject?, occurred_at, data, receipt, original, history}`, and of
    a later version `first_received_at`; `content` is what is sealed of its binary content.
    """

    stored: StoredRecord
    key: bytes = field(repr=False)
    sealed: Mapping[str, Any] = field(repr=False)
    content: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def position(self) -> Position:
        """Where it stands in a list, for the page after it."""
        return Position(self.stored.occurred_at, self.stored.token)

    @property
    def concerned(self) -> Concerned:
        """What a restriction may name: the record, or whom it is about."""
        subject = self.sealed.get("subject")
        persons = (subject,) if subject else ()
        return Concerned(self.stored.scope.role, self.stored.record_id, persons)

    @property
    def first_received_at(self) -> str:
        """When its first version was handed in."""
        return str(self.sealed.get(FIRST_RECEIVED_AT) or self.receipt["received_at"])

    @property
    def receipt(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.sealed["receipt"]
        return found

    @property
    def is_kept(self) -> bool:
        """Whether the service itself keeps it."""
        return KEPT in self.sealed

    def view(self) -> dict[str, Any]:
        """What its reader gets."""
        return {
            **{name: self.sealed.get(name) for name in ("id", "licence_id", "subject")},
            "record_id": str(self.stored.record_id),
            "category": self.stored.category,
            "occurred_at": self.stored.occurred_at,
            "data": self.sealed["data"],
            "events": self.stored.events,
            "history": self.sealed["history"],
            "binned": self.stored.binned,
            "content": self.content,
        }


def is_binned(events: Mapping[str, datetime]) -> bool:
    """Whether a record was put into the bin and not taken out again (RET-25)."""
    binned, restored = events.get("binned"), events.get("restored")
    return binned is not None and (restored is None or restored < binned)


def is_revoked(events: Mapping[str, datetime]) -> bool:
    """Whether a consent was revoked and not given again since."""
    return _is_in_force(events, "revoked")


def is_relied_on(events: Mapping[str, datetime]) -> bool:
    """Whether a consent was neither revoked nor left unused, or was given again since."""
    return not (is_revoked(events) or _is_in_force(events, "reliance_ended"))


def _is_in_force(events: Mapping[str, datetime], ending: str) -> bool:
    ended, given = events.get(ending), events.get("given")
    return ended is not None and (given is None or given <= ended)
