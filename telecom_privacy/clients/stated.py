"""The professions that were ever stated of clients and licences: known beyond these themselves.

What an authority asks for may outlive the licence or client that it is of; whether a profession
protects it must be known then, too (CPP articles 56-1 to 60-1-1).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from telecom_privacy.clients.documents import Sealed
from telecom_privacy.clients.stated_repository import (
    PROFESSION,
    PROFESSIONS,
    StatedProfessionRepository,
    StoredProfessions,
    professions_binding,
)
from telecom_privacy.clock import Clock, to_text
from telecom_privacy.erasure.model import REMOVED
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, KeyDestroyed
from telecom_privacy.keys.model import KeyReference, RecordKey
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.paging import month_of

_ACTOR = "professions"
_BATCH = 200
_STORED_WITHIN = timedelta(hours=1)
"""A client that is not there by then was never stored, or is gone."""


class StatedProfessions:
    """A client has an entry from its creation, a licence from the first profession on."""

    def __init__(
        self,
        repository: StatedProfessionRepository,
        keys: KeyService,
        versions: ContentVersions,
        eraser: Eraser,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._versions = versions
        self._eraser = eraser
        self._clock = clock

    def begin(self, client_id: UUID, details: Mapping[str, Any]) -> None:
        """Note what is stated of a client that is about to be stored, or that it is nothing."""
        self._insert(Scope(client_id, NO_ID, Role.CONTROLLER), details.get("privileged"))

    def state(self, scope: Scope, details: Mapping[str, Any]) -> None:
        """Note what is about to be stated of a client or a licence, before it is.

        May be repeated. Raises `Conflict` if another states something at the same time.
        """
        profession = details.get("privileged")
        if profession is None:
            return
        stored = self._repository.fetch(scope)
        if stored is None and scope.licence_id != NO_ID:
            self._insert(scope, profession)
        elif stored is not None and profession not in self._opened(stored):
            self._add(stored, profession)

    def of(self, scope: Scope) -> frozenset[str] | None:
        """All that was ever stated of a client, and of its licence if `scope` names one.

        None for a client that has no entry, or none any more.
        """
        client = Scope(scope.client_id, NO_ID, scope.role)
        if (of_client := self._repository.fetch(client)) is None:
            return None
        stored = [of_client]
        if scope.licence_id != NO_ID and (of_licence := self._repository.fetch(scope)):
            stored.append(of_licence)
        try:
            return frozenset[str]().union(*map(self._opened, stored))
        except KeyDestroyed:
            return None

    def clients_with_any(self) -> frozenset[UUID]:
        """The clients of which, or of a licence of which, a profession was ever stated.

        Those too of which that cannot be known, for what was stated does not open any more.
        """
        found: set[UUID] = set()
        rest = iter(self._repository.fetch_all())
        while batch := list(islice(rest, _BATCH)):
            keys = self._keys.open_existing({one.sealed.key: one.binding for one in batch})
            found.update(one.client_id for one in batch if _may_have_any(one, keys))
        return frozenset(found)

    def clients(self) -> set[UUID]:
        """The clients that have an entry, but for those that may be about to be stored."""
        return self._repository.fetch_clients(self._clock.now() - _STORED_WITHIN)

    def forget(self, client_id: UUID) -> None:
        """Erase what was stated of a client of which nothing can be found any more."""
        items = [one.item for one in self._repository.fetch_of_client(client_id)]
        self._eraser.erase(client_id, Role.CONTROLLER, PROFESSION, REMOVED, items, _ACTOR)

    def _insert(self, scope: Scope, profession: str | None) -> None:
        now = self._clock.now()
        month = month_of(now)
        binding = professions_binding(scope.client_id, scope.licence_id, month)
        content = {"stated": [_entry(profession, now)] if profession else []}

        def write(key: RecordKey) -> bool:
            sealed = Sealed(key.reference, seal_json(key.key, content, binding), month, 1)
            stored = StoredProfessions(scope.client_id, scope.licence_id, sealed, now)
            return self._repository.insert(stored)

        self._versions.insert(binding, PROFESSIONS, binding.record_id, write)

    def _add(self, stored: StoredProfessions, profession: str) -> None:
        """It only grows, so it stays under its key."""
        now, old, binding = self._clock.now(), stored.sealed, stored.binding
        key = self._keys.open(binding, old.key)
        content = open_json(key, old.payload, binding)
        content = {"stated": [*content["stated"], _entry(profession, now)]}
        sealed = Sealed(old.key, seal_json(key, content, binding), old.month, old.version + 1)
        changed = StoredProfessions(stored.client_id, stored.licence_id, sealed, now)
        if not self._repository.update(changed):
            raise Conflict("another stated a profession at the same time")

    def _opened(self, stored: StoredProfessions) -> frozenset[str]:
        key = self._keys.open(stored.binding, stored.sealed.key)
        content = open_json(key, stored.sealed.payload, stored.binding)
        return frozenset(one["profession"] for one in content["stated"])


def _may_have_any(stored: StoredProfessions, keys: Mapping[KeyReference, bytes]) -> bool:
    if (key := keys.get(stored.sealed.key)) is None:
        return True
    return bool(open_json(key, stored.sealed.payload, stored.binding)["stated"])


def _entry(profession: str, now: datetime) -> dict[str, str]:
    return {"profession": profession, "since": to_text(now)}
