"""What the page of the keys of some calls records, until these are stored (docs/formats.md)."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from telecom_privacy.keys.model import KeyReference, PendingPage
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import NO_ID

_CALL = struct.Struct("16s16s16s")


@dataclass(frozen=True, slots=True)
class IntendedCall:
    """A call that is being stored; `traffic_id` is None without a copy of the operator's."""

    token: bytes
    record_id: UUID
    traffic_id: UUID | None

    @property
    def record_ids(self) -> list[UUID]:
        """The records that have a key of their own, in the order of its slot."""
        return [self.record_id, self.traffic_id] if self.traffic_id else [self.record_id]


def intent_to_store(client_id: UUID, calls: Sequence[IntendedCall]) -> dict[str, Any]:
    """What to record of calls of a client, whose keys lie in the page in this order."""
    return {
        "kind": "calls",
        "client": client_id,
        "calls": b"".join(
            _CALL.pack(call.token, call.record_id.bytes, (call.traffic_id or NO_ID).bytes)
            for call in calls
        ),
        "categories": [Category.CALL, Category.TRAFFIC],
    }


def intended_calls(
    page: PendingPage,
) -> Sequence[tuple[IntendedCall, Mapping[UUID, KeyReference]]]:
    """The calls that a page is for, and where the keys of their records lie, or lay."""
    found, slot = [], 0
    for call in _calls(page.intent["calls"]):
        ids = call.record_ids
        keys = {one: KeyReference(page.page, str(n)) for n, one in enumerate(ids, slot)}
        found.append((call, keys))
        slot += len(ids)
    return found


def _calls(packed: bytes) -> Iterator[IntendedCall]:
    for token, *ids in _CALL.iter_unpack(packed):
        record_id, traffic_id = (UUID(bytes=one) for one in ids)
        yield IntendedCall(token, record_id, None if traffic_id == NO_ID else traffic_id)
