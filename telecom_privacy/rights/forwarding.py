"""Requests that a client answers: what it is told of them, and what it says (DSR-4)."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.rights.model import Entry, Referral, RightsRequest, Step
from telecom_privacy.rights.register import Register
from telecom_privacy.rights.repository import ForwardedRepository
from telecom_privacy.rights.terms import AnswerTerms
from telecom_privacy.scope import Role


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
        """Announce what is about to be passed on: the step itself follows, and may be repeated."""
        now, request = self._clock.now(), str(request_id)
        self._changes.append("rights_request.forwarded", access, client.id, {"request": request})
        self._repository.insert(client.scope(Role.PROCESSOR), request_id, now)
        kind = NoticeType.RIGHTS_REQUEST_FORWARDED
        self._notices.announce(client.id, kind, request_id, now, {"request": request})

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

        def say(request: RightsRequest) -> Entry:
            if self._confirmed(request, client).answer:
                raise Conflict("the client answered this request already")
            now, details = self._clock.now(), {"request": str(request_id)}
            self._changes.append("rights_request.client_answered", access, client.id, details)
            told = {"client": str(client.id), **said}
            return Entry(Step.CLIENT_ANSWERED, now, now, access.actor, told)

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
            "forwarded_at": referral.at,
            "due_on": self._terms.deadline(request).due_on,
            "answer": referral.answer,
        }
