"""Removing packages whose key is gone (`erasure.withheld.DataEraser`)."""

from collections.abc import Sequence
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.storage.segments import SegmentStore


class ExportEraser:
    """A hold keeps records, never packages: what lies in one lies in its own place, too."""

    def __init__(
        self,
        repository: ExportRepository,
        segments: SegmentStore,
        notices: Notices,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._segments = segments
        self._notices = notices
        self._clock = clock

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        del erasure
        return ()

    def erase_data(self, erasure: Erasure) -> None:
        for item in erasure.items:
            if self._repository.is_ready_version(item):
                self._tell(erasure.client_id, item.record_id)
            self._repository.bury(item, self._segments)

    def _tell(self, client_id: UUID, export_id: UUID) -> None:
        """Tell that a package which could be fetched is gone."""
        now, data = self._clock.now(), {"export": str(export_id)}
        self._notices.announce(client_id, NoticeType.EXPORT_GONE, export_id, now, data)
