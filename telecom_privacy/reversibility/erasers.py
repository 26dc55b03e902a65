"""Removing packages whose key is gone (`erasure.withheld.DataEraser`)."""

from collections.abc import Sequence

from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.storage.segments import SegmentStore


class ExportEraser:
    """A hold keeps records, never packages: what lies in one lies in its own place, too."""

    def __init__(self, repository: ExportRepository, segments: SegmentStore) -> None:
        self._repository = repository
        self._segments = segments

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        del erasure
        return ()

    def erase_data(self, erasure: Erasure) -> None:
        for item in erasure.items:
            self._repository.bury(item, self._segments)
