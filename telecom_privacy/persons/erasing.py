"""Erasing a person from what is hosted for a client (RULES DSR-1, DSR-6; GDPR article 17).

A call has two parties: the person's part goes, and the client's own facts stay. Records about the
person go whole. Order: it is logged → the intent is recorded → calls, one by one → records → the
intent is destroyed. Recovery carries out what a kill, or a request with too much to do, left.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from uuid import uuid4

from telecom_privacy.calls.party_erasure import PartyErasure
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import RIGHT_EXERCISED
from telecom_privacy.errors import KeyDestroyed, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.service import KeyService
from telecom_privacy.numbers import NumberReader
from telecom_privacy.persons.model import Erased, Request, StoredRequest
from telecom_privacy.persons.requests import ErasureRequests
from telecom_privacy.records.about import RecordsAbout
from telecom_privacy.records.service import RecordService
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import Position

_MOST_AT_ONCE = 200
"""So many calls and records one request looks at. No time: what a hold keeps takes longer, and the
answer must not tell."""

_MOST_BY_RECOVERY = 5_000
_GIVEN_UP_AFTER = timedelta(minutes=1)
_RECOVERY = "recovery"


class Erasing:
    def __init__(
        self,
        requests: ErasureRequests,
        parties: PartyErasure,
        about: RecordsAbout,
        records: RecordService,
        clients: ClientService,
        keys: KeyService,
        numbers: NumberReader,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._parties = parties
        self._about = about
        self._records = records
        self._clients = clients
        self._keys = keys
        self._numbers = numbers
        self._changes = changes
        self._clock = clock

    def erase(self, access: Access, client: Client, person: str, keep: Sequence[str]) -> Erased:
        """Erase a person, by number in E.164 or as records name it: so much at a time.

        Covers what was acknowledged before, of the licences that `access` may see. `keep` names
        what the client keeps of what was written of the calls (`calls.party`). To be repeated while
        it is not done: a repetition goes on with what was begun, and so does recovery meanwhile.
        """
        person = self._numbers.normal(person)
        same = self._requests.open_same(access, client, person, keep)
        request_id = same.stored.id if same else uuid4()
        said = {"erasure": str(request_id), "kept": sorted(keep)}
        self._changes.append("person.erased", access, client.id, said)
        request = same or self._requests.begin(access, client, request_id, person, keep)
        return self._carry_out(access, client, request, _MOST_AT_ONCE)

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Carry out what was begun and left (`erasure.recovery.Deletions`): so much at a time."""
        finished = 0
        for stored in self._requests.begun(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            carry_out = partial(self._resume, stored, keep_alive)
            alarm = "the erasure of a person cannot be finished"
            finished += succeeds(carry_out, alarm, request=stored.id)
        return finished

    def _resume(self, stored: StoredRequest, keep_alive: Callable[[], None]) -> None:
        try:
            client, request = self._clients.by_id(stored.client_id), self._requests.open(stored)
        except (NotFound, KeyDestroyed):  # it is done, or all went with the client
            self._requests.end(stored, _RECOVERY)
            return
        access = Access(stored.actor, ApiRole.CLIENT, stored.client_id, stored.licence_ids)
        self._carry_out(access, client, request, _MOST_BY_RECOVERY, keep_alive)

    def _carry_out(
        self,
        access: Access,
        client: Client,
        request: Request,
        most: int,
        keep_alive: Callable[[], None] = lambda: None,
    ) -> Erased:
        erased, rotation = Erased(request.stored.at), self._keys.rotation()
        looked_at, position = 0, None
        for reached, one in islice(self._each(access, client, request), most):
            keep_alive()
            erased, position, looked_at = erased + one, reached or position, looked_at + 1
        if self._keys.rotation() != rotation:
            return erased  # what got another token meanwhile may not have been found
        if looked_at == most:
            self._requests.leave(request.stored, position)
            return erased
        if not self._finish(client):
            return erased
        self._requests.end(request.stored, access.actor)
        return replace(erased, is_done=True)

    def _finish(self, client: Client) -> bool:
        """Finish what others began and is not found any more; False if some of it still stands."""
        are_gone = self._records.finish_deleting(client, Role.PROCESSOR)
        return self._parties.finish(client) and are_gone

    def _each(
        self, access: Access, client: Client, request: Request
    ) -> Iterator[tuple[Position | None, Erased]]:
        """Yield what was erased one by one; of a call also where to go on after it."""
        person, stored = request.person, request.stored
        calls = self._parties.each(access, client, person, request.keep, stored.position)
        for position, one in calls:
            yield position, Erased(stored.at, one.calls, one.recordings, own_number=one.own)
        for record in self._about.hosted(client, person):
            if access.may_see_licence(record.licence_id):
                self._records.delete_stored(client, record, RIGHT_EXERCISED, access.actor)
                yield None, Erased(stored.at, records=1)
