"""Requests that a client answers: what it is told of them, and what it says (DSR-4).

Order: the recorded intent → the step in the register → the notice → settled. A kill in between
neither tells a client of what it was not passed, nor leaves it untold of what it was.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.errors import Conflict, Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.rights.model import Entry, Referral, RightsRequest, Step
from telecom_privacy.rights.register import Register
from telecom_privacy.rights.repository import Begun, ForwardedRepository, id_of
from telecom_privacy.rights.terms import AnswerTerms
from telecom_privacy.scope import Role

_GIVEN_UP_AFTER = timedelta(minutes=1)
_ABANDONED_AFTER = timedelta(days=1)
"""A step that was not stored by then never will be."""


class Forwarding:
    def __init__(
        self,
        repository: ForwardedRepository,
        register: Register,
        terms: AnswerTerms,
        notices: Notices,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._register = register
        self._terms = terms
        self._notices = notices
        self._changes = changes
        self._clock = clock

    def begin(self, access: Access, client: Client, request_id: UUID) -> None:
        """Record that a request is about to be passed on; the step itself follows, then `finish`.

        May be repeated. Until the step is stored, the client is neither told nor shown anything.
        """
        request = {"request": str(request_id)}
        self._changes.append("rights_request.forwarded", access, client.id, request)
        self._repository.insert(client.scope(Role.PROCESSOR), request_id, self._clock.now())

    def finish(self, client_id: UUID, request_id: UUID) -> None:
        """Tell the client of a request that was passed on: once, however often it is called."""
        forwarding_id = id_of(client_id, request_id)
        told = {"request": str(request_id)}
        kind = NoticeType.RIGHTS_REQUEST_FORWARDED
        self._notices.announce(client_id, kind, forwarding_id, self._clock.now(), told)
        self._repository.settle(forwarding_id)

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Finish what killed processes began; return how many. Raises `Unavailable`."""
        finished = 0
        for begun in self._repository.fetch_open(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            finish = partial(self._finish_begun, begun)
            alarm = "a request cannot be passed on"
            finished += succeeds(finish, alarm, request=begun.request_id)
        return finished

    def _finish_begun(self, begun: Begun) -> None:
        try:
            referral = self._register.read(begun.request_id).referral_to(begun.client_id)
        except (Gone, NotFound):
            self._repository.drop(begun)
            return
        if referral and referral.agreed_by:
            self.finish(begun.client_id, begun.request_id)
        elif begun.at <= self._clock.now() - _ABANDONED_AFTER:
            self._repository.drop(begun)

    def each(self, access: Access, client: Client) -> list[dict[str, Any]]:
        """Return what was passed on to the client, oldest first.

        Raises `Forbidden` for a key that is limited to some licences: a request is no licence's.
        """
        access.require_whole_client()
        found = list(self._passed_on(client))
        details = {"count": len(found)}
        self._changes.append("rights_requests.listed", access, client.id, details)
        return found

    def answer(
        self, access: Access, client: Client, request_id: UUID, said: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Note what the client answered the person. Raises `NotFound` for what it was not passed,
        and `Conflict` where it answered already."""
        access.require_whole_client()
        if not self._repository.holds(client.scope(Role.PROCESSOR), request_id):
            raise NotFound("request")
        self._confirmed(self._register.read(request_id), client)

        def say(request: RightsRequest) -> RightsRequest:
            if self._confirmed(request, client).answer:
                raise Conflict("the client answered this request already")
            now, details = self._clock.now(), {"request": str(request_id)}
            self._changes.append("rights_request.client_answered", access, client.id, details)
            told = {"client": str(client.id), **said}
            return request.after(Entry(Step.CLIENT_ANSWERED, now, now, access.actor, told))

        request = self._register.note(access, request_id, Step.CLIENT_ANSWERED, say)
        return self._shown(request, self._confirmed(request, client))

    def _passed_on(self, client: Client) -> Iterator[dict[str, Any]]:
        scope, gone = client.scope(Role.PROCESSOR), []
        for request_id in self._repository.fetch(scope):
            try:
                request = self._register.read(request_id)
                yield self._shown(request, self._confirmed(request, client))
            except Gone:
                gone.append(request_id)
            except NotFound:
                continue  # it is being passed on, or was not after all
        self._repository.delete(scope, gone)

    def _confirmed(self, request: RightsRequest, client: Client) -> Referral:
        referral = request.referral_to(client.id)
        if referral is None or referral.agreed_by is None:
            raise NotFound("request")
        return referral

    def _shown(self, request: RightsRequest, referral: Referral) -> dict[str, Any]:
        """What the client needs to answer, and nothing of what the operator does itself."""
        return {
            "id": request.id,
            "kind": request.right,
            "subject": request.subject,
            "contact": request.contact,
            "received_at": request.received_at,
            "forwarded_at": referral.agreed_at,
            "due_on": self._terms.deadline(request).due_on,
            "answer": referral.answer,
        }
