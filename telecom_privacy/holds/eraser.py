"""Removing what a hold had kept, once no hold keeps it any more."""

from collections.abc import Sequence

from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.storage.segments import SegmentStore


class WithheldEraser:
    """The ledger's eraser of data for `WITHHELD` (`erasure.withheld.DataEraser`)."""

    def __init__(self, repository: WithheldRepository, segments: SegmentStore) -> None:
        self._repository = repository
        self._segments = segments

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        return [original for original, _ in self._repository.fetch_many(erasure.items)]

    def erase_data(self, erasure: Erasure) -> None:
        for original, _ in self._repository.fetch_many(erasure.destroyed):
            if original.content:
                self._segments.erase(original.content)
        self._repository.delete_many(erasure.destroyed)
