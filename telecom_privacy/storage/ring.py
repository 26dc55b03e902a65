"""What was destroyed of late, by name: a bounded ring, and how many names there ever were.

Each worker drops from its caches just what is named since it looked last. If more was destroyed
than the ring holds, it drops everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bson import Int64

from telecom_privacy.storage.mongo import Document

RING = 1_000
"""Names that are kept: as many as all workers together destroy between two polls, and more."""

_NAMES = "destroyed"
COUNT = "destructions"
"""The field of the running count. It moves whenever the ring does."""
WITHOUT_NAMES = {_NAMES: 0}
"""Projects the ring away."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The newest names, the newest last, and the count of all that were ever added."""

    count: int = 0
    names: Sequence[bytes] = ()

    @property
    def is_full(self) -> bool:
        """Whether names may have been dropped from it."""
        return len(self.names) >= RING

    def added_since(self, earlier: "Ring") -> Sequence[bytes] | None:
        """The names that were added after `earlier` was read; None: more than is known."""
        added = self.count - earlier.count
        if not 0 <= added <= len(self.names):
            return None
        return self.names[len(self.names) - added :]


def ring_from(document: Document) -> Ring:
    return Ring(document.get(COUNT, 0), tuple(document.get(_NAMES, ())))


def adding(names: Sequence[bytes]) -> Document:
    """The change of a document that adds names to its ring, in one step with the count."""
    return {
        "$push": {_NAMES: {"$each": list(names[-RING:]), "$slice": -RING}},
        "$inc": {COUNT: Int64(len(names))},
    }
