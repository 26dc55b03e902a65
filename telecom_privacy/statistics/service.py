"""Counting records before they go, so that each counts once whatever is killed or repeated.

A record that is to be counted is *pending* from before its data goes. A *fold* turns what is
pending of a client into counts and forgets the records, but only while no erasure of that client is
under way: whoever begins one later finds the data gone, and counts nothing a second time. It takes
one *batch*, as it was made pending, so that all that is pending is read once and never all at once.
What others add to the batch meanwhile stays pending, and the batch stays with it.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.statistics.model import Batch, Count, ErasedRecord, Fold, Group
from telecom_privacy.statistics.repository import StatisticsRepository
from telecom_privacy.storage.lease import KeepAlive

_FOLDS_AT_ONCE = 200


class StatisticsService:
    """De-identified counts of erased records. `is_erasing` tells of a client's open erasures."""

    def __init__(
        self,
        repository: StatisticsRepository,
        is_erasing: Callable[[UUID], bool],
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._is_erasing = is_erasing
        self._clock = clock

    def expect(self, originals: Sequence[Original]) -> None:
        """See `erasure.tally.Tally`; to be called while the ledger's entry of them is open."""
        if originals:
            self._repository.insert_pending([_erased(one) for one in originals])

    def fold_all(self, keep_alive: KeepAlive) -> None:
        """Count what is pending, as far as nothing of its client is being erased just now.

        At most so much that others do not wait long, in one pass; the next one goes on. A client
        that cannot be counted is an alarm, and does not keep the others waiting. `keep_alive` is
        called now and then. Raises `Unavailable`; may be repeated.
        """
        waiting: set[UUID] = set()
        folds = 0
        for batch in self._repository.fetch_batches():
            if folds == _FOLDS_AT_ONCE:
                return
            keep_alive()
            if batch.client_id in waiting:
                continue
            folds += 1
            count = partial(self._count, batch, waiting)
            if not succeeds(count, "erased records cannot be counted", client=batch.client_id):
                waiting.add(batch.client_id)

    def fold(self, batch: Batch) -> bool:
        """Count a batch. False if its client has to wait: something of it is being erased."""
        if self._is_erasing(batch.client_id):  # whoever fills the batch
            return False
        last = self._finished(Scope(batch.client_id, NO_ID, Role.PROCESSOR))
        records = self._repository.fetch_pending(batch)
        if self._is_erasing(batch.client_id):  # again: what was read may be what goes just now
            return False
        if records:
            fold = last.next(batch, records)
            if not self._repository.begin(fold, self._clock.now()):
                return True  # another process counts: what was read here may be counted already
            self._carry_out(fold)
        if not self._repository.has_pending(batch):
            self._repository.drop(batch)
        return True

    def read(
        self, client: Client, roles: Collection[Role], first: str | None, last: str | None
    ) -> list[Count]:
        """Return the counts that may be shown, by month, of `first` to `last` (`YYYY-MM`).

        They are those of the last `fold_all`.
        """
        found = [
            count
            for role in roles
            for count in self._repository.fetch_shown(client.scope(role), first, last)
        ]
        return sorted(found, key=_order)

    def _count(self, batch: Batch, waiting: set[UUID]) -> None:
        if not self.fold(batch):
            waiting.add(batch.client_id)

    def _finished(self, scope: Scope) -> Fold:
        """The client's newest fold, after carrying it out if a killed process had begun it."""
        fold = self._repository.fetch_fold(scope)
        if not fold.is_finished:
            self._carry_out(fold)
        return fold

    def _carry_out(self, fold: Fold) -> None:
        for group, count in fold.counts:
            self._repository.add(group, count, fold.number)
        self._repository.finish(fold)


def _erased(original: Original) -> ErasedRecord:
    scope, category = original.scope, original.category
    group = Group(scope.client_id, scope.role, original.month, category, original.direction)
    return ErasedRecord(original.item.record_id, group)


def _order(count: Count) -> tuple[str, str, str, str]:
    group = count.group
    return group.month, group.role, group.category, group.direction or ""
