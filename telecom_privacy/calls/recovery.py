"""Judging what killed workers left of calls and recordings (`erasure.recovery.IntentHandler`)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.intent import IntendedCall, intended_calls
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.keys.model import KeyReference, PendingPage
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.traffic.service import TrafficService

_ACTOR = "recovery"


class CallIntents:
    """A call that its page's key seals was committed; of any other both copies go.

    So was one that has been erased since: the operator's own copy of it stays. A worker inserts
    its calls within half of this patience, or not at all.
    """

    patience = timedelta(minutes=10)

    def __init__(
        self,
        calls: CallRepository,
        traffic: TrafficService,
        eraser: Eraser,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._traffic = traffic
        self._eraser = eraser
        self._audit = audit
        self._clock = clock

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        lost = [
            (call, keys)
            for call, keys in intended_calls(page)
            if not self._was_committed(call, keys[call.record_id])
        ]
        client_id, now = page.intent["client"], self._clock.now()
        # The log may say already that they are stored.
        self._audit.append([_withdrawn("call", now, client_id, call.record_id) for call, _ in lost])
        self._traffic.withdraw(call.traffic_id for call, _ in lost if call.traffic_id)
        return [key for _, keys in lost for key in keys.values()]

    def _was_committed(self, call: IntendedCall, key: KeyReference) -> bool:
        is_stored = self._calls.holds_record(call.token, call.record_id)
        return is_stored or self._eraser.was_erased(key)


class RecordingIntents:
    """A recording that its call lists was committed; of any other the segments go.

    An upload that takes longer than this patience is refused.
    """

    patience = timedelta(hours=24)

    def __init__(
        self, calls: CallRepository, segments: SegmentStore, audit: AuditLog, clock: Clock
    ) -> None:
        self._calls = calls
        self._segments = segments
        self._audit = audit
        self._clock = clock

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        call, record_id = page.intent["call"], page.intent["record"]
        if self._calls.lists_recording(call, record_id):
            return ()
        event = _withdrawn("recording", self._clock.now(), page.intent["client"], record_id)
        self._audit.append([event])
        self._segments.erase(record_id)
        return page.references


def _withdrawn(kind: str, at: datetime, client_id: UUID, record_id: UUID) -> Event:
    return Event(f"{kind}.withdrawn", _ACTOR, at, client_id, {"record": str(record_id)})
