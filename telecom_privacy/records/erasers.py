"""Removing the data of erased records (`erasure.withheld.DataEraser`)."""

from collections.abc import Sequence

from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.storage.segments import SegmentStore


class RecordEraser:
    """Removes segments, then leaves tombstones, so that a late retry gets 410."""

    def __init__(self, repository: RecordRepository, segments: SegmentStore) -> None:
        self._repository = repository
        self._segments = segments

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        return self._repository.fetch_originals(erasure)

    def erase_data(self, erasure: Erasure) -> None:
        for content in self._repository.fetch_contents(erasure):
            self._segments.erase(content)
        for _ in self._repository.fetch_contents(erasure, spared=True):
            self._segments.erase(erasure.id)  # nothing is there: as much is asked
        self._repository.bury(erasure)
