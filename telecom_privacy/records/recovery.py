"""Judging what killed workers left of the content of records (`erasure.recovery.IntentHandler`)."""

from collections.abc import Sequence
from datetime import timedelta

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.keys.model import KeyReference, PendingPage
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.storage.segments import SegmentStore

CONTENT_INTENT = "record-content"
_ACTOR = "recovery"


class ContentIntents:
    """Content that its record names was committed; of any other the segments go.

    An upload that takes longer than this patience is refused.
    """

    patience = timedelta(hours=24)

    def __init__(
        self, records: RecordRepository, segments: SegmentStore, audit: AuditLog, clock: Clock
    ) -> None:
        self._records = records
        self._segments = segments
        self._audit = audit
        self._clock = clock

    def orphans(self, page: PendingPage) -> Sequence[KeyReference]:
        token, content, record = (page.intent[name] for name in ("document", "content", "record"))
        if self._records.lists_content(token, content):
            return ()
        now, client_id = self._clock.now(), page.intent["client"]
        details = {"record": str(record)}
        self._audit.append([Event("content.withdrawn", _ACTOR, now, client_id, details)])
        self._segments.erase(content)
        return page.references
