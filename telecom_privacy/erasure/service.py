"""The one path by which anything is erased."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.copies import EXPORT, Copies
from telecom_privacy.erasure.events import events_of
from telecom_privacy.erasure.intents import Intents
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import COPY, RELEASED, ErasedItem, Erasure
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.tally import Tally
from telecom_privacy.erasure.withheld import (
    WITHHELD,
    Claimed,
    DataEraser,
    HoldGuard,
    Keepers,
    Original,
    awaited_spared,
)
from telecom_privacy.errors import Held, Unavailable
from telecom_privacy.keys.model import KeyReference, Node
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Action, Category
from telecom_privacy.scope import Role
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.lease import KeepAlive

MOST_ITEMS = 500
"""So many items one entry of the ledger names at most."""

_GIVEN_UP_AFTER = timedelta(minutes=1)
_RECOVERY = "recovery"
_CACHED = (Category.CLIENT, Category.LICENCE)
"""What workers keep opened in their memory."""


class Eraser:
    """Erases records of any category: intent → holds → log → key → data → done (DESIGN §3, §5).

    `data_erasers` says, per category, who removes the bulk data.
    """

    def __init__(
        self,
        repository: ErasureRepository,
        keys: KeyService,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
        data_erasers: Mapping[str, DataEraser],
        holds: HoldGuard,
        tally: Tally,
        copies: Copies,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._audit = audit
        self._epoch = epoch
        self._clock = clock
        self._data_erasers = data_erasers
        self._holds = holds
        self._tally = tally
        self._copies = copies
        self._intents = Intents(repository, keys, clock)

    def erase(
        self,
        client_id: UUID,
        role: Role,
        category: str,
        rule: str,
        items: Sequence[ErasedItem],
        actor: str,
        action: Action = Action.ERASE,
        originals: Sequence[Original] | None = None,
    ) -> None:
        """Erase `items` for good. Once the intent is stored, a kill only delays the rest.

        Many go as several entries of the ledger, whose size is bounded; their intents come first.
        `originals` are their content versions, where these were just read and nobody can write to
        them any more; else a hold is compared with what is read anew.
        """
        intended = []
        for first in range(0, len(items), MOST_ITEMS):
            some = items[first : first + MOST_ITEMS]
            intended.append(self._intents.insert(client_id, role, category, rule, some, action))
        for erasure in intended:
            self._carry_out(erasure, actor, originals=originals)

    def erase_nodes(
        self,
        client_id: UUID,
        role: Role,
        category: str,
        rule: str,
        nodes: Collection[Node],
        actor: str,
        is_emptied: bool = False,
    ) -> None:
        """Destroy keys of the tree and so, at once, everything below them.

        The data below stays, unreadable, until it is removed as the data of erased records is.
        Keys that no client owns go for `NO_ID`. Raises `Held` if a hold may keep records below:
        whoever has erased them one by one, so that what is held was withheld, says `is_emptied`,
        and is believed once no key of a record is left below but those that were kept apart.
        Raises `Unavailable` if a hold is placed at this moment.
        """
        if not nodes:
            return
        erasure = self._intents.insert_of_nodes(client_id, role, category, rule, nodes)
        self._carry_out(erasure, actor, is_emptied)

    def was_erased(self, key: KeyReference) -> bool:
        """Whether the ledger says that this key was, or is being, destroyed."""
        return self._repository.names_key(key)

    def resume(self, keep_alive: KeepAlive) -> int:
        """Carry out what a killed process began. Returns how many erasures were finished.

        One that cannot be finished is an alarm, and does not keep the others waiting. Raises
        `Unavailable`. `keep_alive` is called between them.
        """
        return self._finish(
            self._repository.fetch_open(self._clock.now() - _GIVEN_UP_AFTER), keep_alive
        )

    def finish_open(self) -> None:
        """Finish every erasure that is open now, whoever began it.

        To be called when a hold was stored: what begins later asks it, so that nothing it keeps is
        destroyed after this returns. Raises `Unavailable`, too, if one of them cannot be finished
        and may still destroy something.
        """
        begun = self._repository.fetch_open()
        self._finish(begun, lambda: None)
        if any(map(self._may_destroy, begun)):
            raise Unavailable("something is being erased that cannot be finished now; retry")

    def is_at_work(self, before: datetime) -> bool:
        """Whether something is being erased of which the holds may have been asked before then."""
        return self._repository.has_open(before=before)

    def finish_of(self, client_id: UUID, rule: str) -> bool:
        """Finish what is open now of a client's erasures under a rule, whoever began it.

        False if one of them cannot be finished. Raises `Unavailable`.
        """
        begun = [
            erasure
            for erasure in self._repository.fetch_open()
            if (erasure.client_id, erasure.rule) == (client_id, rule)
        ]
        return self._finish(begun, lambda: None) == len(begun)

    def in_order(self, erasures: Iterable[Erasure]) -> list[Erasure]:
        """Sort erasures of one moment: what depends on another record goes before it."""
        order = list(self._data_erasers)
        places = {category: place for place, category in enumerate(order)}
        return sorted(erasures, key=lambda one: places.get(one.category, len(order)))

    def repeat(self, erasure: Erasure) -> None:
        """Carry out again what was decided: a restore may have brought it back."""
        if erasure.withheld is not None:  # else it is open still, and recovery's
            self._destroy(erasure)
            self._erase_copies(erasure, _RECOVERY)
            self._erase_released(erasure, _RECOVERY)

    def _finish(self, erasures: Iterable[Erasure], keep_alive: KeepAlive) -> int:
        finished = 0
        for erasure in erasures:
            keep_alive()
            carry_out = partial(self._resume, erasure)
            finished += succeeds(carry_out, "an erasure cannot be finished", erasure=erasure.id)
        return finished

    def _may_destroy(self, begun: Erasure) -> bool:
        """Whether keys are left that an erasure, open a moment ago, is still to destroy."""
        erasure = self._repository.fetch(begun.id)
        if erasure is None or erasure.destroyed_at is not None:
            return False
        keys = {item.key for item in erasure.destroyed}
        nodes = map(Node.from_name, erasure.nodes)
        return self._keys.missing(keys) != keys or not self._keys.are_destroyed(nodes)

    def require_unheld(
        self, client_id: UUID, role: Role, category: str, items: Sequence[ErasedItem]
    ) -> None:
        """Raise `Held` if a hold keeps one of them. Only for staff who may know of holds."""
        erasure = self._intents.drafted(client_id, role, category, "", items)
        if self._holds.claimed(erasure, self._data_erasers[category].originals).record_ids:
            raise Held("a legal hold keeps this")

    def _carry_out(
        self,
        erasure: Erasure,
        actor: str,
        is_emptied: bool = False,
        originals: Sequence[Original] | None = None,
    ) -> None:
        kept: Sequence[Keepers] | None = None
        if erasure.withheld is None:
            self._require_no_hold(erasure, is_emptied)
            erasure, kept = self._decide(erasure, actor, originals)
        self._destroy(erasure, kept)
        self._erase_copies(erasure, actor)
        if kept is None:  # decided before: its holds may have been emptied since, or keep nothing
            self._erase_released(erasure, actor)
        self._repository.close(erasure.id, self._clock.now())

    def _destroy(self, erasure: Erasure, kept: Sequence[Keepers] | None = None) -> None:
        if erasure.nodes:
            self._holds.keep_apart(erasure)
            self._keys.destroy_nodes(map(Node.from_name, erasure.nodes))
        if erasure.items:
            self._erase_items(erasure, self._data_erasers[erasure.category], kept)
        if erasure.category in _CACHED:
            self._epoch.advance()

    def _resume(self, erasure: Erasure) -> None:
        with suppress(Held):  # given up; whoever wants it begins anew
            self._carry_out(erasure, _RECOVERY)

    def _require_no_hold(self, erasure: Erasure, is_emptied: bool) -> None:
        """Give up to destroy keys with all below them, where a hold may keep something of it."""
        if not erasure.nodes or not self._holds.may_keep_below(erasure):
            return
        if not is_emptied or not self._is_emptied(erasure):
            self._repository.withdraw(erasure.id)
            raise Held("a legal hold may keep what lies below this key")

    def _is_emptied(self, erasure: Erasure) -> bool:
        """Whether only what is withheld has keys, and these lie apart.

        Whatever others withhold at this moment has its key below until it is moved.
        """
        self._holds.keep_apart(erasure)
        return not self._keys.has_records_below(map(Node.from_name, erasure.nodes))

    def _erase_items(
        self, erasure: Erasure, data: DataEraser, kept: Sequence[Keepers] | None
    ) -> None:
        if erasure.leaves_counts:
            self._tally.expect(data.originals(erasure))  # also what is withheld: it tells no hold
        if kept is None and erasure.withheld:  # decided by others, or before a hold was placed
            kept = self._holds.claimed(erasure, data.originals).kept
        self._holds.keep(erasure, kept or ())
        spared = [item.key for item in awaited_spared(erasure)]
        self._keys.destroy([item.key for item in erasure.destroyed], spared)
        data.erase_data(erasure)

    def _decide(
        self, erasure: Erasure, actor: str, originals: Sequence[Original] | None
    ) -> tuple[Erasure, Sequence[Keepers] | None]:
        """Ask the holds, and log. The first decision that is stored stands, whoever made it."""
        claimed = self._claimed(erasure, originals) if erasure.items else Claimed()
        leaf_index = self._log(erasure, actor)
        if self._repository.decide(erasure.id, claimed.record_ids, leaf_index):
            decided = replace(erasure, withheld=claimed.record_ids, leaf_index=leaf_index)
            return decided, claimed.kept
        if (decided_by_others := self._repository.fetch(erasure.id)) is None:
            raise Unavailable("a legal hold was placed at this moment; retry")
        return decided_by_others, None

    def _erase_copies(self, erasure: Erasure, actor: str) -> None:
        """Erase the packages of the client that hold what is gone, withheld or not."""
        if erasure.role is Role.PROCESSOR and erasure.category != EXPORT and erasure.items:
            self.withdraw_copies(erasure.client_id, [i.record_id for i in erasure.items], actor)

    def withdraw_copies(self, client_id: UUID, records: Sequence[UUID], actor: str) -> None:
        """Erase the packages that hold one of these records of a client."""
        packages = self._copies.holding(client_id, records)
        self.erase(client_id, Role.PROCESSOR, EXPORT, COPY, packages, actor)

    def withdraw_all_copies(self, client_id: UUID, actor: str) -> None:
        """Erase all packages of a client."""
        packages = self._copies.living(client_id)
        self.erase(client_id, Role.PROCESSOR, EXPORT, COPY, packages, actor)

    def _erase_released(self, erasure: Erasure, actor: str) -> None:
        """Erase what was withheld for a hold that was released since."""
        if not erasure.withheld:
            return
        items = self._holds.unheld(erasure)
        self.erase(erasure.client_id, erasure.role, WITHHELD, RELEASED, items, actor)

    def _claimed(self, erasure: Erasure, originals: Sequence[Original] | None) -> Claimed:
        if originals is None:
            return self._holds.claimed(erasure, self._data_erasers[erasure.category].originals)
        items = frozenset(erasure.items)
        return self._holds.claimed(
            erasure, lambda _: [one for one in originals if one.item in items]
        )

    def _log(self, erasure: Erasure, actor: str) -> int:
        """Return the index of the entry that has the commitment."""
        events = events_of(erasure, actor, self._clock.now())
        return self._audit.append(events)[-1].index
