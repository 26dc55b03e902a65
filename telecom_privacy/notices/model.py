"""A webhook that somebody subscribed, and a notice on its way to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID, uuid5

from telecom_privacy.clock import to_text
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.scope import NO_ID, Role, Scope

WEBHOOK = "webhook"
"""The ledger's category for webhooks that were removed; also part of the place of their URL."""

Data: TypeAlias = Mapping[str, str | int | bool]
"""What a notice says: random ids, days and counts, never personal data (external ids are)."""


class NoticeType(StrEnum):
    """What can be told. A client subscribes what concerns itself, the operator what it likes."""

    RECORDING_STORED = "recording.stored"
    ERASURE_CERTIFIED = "erasure.certified"
    WINDOW_OPENED = "contract.window_opened"
    WINDOW_CLOSING = "contract.window_closing"
    CONTRACT_DESTROYED = "contract.destroyed"
    EXPORT_READY = "export.ready"
    EXPORT_GONE = "export.gone"
    RIGHTS_REQUEST_FORWARDED = "rights_request.forwarded"
    BREACH_ANNOUNCED = "breach.announced"
    SUBPROCESSORS_CHANGED = "subprocessors.changed"
    TEST = "test"
    """Sent to one webhook when its owner asks for it."""


SUBSCRIBABLE = tuple(kind for kind in NoticeType if kind is not NoticeType.TEST)

CONCERNS_ALL = frozenset({NoticeType.SUBPROCESSORS_CHANGED})
"""Without a client, these go to every client; all others then go to the operator alone."""


class DeliveryState(StrEnum):
    """`failed`: given up, or the webhook was switched off. It can be replayed."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as stored: the operator's own has no `client_id`.

    `payload` seals `{url, label, secrets: [{secret, until}]}`. `failing_since` is the first
    failure since the last success, `disabled_at` when the service gave it up, `orphaned_at` when
    its client was found to be gone.
    """

    id: UUID
    client_id: UUID | None
    events: frozenset[NoticeType]
    created_at: datetime
    month: str
    key: KeyReference
    payload: bytes
    version: int = 1
    failing_since: datetime | None = None
    disabled_at: datetime | None = None
    orphaned_at: datetime | None = None

    @property
    def binding(self) -> Binding:
        return webhook_binding(self.id, self.month)


@dataclass(frozen=True, slots=True)
class Secret:
    """A signing secret as its owner got it, `whsec_…`; `until` ends one that was replaced."""

    secret: str = field(repr=False)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is sealed of a webhook."""

    url: str = field(repr=False)
    label: str = field(repr=False)
    secrets: tuple[Secret, ...] = field(repr=False)

    def valid_secrets(self, now: datetime) -> list[str]:
        """The newest first."""
        return [one.secret for one in self.secrets if one.until is None or now < one.until]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happened: told once to each webhook, not before `at`."""

    id: UUID
    client_id: UUID | None
    type: NoticeType
    at: datetime
    data: Data

    @property
    def body(self) -> bytes:
        """The same bytes at every attempt (Standard Webhooks, "Payload structure")."""
        content = {"type": self.type, "timestamp": to_text(self.at), "data": dict(self.data)}
        return json.dumps(content, separators=(",", ":")).encode()

    def delivery_id(self, webhook_id: UUID) -> UUID:
        """The same for whoever announces the notice again."""
        return uuid5(self.id, str(webhook_id))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: the receiver's status, or in a word why there was none."""

    at: datetime
    status: int | None = None
    error: str | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice for one webhook. `attempts` counts since it was announced or replayed."""

    id: UUID
    webhook_id: UUID
    notice: Notice
    state: DeliveryState
    created_at: datetime
    next_at: datetime
    attempts: int = 0
    last: Outcome | None = None
    finished_at: datetime | None = None


def webhook_binding(webhook_id: UUID, month: str) -> Binding:
    """The place of what is sealed of a webhook: it is the service's own, like an API key."""
    return record_binding(Scope(NO_ID, NO_ID, Role.CONTROLLER), WEBHOOK, month, webhook_id)


def notice_id(kind: NoticeType, subject_id: UUID, data: Data) -> UUID:
    """The same for the same thing, whenever and by whomever it is announced."""
    return uuid5(subject_id, json.dumps([kind, dict(data)], sort_keys=True))


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_PAUSES = (
    timedelta(seconds=5),
    5 * _MINUTE,
    30 * _MINUTE,
    2 * _HOUR,
    5 * _HOUR,
    10 * _HOUR,
    14 * _HOUR,
    20 * _HOUR,
    24 * _HOUR,
)
"""The schedule that Standard Webhooks suggests ("Retry schedule")."""


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None: it is given up."""
    return _PAUSES[attempts - 1] if attempts <= len(_PAUSES) else None
