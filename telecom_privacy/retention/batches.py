"""Due records as the ledger takes them: many at once, all under one rule and one action."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from telecom_privacy.erasure.model import DueItem, ErasedItem
from telecom_privacy.policies.model import Action

_MOST = 250
"""One batch takes a fraction of a second, so that what falls due meanwhile need not wait long."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes under one entry of the ledger."""

    rule: str
    action: Action
    due: list[DueItem]

    @property
    def items(self) -> list[ErasedItem]:
        """All keys that go, those too that are not counted."""
        return [item for one in self.due for item in one.items]


def batches(due: Iterable[DueItem]) -> Iterator[Batch]:
    """Read as much as one batch holds at a time, however much is due."""
    for (rule, action), group in groupby(due, key=lambda one: (one.rule, one.action)):
        while some := list(islice(group, _MOST)):
            yield Batch(rule, action, some)
