"""Where the records lie that may be due."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from telecom_privacy.policies.facts import BEGINNING
from telecom_privacy.policies.triggers import Trigger


@dataclass(frozen=True, slots=True)
class Reach:
    """A superset of what is due, by times that are stored: each record meets one of these.

    It occurred up to `occurred_by`; or an event of `renewed_by` last renewed it up to that moment,
    or never did and it occurred up to then; or the first event that a term awaits happened up to
    `awaited_by`. None: nothing is due for that reason.
    """

    occurred_by: datetime | None = None
    renewed_by: Mapping[Trigger, datetime] = field(default_factory=dict)
    awaited_by: datetime | None = None

    @property
    def latest(self) -> datetime:
        """The latest of these moments: the earlier it is, the less is looked through."""
        return _latest(self.occurred_by, self.awaited_by, *self.renewed_by.values()) or BEGINNING


def union(reaches: Iterable[Reach]) -> Reach:
    """Return what covers all that any of them does."""
    found = list(reaches)
    renewed_by: dict[Trigger, datetime] = {}
    for event, by in chain.from_iterable(reach.renewed_by.items() for reach in found):
        renewed_by[event] = max(by, renewed_by.get(event, by))
    return Reach(
        _latest(*(reach.occurred_by for reach in found)),
        renewed_by,
        _latest(*(reach.awaited_by for reach in found)),
    )


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
