"""Counting records before they go, so that each counts once whatever is killed or repeated.

A record that is to be counted is *pending* from before its data goes. A *fold* turns what is
pending of a client into counts and forgets the records, but only while no erasure of that client is
under way: whoever begins one later finds the data gone, and counts nothing a second time.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import islice
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.statistics.model import Count, ErasedRecord, Fold, Group
from telecom_privacy.statistics.repository import StatisticsRepository

_BATCH = 500
_FOLDS_AT_ONCE = 40


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

    def fold_all(self, keep_alive: Callable[[], None]) -> None:
        """Count what is pending of every client; `keep_alive` is called between them.

        One that cannot be counted is an alarm, and does not keep the others waiting. Raises
        `Unavailable`; may be repeated.
        """
        for client_id in self._repository.fetch_clients():
            keep_alive()
            fold = partial(self.fold, client_id)
            succeeds(fold, "erased records cannot be counted", client=client_id)

    def fold(self, client_id: UUID) -> None:
        """Count what is pending of a client, as far as nothing of it is being erased just now.

        At most so much that others do not wait long, in one pass; the next one goes on.
        """
        scope = Scope(client_id, NO_ID, Role.PROCESSOR)
        last = self._finished(scope)
        pending = self._repository.fetch_pending(scope)
        for _ in range(_FOLDS_AT_ONCE):
            records = list(islice(pending, _BATCH))
            if not records or self._is_erasing(client_id):  # asked after the records were read
                return
            fold = last.next(records)
            if not self._repository.begin(fold, self._clock.now()):
                return  # another process counts: what was read here may be counted already
            last = fold
            self._carry_out(fold)

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
