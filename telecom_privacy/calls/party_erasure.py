"""Erasing a person's part in calls, whose other facts are the client's own and stay (DSR-1).

Order: it is logged → the recordings, which have the person's voice → a new version without the
person, found by the other number alone → the old version's key. Each step may be repeated.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from telecom_privacy.calls.deletion import CallDeletion
from telecom_privacy.calls.documents import original_of
from telecom_privacy.calls.index import CallIndex
from telecom_privacy.calls.model import Call, StoredCall
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.party import Parted, is_other_party, without_other_party
from telecom_privacy.calls.party_repository import PartyRepository
from telecom_privacy.calls.repository import CALLS, CallRepository
from telecom_privacy.calls.search import CallQuery, CallSearch
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import RIGHT_EXERCISED
from telecom_privacy.erasure.unfinished import Unfinished
from telecom_privacy.erasure.versions import PARTY, ContentVersions, Ground
from telecom_privacy.errors import Conflict, Gone
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import Position
from telecom_privacy.traffic.model import parties

_TRIES = 20
"""How often a call is parted anew because another changed it at the same moment."""

_GROUND = Ground(PARTY, RIGHT_EXERCISED)


class PartyErasure:
    def __init__(
        self,
        repository: PartyRepository,
        calls: CallRepository,
        search: CallSearch,
        opener: CallOpener,
        versions: ContentVersions,
        unfinished: Unfinished,
        deletion: CallDeletion,
        index: CallIndex,
        keys: KeyService,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._calls = calls
        self._search = search
        self._opener = opener
        self._versions = versions
        self._unfinished = unfinished
        self._deletion = deletion
        self._index = index
        self._keys = keys
        self._changes = changes
        self._clock = clock

    def each(
        self,
        access: Access,
        client: Client,
        number: str,
        keep: Collection[str],
        after: Position | None = None,
    ) -> Iterator[tuple[Position, Parted]]:
        """Erase a number's part in all calls of the licences that `access` may see.

        Yields after each call, newest first, its position, after which one may go on another time,
        and what was done; may be repeated. Constant memory. Raises `Conflict` if others change a
        call again and again.
        """
        for call in self._search.each_to_erase(access, client, CallQuery(number), after):
            parted = self._erase(access, client, call, number, keep)
            yield Position(call.stored.started_at, call.stored.token), parted

    def finish(self, client: Client) -> bool:
        """Finish what others left of calls that `each` does not find, or leaves to them.

        These are deleted ones, and those that have a new version while the old one still stands.
        False if somebody may still be at one, or it cannot be finished now. Covers all else, too,
        that was begun for the client under the same rule.
        """
        is_deleted = self._deletion.finish_of(client.scope(Role.PROCESSOR))
        return self._unfinished.finish(client.id, _GROUND) and is_deleted

    def _erase(
        self, access: Access, client: Client, found: Call, number: str, keep: Collection[str]
    ) -> Parted:
        call, recordings = found, 0
        for _ in range(_TRIES):
            if not is_other_party(call.sealed["call"], number):
                return Parted(own=int(number in parties(call.sealed["call"])))
            recordings += len(call.stored.live_recordings)
            with suppress(Conflict):
                self._part(access, client, call, keep)
                return Parted(1, recordings)
            current = self._current(client, call.stored)
            if current is None:
                return Parted()
            call = current
        raise Conflict("others change this call at the same time")

    def _part(self, access: Access, client: Client, call: Call, keep: Collection[str]) -> None:
        stored, rotation = call.stored, self._keys.rotation()
        left = without_other_party(call.sealed, keep)
        now = self._clock.now()
        new = self._indexed(replace(stored, party_erased_at=now, stored_at=now), left)

        def write(key: RecordKey) -> bool:
            payload = seal_json(key.key, left, stored.binding)
            sealed = replace(new, key=key.reference, payload=payload)
            return self._repository.update_without_party(stored, sealed)

        details = {"record": str(stored.record_id)}
        with self._changes.announced("call.party_erased", access, client.id, details):
            live, actor = stored.live_recordings, access.actor
            self._deletion.delete_recordings(stored, live, RIGHT_EXERCISED, actor)
            self._versions.replace(
                stored.binding, CALLS, stored.item, write, actor, _GROUND, original_of(stored)
            )
        if self._keys.rotation() != rotation:  # or nobody would find it by the other number
            self._index.update(stored.scope, [self._indexed(new, left)])

    def _indexed(self, call: StoredCall, sealed: Mapping[str, Any]) -> StoredCall:
        """With the tokens of the numbers that are left."""
        index = self._keys.numbers.index(Role.PROCESSOR, call.month, call.scope.client_id)
        numbers = tuple(map(index.token, parties(sealed["call"])))
        return replace(call, numbers=numbers, index=index.generation)

    def _current(self, client: Client, stored: StoredCall) -> Call | None:
        """The call as others left it; None if it is gone, or goes at this moment as a whole."""
        found = self._calls.fetch(client.scope(Role.PROCESSOR), stored.token)
        if not isinstance(found, StoredCall) or found.is_closed:
            return None
        with suppress(Gone):
            return self._opener.open(client, found)
        return None
