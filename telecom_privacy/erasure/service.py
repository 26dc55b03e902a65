"""The one path by which anything is erased."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import DataEraser, ErasedItem, Erasure
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Action, Category
from telecom_privacy.scope import Role
from telecom_privacy.storage.epoch import Epoch

_GIVEN_UP_AFTER = timedelta(minutes=1)
_CACHED = (Category.CLIENT, Category.LICENCE)
"""What workers keep opened in their memory."""


class Eraser:
    """Erases records of any category: intent → log → key → data → done (DESIGN §3).

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
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._audit = audit
        self._epoch = epoch
        self._clock = clock
        self._data_erasers = data_erasers

    def erase(
        self,
        client_id: UUID,
        role: Role,
        category: str,
        rule: str,
        items: Sequence[ErasedItem],
        actor: str,
        action: Action = Action.ERASE,
    ) -> None:
        """Erase `items` for good. Once the intent is stored, a kill only delays the rest."""
        if not items:
            return
        erasure = Erasure(
            id=uuid4(),
            client_id=client_id,
            role=role,
            category=category,
            rule=rule,
            at=self._clock.now(),
            salt=os.urandom(32),
            items=tuple(items),
            action=action,
        )
        self._repository.insert(erasure)
        self._carry_out(erasure, actor)

    def was_erased(self, key: KeyReference) -> bool:
        """Whether the ledger says that this key was, or is being, destroyed."""
        return self._repository.names_key(key)

    def uncertified(self) -> Iterator[Erasure]:
        """The finished erasures that no certificate counts yet."""
        return self._repository.fetch_uncertified(self._clock.now())

    def finished(self, client_id: UUID, start: datetime, end: datetime) -> Iterator[Erasure]:
        return self._repository.fetch_finished(client_id, start, end)

    def mark_certified(self, erasure_ids: Iterable[UUID]) -> None:
        self._repository.mark_certified(erasure_ids)

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Carry out what a killed process began. Returns how many erasures were finished.

        One that cannot be finished is an alarm, and does not keep the others waiting. Raises
        `Unavailable`. `keep_alive` is called between them.
        """
        finished = 0
        for erasure in self._repository.fetch_open(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            carry_out = partial(self._carry_out, erasure, "recovery")
            finished += succeeds(carry_out, "an erasure cannot be finished", erasure=erasure.id)
        return finished

    def _carry_out(self, erasure: Erasure, actor: str) -> None:
        if erasure.leaf_index is None:
            erasure = self._log(erasure, actor)
        self._keys.destroy(item.key for item in erasure.items)
        self._data_erasers[erasure.category].erase_data(erasure)
        if erasure.category in _CACHED:
            self._epoch.advance()
        self._repository.close(erasure.id, self._clock.now())

    def _log(self, erasure: Erasure, actor: str) -> Erasure:
        details = {
            "erasure": str(erasure.id),
            "role": erasure.role.value,
            "category": erasure.category,
            "rule": erasure.rule,
            "count": len(erasure.items),
            "commitment": erasure.commitment.hex(),
        }
        event = Event("record.erased", actor, self._clock.now(), erasure.client_id, details)
        entry = self._audit.append([event])[0]
        self._repository.update_leaf_index(erasure.id, entry.index)
        return replace(erasure, leaf_index=entry.index)
