"""What the eraser asks before it destroys (`erasure.withheld.HoldGuard`)."""

import logging
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from uuid import UUID

from telecom_privacy.erasure.model import ErasedItem, Erasure
from telecom_privacy.erasure.withheld import (
    WITHHELD,
    Claimed,
    Keepers,
    Original,
    may_be_awaited,
)
from telecom_privacy.errors import IntegrityError, KeyDestroyed
from telecom_privacy.holds.candidates import Candidates
from telecom_privacy.holds.comparing import NumberComparison
from telecom_privacy.holds.model import StoredHold
from telecom_privacy.holds.repository import Concerning, HoldRepository
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.keys.model import Node, NodeKind
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.storage.cache import BoundedCache

_HOLDS_REMEMBERED = 10_000
_BATCH = 100
_log = logging.getLogger("telecom_privacy.holds")


class ActiveHolds:
    """The holds in force, and what they keep."""

    def __init__(
        self,
        holds: HoldRepository,
        candidates: Candidates,
        withheld: WithheldRepository,
        keys: KeyService,
        comparison: NumberComparison,
    ) -> None:
        self._holds = holds
        self._candidates = candidates
        self._withheld = withheld
        self._keys = keys
        self._comparison = comparison
        self._numbers: BoundedCache[UUID, str] = BoundedCache(_HOLDS_REMEMBERED)
        self._alarmed: BoundedCache[UUID, bool] = BoundedCache(_HOLDS_REMEMBERED)

    def claimed(
        self, erasure: Erasure, originals: Callable[[Erasure], Sequence[Original]]
    ) -> Claimed:
        """See `erasure.withheld.HoldGuard`.

        A version that others are replacing, or withholding, at this moment is looked for where it
        goes, after it was not found where it was.
        """
        concerning = self._candidates.concerning(erasure)
        if not may_be_awaited(erasure) and not concerning.has_any:
            return Claimed()
        found = [*originals(erasure)]
        found += self._withheld.copied_versions(_others(erasure.items, found))
        kept = self._withheld.fetch_many(erasure.items)
        holds = self._claiming(erasure, concerning, [*found, *(one for one, _ in kept)])
        in_force = self._holds.in_force({hold for _, by in kept for hold in by})
        by_holds = [(one, self.keepers(one, holds)) for one in found]
        # What was moved already is kept, too, by a hold that was not released since.
        moved = [one for one, by in kept if by & in_force or self.keepers(one, holds)]
        held = [*(one for one, keepers in by_holds if keepers), *moved]
        return Claimed(frozenset(one.item.record_id for one in held), by_holds)

    def keep(self, erasure: Erasure, kept: Sequence[Keepers]) -> None:
        """See `erasure.withheld.HoldGuard`."""
        withheld = erasure.withheld or frozenset()
        wanted = [one for one in kept if one[0].item.record_id in withheld]
        if wanted:
            self._withheld.keep(wanted)
        elif may_be_awaited(erasure):
            self._withheld.mark((original, ()) for original, _ in kept)

    def may_keep_below(self, erasure: Erasure) -> bool:
        """See `erasure.withheld.HoldGuard`."""
        return _covers_records(erasure) and self._holds.has_any(erasure.client_id)

    def keep_apart(self, erasure: Erasure) -> None:
        """See `erasure.withheld.HoldGuard`."""
        if not _covers_records(erasure):
            return
        nodes = [Node.from_name(name) for name in erasure.nodes]
        kept = self._withheld.fetch_of(erasure.client_id, erasure.role)
        while batch := list(islice(kept, _BATCH)):
            references = [original.item.key for original in batch]
            self._keys.held.keep_apart(references, erasure.client_id, erasure.role, nodes)

    def unheld(self, erasure: Erasure) -> Sequence[ErasedItem]:
        """See `erasure.withheld.HoldGuard`."""
        kept = self._withheld.fetch_many(erasure.spared)
        in_force = self._holds.in_force({hold for _, by in kept for hold in by})
        return [original.item for original, holds in kept if not holds & in_force]

    def keepers(self, original: Original, holds: Iterable[StoredHold]) -> list[UUID]:
        """The ids of those of the holds that keep a record."""
        return [
            hold.id
            for hold in holds
            if hold.reach.covers(original) and self._has_number(original, hold)
        ]

    def _claiming(
        self, erasure: Erasure, concerning: Concerning, originals: Sequence[Original]
    ) -> list[StoredHold]:
        """The holds that may keep what is erased now.

        What was erased before, and kept by another hold until now, does not pass to a requisition.
        """
        holds = self._candidates.of(erasure, concerning, originals)
        if erasure.category != WITHHELD:
            return holds
        return [hold for hold in holds if hold.requisition is None]

    def _has_number(self, original: Original, hold: StoredHold) -> bool:
        """Whether the hold's number, if it has one, is of the record.

        Where that cannot be told any more, the hold keeps whatever else it covers.
        """
        if not hold.reach.names_number:
            return True
        try:
            return self._comparison.has(original, self._number(hold))
        except (KeyDestroyed, IntegrityError) as error:
            self._alarm(hold, error)
            return True

    def _alarm(self, hold: StoredHold, error: Exception) -> None:
        """Once for each hold: it may concern any number of records."""
        if self._alarmed.get(hold.id) is None:
            self._alarmed.put(hold.id, True)
            fields = {"hold": str(hold.id), "error": type(error).__name__}
            _log.critical("a hold cannot be compared with a record", extra={"fields": fields})

    def _number(self, hold: StoredHold) -> str:
        if (known := self._numbers.get(hold.id)) is None:
            key = self._keys.open(hold.binding, hold.key)
            known = str(open_json(key, hold.payload, hold.binding)["number"])
            self._numbers.put(hold.id, known)
        return known


def _others(items: Iterable[ErasedItem], found: Iterable[Original]) -> list[ErasedItem]:
    keys = {original.item.key for original in found}
    return [item for item in items if item.key not in keys]


def _covers_records(erasure: Erasure) -> bool:
    """Whether record keys may lie below the nodes."""
    kinds = {Node.from_name(name).kind for name in erasure.nodes}
    return bool(kinds & {NodeKind.CLIENT, NodeKind.PERIOD})
