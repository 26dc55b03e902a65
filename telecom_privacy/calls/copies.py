"""The two copies of calls that are being stored, sealed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from telecom_privacy.calls.drafts import Draft, fingerprint
from telecom_privacy.calls.model import OBJECTED, StoredCall
from telecom_privacy.clock import Clock
from telecom_privacy.keys.model import NumberIndex, RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import NO_ID, Role
from telecom_privacy.traffic.model import FIELDS, StoredTraffic, traffic_binding


class Copies:
    """Seals some calls; of each month the index keys are those that were the newest at first."""

    def __init__(self, keys: KeyService, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._indexes: dict[tuple[Role, str], NumberIndex] = {}

    def call(self, draft: Draft, key: RecordKey, receipt: Mapping[str, Any]) -> StoredCall:
        """The client's copy."""
        call = draft.call
        index = self._index(Role.PROCESSOR, draft.month, draft.scope.client_id)
        content = {
            "id": call.external_id,
            "call": call.content,
            "receipt": receipt,
            "original": fingerprint(draft.body),
            **({"history": list(call.history)} if call.history else {}),
        }
        return StoredCall(
            token=draft.token,
            record_id=draft.record_id,
            scope=draft.scope,
            month=draft.month,
            started_at=call.started_at,
            ended_at=call.ended_at,
            direction=call.content["direction"],
            objected=call.content["recording_consent"] == OBJECTED,
            numbers=tuple(map(index.token, call.numbers)),
            index=index.generation,
            key=key.reference,
            payload=seal_json(key.key, content, draft.binding),
            stored_at=self._clock.now(),
            party_erased_at=call.party_erased_at,
        )

    def traffic(self, draft: Draft, traffic_id: UUID, key: RecordKey) -> StoredTraffic:
        """The operator's copy: only what it needs as controller."""
        scope, month = draft.controller_scope, draft.month
        index = self._index(Role.CONTROLLER, month, NO_ID)
        content = {name: draft.call.content[name] for name in FIELDS if name in draft.call.content}
        return StoredTraffic(
            record_id=traffic_id,
            scope=scope,
            month=month,
            started_at=draft.call.started_at,
            ended_at=draft.call.ended_at,
            numbers=tuple(map(index.token, draft.call.numbers)),
            index=index.generation,
            key=key.reference,
            payload=seal_json(key.key, content, traffic_binding(scope, month, traffic_id)),
        )

    def _index(self, role: Role, month: str, client_id: UUID) -> NumberIndex:
        """That of the client whose calls these are, or of the operator: one for each role."""
        if (role, month) not in self._indexes:
            self._indexes[role, month] = self._keys.numbers.index(role, month, client_id)
        return self._indexes[role, month]
