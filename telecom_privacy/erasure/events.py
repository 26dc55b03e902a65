"""What the audit log says of an erasure: what is withheld is not told apart."""

from collections.abc import Iterator
from datetime import datetime

from telecom_privacy.audit.model import Event, Json
from telecom_privacy.erasure.model import RELEASED, Erasure
from telecom_privacy.keys.model import Node
from telecom_privacy.keys.service import node_details
from telecom_privacy.scope import NO_ID


def events_of(erasure: Erasure, actor: str, now: datetime) -> list[Event]:
    """The entries of an erasure, its commitment in the last one."""
    # That something was withheld concerns the law, and not the client.
    is_theirs = erasure.client_id != NO_ID and erasure.rule != RELEASED
    owner = erasure.client_id if is_theirs else None
    events = [Event("key.destroyed", actor, now, owner, said) for said in _key_details(erasure)]
    if erasure.items:
        events.append(Event("record.erased", actor, now, owner, _record_details(erasure)))
    return events


def _key_details(erasure: Erasure) -> Iterator[dict[str, Json]]:
    for node in map(Node.from_name, erasure.nodes):
        yield {**node_details(node), "erasure": str(erasure.id), "rule": erasure.rule}


def _record_details(erasure: Erasure) -> dict[str, Json]:
    return {
        "erasure": str(erasure.id),
        "role": erasure.role.value,
        "category": erasure.category,
        "rule": erasure.rule,
        "count": len(erasure.items),
        "commitment": erasure.commitment.hex(),
    }
