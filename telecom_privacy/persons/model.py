"""A person's erasure from what is hosted for a client: its recorded intent, and what was done."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.paging import Position

PERSON_ERASURE = "person_erasure"
"""The ledger's category for recorded intents: no policy names it, and no certificate counts it."""


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """The recorded intent; `payload` seals `{person, keep}`, and goes as soon as it is done.

    A key that is limited erases of its licences only: these are `licence_ids`, else None. `mark`
    finds it for who asks for the same again. All calls down to `position` were looked at: of those
    where the number is the client's own side nothing else shows that. `since` is when it was left.
    """

    id: UUID
    client_id: UUID
    month: str
    at: datetime
    actor: str
    licence_ids: frozenset[UUID] | None
    mark: bytes
    since: datetime
    key: KeyReference
    payload: bytes
    position: Position | None = None

    @property
    def scope(self) -> Scope:
        return Scope(self.client_id, NO_ID, Role.PROCESSOR)

    @property
    def item(self) -> ErasedItem:
        return ErasedItem(self.id, self.key, self.id)

    @property
    def binding(self) -> Binding:
        return request_binding(self.client_id, self.month, self.id)


@dataclass(frozen=True, slots=True)
class Request:
    """An opened intent: the person by number in E.164 or as records name it, and what stays."""

    stored: StoredRequest
    person: str = field(repr=False)
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What one attempt erased: from `calls` the person's part, `recordings` and `records` whole.

    It covers what was acknowledged before `begun_at`. In `own_number` calls the number is the
    client's own side, and stays. While it is not done, it is to be repeated, or left to recovery.
    """

    begun_at: datetime
    calls: int = 0
    recordings: int = 0
    records: int = 0
    own_number: int = 0
    is_done: bool = False

    def __add__(self, other: "Erased") -> "Erased":
        return Erased(
            min(self.begun_at, other.begun_at),
            self.calls + other.calls,
            self.recordings + other.recordings,
            self.records + other.records,
            self.own_number + other.own_number,
            self.is_done or other.is_done,
        )

    @property
    def state(self) -> str:
        return "done" if self.is_done else "running"


def request_binding(client_id: UUID, month: str, request_id: UUID) -> Binding:
    scope = Scope(client_id, NO_ID, Role.PROCESSOR)
    return record_binding(scope, PERSON_ERASURE, month, request_id)
