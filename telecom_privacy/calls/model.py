"""A call as handed in, as stored and as opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from telecom_privacy.clock import to_text
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.keys.model import KeyReference, period_node, record_binding
from telecom_privacy.policies.model import Category
from telecom_privacy.restrictions.model import Concerned
from telecom_privacy.scope import Role, Scope
from telecom_privacy.traffic.model import parties

MAIN_RECORDING = "main"
"""The recording id that `…/recording` names."""

OBJECTED = "objected"

WRITTEN = ("caller_name", "note", "route", "tags", "platform")
"""What of a call people and platforms write freely."""

LONGEST_CALL = timedelta(days=7)
"""What lasts longer is no call; retention relies on it (`retention.index_keys`)."""

MOST_RECORDINGS = 200
"""Most recordings of one call, erased ones included: its document holds an entry of each."""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A CDR as the platform hands it in.

    `content` is what will be sealed: JSON values, numbers in E.164, times in UTC. Of a call that
    was not `carried` by the operator's own network it keeps no copy as controller (ROLE-1).
    `history` is what was set right of it elsewhere (`calls.changes.noted`), and since
    `party_erased_at` a person's part was gone there.
    """

    external_id: str
    started_at: datetime
    ended_at: datetime
    content: Mapping[str, Any] = field(repr=False)
    carried: bool = True
    history: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    party_erased_at: datetime | None = None

    @property
    def licence_id(self) -> str:
        return str(self.content["licence_id"])

    @property
    def numbers(self) -> list[str]:
        return parties(self.content)


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """An entry of a call's list of recordings; `gone_at` is set once it was erased."""

    token: bytes
    record_id: UUID
    key: KeyReference
    metadata: bytes
    gone_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.gone_at is None


@dataclass(frozen=True, slots=True)
class StoredCall:
    """A call as stored: ids, times and tokens in clear, everything else in `payload`.

    `token` is the keyed token of the external id, and the document's `_id`; `numbers` are tokens
    under the month's index key, in the generation `index`. `stored_at` is when this version was.
    One that is closed is about to be erased. Since `party_erased_at` a person's part is gone: it
    takes no recording any more.
    """

    token: bytes
    record_id: UUID
    scope: Scope
    month: str
    started_at: datetime
    ended_at: datetime
    direction: str
    objected: bool
    numbers: tuple[bytes, ...]
    index: int
    key: KeyReference
    payload: bytes
    stored_at: datetime
    version: int = 1
    recordings: tuple[StoredRecording, ...] = ()
    is_closed: bool = False
    party_erased_at: datetime | None = None

    @property
    def licence_id(self) -> UUID:
        return self.scope.licence_id

    @property
    def binding(self) -> Binding:
        return call_binding(self.scope, self.month, self.record_id)

    @property
    def item(self) -> ErasedItem:
        return ErasedItem(self.record_id, self.key, self.token, period_node(self.binding))

    @property
    def live_recordings(self) -> list[StoredRecording]:
        return [recording for recording in self.recordings if recording.is_live]

    def recording(self, token: bytes) -> StoredRecording | None:
        return next((r for r in self.recordings if r.token == token), None)

    def recording_item(self, recording: StoredRecording) -> ErasedItem:
        above = period_node(self.recording_binding(recording.record_id))
        return ErasedItem(recording.record_id, recording.key, self.token, above)

    def recording_binding(self, recording_id: UUID) -> Binding:
        return record_binding(self.scope, Category.RECORDING, self.month, recording_id)


@dataclass(frozen=True, slots=True)
class FoundCall:
    """What is known of a call before its content is fetched."""

    token: bytes
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """When a call ended, and what would be erased of it once that is long enough ago."""

    ended_at: datetime
    items: tuple[ErasedItem, ...]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of an erased call for a bounded time: its keyed token."""

    gone_at: datetime
    licence_id: UUID


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """A recording of a call and what is sealed of it besides its bytes."""

    stored: StoredRecording
    metadata: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """An opened call. `sealed` is `{id, call, receipt, original, history?}`.

    Without `original` and `history` once a person's part was erased here. `recordings` are opened.
    """

    stored: StoredCall
    sealed: Mapping[str, Any] = field(repr=False)
    recordings: tuple[OpenedRecording, ...] = field(default=(), repr=False)

    @property
    def concerned(self) -> Concerned:
        """What a restriction may name: the call, or one of its parties."""
        numbers = tuple(parties(self.sealed["call"]))
        return Concerned(Role.PROCESSOR, self.stored.record_id, numbers)

    @property
    def receipt(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.sealed["receipt"]
        return found

    @property
    def marks(self) -> Mapping[str, str]:
        """Since when a person's part is gone; nothing if it is not."""
        erased_at = self.stored.party_erased_at
        return {"party_erased_at": to_text(erased_at)} if erased_at else {}

    def view(self) -> dict[str, Any]:
        """What the client reads."""
        return {
            "id": self.sealed["id"],
            "record_id": str(self.stored.record_id),
            **self.sealed["call"],
            **self.marks,
            "recordings": [recording.metadata for recording in self.recordings],
        }


def call_binding(scope: Scope, month: str, record_id: UUID) -> Binding:
    return record_binding(scope, Category.CALL, month, record_id)
