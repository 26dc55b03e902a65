"""Removing the data of erased calls and recordings (`erasure.withheld.DataEraser`)."""

from collections.abc import Sequence

from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.withheld import Original, awaited_spared
from telecom_privacy.storage.segments import SegmentStore


class CallEraser:
    """Leaves a tombstone, so that a late retry gets 410 and never a second life."""

    def __init__(self, repository: CallRepository) -> None:
        self._repository = repository

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        return self._repository.fetch_originals(erasure)

    def erase_data(self, erasure: Erasure) -> None:
        self._repository.bury(erasure)


class RecordingEraser:
    """Removes the segments, then reduces the call's entry to its token."""

    def __init__(self, repository: CallRepository, segments: SegmentStore) -> None:
        self._repository = repository
        self._segments = segments

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        return self._repository.fetch_recording_originals(erasure)

    def erase_data(self, erasure: Erasure) -> None:
        for item in erasure.destroyed:
            self._segments.erase(item.record_id)
        for _ in awaited_spared(erasure):
            self._segments.erase(erasure.id)  # nothing is there: as much is asked
        self._repository.bury_recordings(erasure)
