"""Judging what killed workers left of calls and recordings (`erasure.recovery.IntentHandler`)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.keys.model import KeyReference, PendingPage
from telecom_privacy.storage.segments import SegmentStore
from telecom_privacy.traffic.service import TrafficService


class CallIntents:
    """A call that its page's key seals was committed; of any other both copies go.

    A worker inserts its calls within half of this patience, or not at all.
    """

    patience = timedelta(minutes=10)

    def __init__(self, calls: CallRepository, traffic: TrafficService) -> None:
        self._calls = calls
        self._traffic = traffic

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        lost = [call for call in page.intent["calls"] if not self._is_stored(call)]
        ids = {record for call in lost for record in (call["record"], call["traffic"]) if record}
        self._traffic.withdraw(call["traffic"] for call in lost if call["traffic"])
        slots = enumerate(page.intent["slots"])
        return [KeyReference(page.page, str(slot)) for slot, record in slots if record in ids]

    def _is_stored(self, call: Mapping[str, Any]) -> bool:
        return self._calls.holds_record(call["call"], call["record"])


class RecordingIntents:
    """A recording that its call lists was committed; of any other the segments go.

    An upload that takes longer than this patience is refused.
    """

    patience = timedelta(hours=24)

    def __init__(self, calls: CallRepository, segments: SegmentStore) -> None:
        self._calls = calls
        self._segments = segments

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        call, record_id = page.intent["call"], page.intent["record"]
        if self._calls.lists_recording(call, record_id):
            return ()
        self._segments.erase(record_id)
        return page.references
