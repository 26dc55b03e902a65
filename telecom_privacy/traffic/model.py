"""A traffic record: parties, times, route and licence, and nothing that the client added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Scope

FIELDS = (
    "licence_id",
    "direction",
    "from",
    "to",
    "started_at",
    "answered_at",
    "ended_at",
    "disposition",
    "route",
)
"""What of a CDR the operator needs as controller; notes, names and tags are the client's."""


@dataclass(frozen=True, slots=True)
class FoundTraffic:
    """What is known of a record before its content is fetched."""

    record_id: UUID
    started_at: datetime
    ended_at: datetime
    key: KeyReference


@dataclass(frozen=True, slots=True)
class StoredTraffic:
    """A traffic record as stored.

    `numbers` are tokens under the month's operator-wide index key, in the generation `index`.
    """

    record_id: UUID
    scope: Scope
    month: str
    started_at: datetime
    ended_at: datetime
    numbers: tuple[bytes, ...]
    index: int
    key: KeyReference
    payload: bytes

    @property
    def binding(self) -> Binding:
        return traffic_binding(self.scope, self.month, self.record_id)


def parties(content: Mapping[str, Any]) -> list[str]:
    """The numbers of a CDR, each once: it is found by them."""
    return sorted(number for number in {content["from"], content["to"]} if number)


def own_number(content: Mapping[str, Any]) -> str:
    """The number of a CDR on the side of the client whose call it is."""
    return str(content["to" if content["direction"] == "in" else "from"])


def other_numbers(content: Mapping[str, Any]) -> list[str]:
    """The number of a CDR on the other side, if it tells one."""
    other = content["from" if content["direction"] == "in" else "to"]
    return [other] if other else []


def traffic_binding(scope: Scope, month: str, record_id: UUID) -> Binding:
    return record_binding(scope, Category.TRAFFIC, month, record_id)
