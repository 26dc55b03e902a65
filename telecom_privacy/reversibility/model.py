"""An export: what a client asked for, and what was made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.copies import EXPORT
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.scope import NO_ID, Role, Scope


class Kind(StrEnum):
    """What a package is to hold."""

    HISTORY = "history"
    """What occurred in a period, at any time of the contract (REV-3)."""
    REVERSIBILITY = "reversibility"
    """Everything that is hosted for the client (REV-1)."""
    SUBJECT = "subject"
    """What concerns one number or person (DSR-1, DSR-6)."""


class State(StrEnum):
    """`gone`: withdrawn, expired, or its data erased; its entry says why."""

    PREPARING = "preparing"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


class Ground(StrEnum):
    """What restricted data is given out for (GDPR article 18(2))."""

    PERSON = "person"
    """For the person concerned, who consents."""
    LEGAL_CLAIM = "legal_claim"


@dataclass(frozen=True, slots=True)
class RestrictedUse:
    """That what is restricted is to be in a package: on which ground, and for which case."""

    ground: Ground
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: the period `[start, end)` bounds when records occurred.

    `subject` is a number, or a person as records name it. What falls due within `valid_for` is left
    out, so that the package lives for that long at least; None: all that may be read now.
    Without a use that is `restricted` so is what is restricted.
    """

    kind: Kind
    start: datetime | None = None
    end: datetime | None = None
    subject: str | None = field(default=None, repr=False)
    audio: bool = True
    vcon: bool = False
    valid_for: timedelta | None = None
    restricted: RestrictedUse | None = None

    @property
    def is_for_everything(self) -> bool:
        """Whether all that is hosted is asked for, with its audio, however soon it falls due."""
        return self.kind is Kind.REVERSIBILITY and self.audio and self.valid_for is None


@dataclass(frozen=True, slots=True)
class Stream:
    """A ciphertext stream of rendered files: the id and header of its segments, its length."""

    content: UUID
    header: bytes
    segment_bytes: int
    length: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """Somebody took the package, to its end: when and who.

    `whole` is true of a download of all of it, and of the one after which all had been sent, in
    whatever pieces, for the first time.
    """

    at: datetime
    by: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Making:
    """One attempt to prepare an export."""

    export_id: UUID
    id: UUID


@dataclass(frozen=True, slots=True)
class StoredExport:
    """An export as stored.

    `payload` seals `{wish, streams?}`, `terms` stands for the terms that it obeys, `as_of` is the
    moment whose data it holds, `length` that of the ZIP in bytes. `key` and `making`, to which its
    lists belong, are those of the last attempt to prepare it. `everything` tells of a package that
    was completed whether nothing was left out of it, by wish or for being restricted.
    """

    id: UUID
    client_id: UUID
    month: str
    kind: Kind
    state: State
    created_at: datetime
    as_of: datetime
    terms: str
    key: KeyReference
    payload: bytes
    making: UUID
    attempt: int = 1
    expires_at: datetime | None = None
    length: int | None = None
    entries: int | None = None
    everything: bool = False
    fetched: tuple[Fetched, ...] = ()

    @property
    def binding(self) -> Binding:
        return export_binding(self.client_id, self.month, self.id)

    def is_over(self, now: datetime) -> bool:
        """Whether it is a package whose time is over."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def item(self) -> ErasedItem:
        return ErasedItem(self.id, self.key, self.id)


@dataclass(frozen=True, slots=True)
class Export:
    """An export as opened."""

    stored: StoredExport
    key: bytes = field(repr=False)
    sealed: Mapping[str, Any] = field(repr=False)

    @property
    def streams(self) -> list[Stream]:
        return [_stream(one) for one in self.sealed.get("streams", ())]


def _stream(sealed: Mapping[str, Any]) -> Stream:
    return Stream(
        UUID(sealed["content"]),
        bytes.fromhex(sealed["header"]),
        sealed["segment_bytes"],
        sealed["length"],
    )


def export_binding(client_id: UUID, month: str, export_id: UUID) -> Binding:
    """The place of a package: the client's, so that it goes with the client's key."""
    return record_binding(Scope(client_id, NO_ID, Role.PROCESSOR), EXPORT, month, export_id)
