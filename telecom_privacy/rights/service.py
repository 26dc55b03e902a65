"""What the operator does with a request, from its receipt to its answer (DSR-1..5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, Invalid
from telecom_privacy.http.access import Access
from telecom_privacy.records.intake import require_not_in_future
from telecom_privacy.rights.forwarding import Forwarding
from telecom_privacy.rights.model import (
    CHANGING,
    OUTCOMES_OF,
    Entry,
    Ground,
    Outcome,
    Right,
    RightsRequest,
    State,
    Step,
)
from telecom_privacy.rights.register import Register
from telecom_privacy.rights.terms import AnswerTerms

Say: TypeAlias = Callable[[RightsRequest], Mapping[str, Any]]
"""Returns what a step says of a request as it is now, or raises what forbids it."""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it was received; `client` is the id of the client that the person named."""

    right: Right
    subject: str = field(repr=False)
    contact: str = field(repr=False)
    received_at: datetime
    client: str | None = None
    on_behalf: Mapping[str, str] | None = field(default=None, repr=False)
    directive: str | None = field(default=None, repr=False)


class RightsService:
    """Every method that takes a step raises `NotFound`, `Gone`, `Invalid` for its time, and
    `Conflict` where the state of the request does not allow it."""

    def __init__(
        self,
        register: Register,
        terms: AnswerTerms,
        forwarding: Forwarding,
        clients: ClientService,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._register = register
        self._terms = terms
        self._forwarding = forwarding
        self._clients = clients
        self._changes = changes
        self._clock = clock

    def receive(self, access: Access, new: NewRequest) -> RightsRequest:
        """Enter a request. Raises `NotFound` for an unknown client."""
        require_not_in_future(self._clock, "received_at", new.received_at)
        named = self._clients.reach_for_records(access, new.client) if new.client else None
        request = RightsRequest(
            uuid4(),
            new.right,
            new.subject,
            new.contact,
            new.received_at,
            named.id if named else None,
            new.on_behalf,
            new.directive,
        )
        self._register.insert(access, request)
        return request

    def read(self, access: Access, request_id: UUID) -> RightsRequest:
        """Open a request, and log it."""
        request = self._register.read(request_id)
        self._log("rights_request.read", access, {"request": str(request_id)})
        return request

    def check_identity(
        self, access: Access, request_id: UUID, *, verified: bool, how: str, at: datetime | None
    ) -> RightsRequest:
        """Note that the identity was verified, or that more was asked for it (DSR-3)."""
        step = Step.IDENTITY_VERIFIED if verified else Step.IDENTITY_ASKED
        return self._note(access, request_id, step, at, lambda _: {"how": how})

    def refer(
        self,
        access: Access,
        request_id: UUID,
        client: str,
        agreed_by: str | None,
        at: datetime | None,
    ) -> RightsRequest:
        """Note that the person was sent to a client, and pass the request on if that was agreed.

        Raises `NotFound` for an unknown client (DSR-4).
        """
        found = self._clients.reach(access, client)
        found.require_customer()

        def say(request: RightsRequest) -> dict[str, Any]:
            if request.referral_to(found.id):
                raise Conflict("the person was referred to this client already")
            agreed = {"agreed_by": agreed_by} if agreed_by else {}
            return {"client": str(found.id), **agreed}

        if agreed_by is None:
            return self._note(access, request_id, Step.REFERRED, at, say)
        return self._pass_on(access, request_id, found, Step.REFERRED, at, say)

    def agree(
        self, access: Access, request_id: UUID, client: str, agreed_by: str, at: datetime | None
    ) -> RightsRequest:
        """Note that it was agreed later to pass the request on, and pass it on (DSR-4).

        Raises `NotFound` for an unknown client, and `Conflict` for one that the person was not
        sent to, or that has the request already.
        """
        found = self._clients.reach(access, client)

        def say(request: RightsRequest) -> dict[str, Any]:
            referral = request.referral_to(found.id)
            if referral is None:
                raise Conflict("the person was not referred to this client")
            if referral.agreed_by:
                raise Conflict("the request was passed on to this client already")
            return {"client": str(found.id), "agreed_by": agreed_by}

        return self._pass_on(access, request_id, found, Step.AGREED, at, say)

    def extend(
        self, access: Access, request_id: UUID, reason: str, at: datetime | None
    ) -> RightsRequest:
        """Note that the person was told, within the first month, why the answer takes longer."""

        def say(request: RightsRequest) -> dict[str, Any]:
            told_at = at or self._clock.now()
            if request.last(Step.EXTENDED):
                raise Conflict("the time to answer was extended already")
            if self._terms.deadline(request).is_over(told_at):
                raise Conflict("only within the first month can the time be extended")
            return {"reason": reason, "longest": str(self._terms.longest(request))}

        return self._note(access, request_id, Step.EXTENDED, at, say)

    def tell_controller(
        self, access: Access, request_id: UUID, said: Mapping[str, str], at: datetime | None
    ) -> RightsRequest:
        """Note that another controller was told what the person had erased or changed (DSR-1).

        Raises `Conflict` for a request that changes nothing.
        """

        def say(request: RightsRequest) -> Mapping[str, str]:
            if request.right not in CHANGING:
                raise Conflict("this request changes nothing that others would be told of")
            return said

        return self._note(access, request_id, Step.CONTROLLER_TOLD, at, say)

    def answer(
        self,
        access: Access,
        request_id: UUID,
        outcome: Outcome,
        said: Mapping[str, str],
        at: datetime | None,
    ) -> RightsRequest:
        """Note the operator's answer. Raises `Conflict` before the identity is verified.

        Raises `Invalid` for an outcome that is no answer to a request of this kind.
        """

        def say(request: RightsRequest) -> dict[str, Any]:
            if outcome not in OUTCOMES_OF[request.right]:
                raise Invalid({"outcome": ["Is no answer to a request of this kind."]})
            if outcome is Outcome.REFERRED and not request.referrals:
                raise Conflict("the person was referred to no client")
            return {"outcome": outcome.value, **said}

        return self._note(access, request_id, Step.ANSWERED, at, say)

    def refuse(
        self,
        access: Access,
        request_id: UUID,
        ground: Ground,
        said: Mapping[str, str],
        at: datetime | None,
    ) -> RightsRequest:
        """Note a refusal and its legal ground (DSR-5).

        Until the identity is verified, that it could not be is the only ground; then it is none.
        """

        def say(request: RightsRequest) -> dict[str, Any]:
            is_unknown = request.state is not State.VERIFIED
            if is_unknown is not (ground is Ground.IDENTITY_NOT_VERIFIED):
                raise Conflict("this ground does not fit what is known of the identity")
            return {"ground": ground.value, **said}

        return self._note(access, request_id, Step.REFUSED, at, say)

    def _pass_on(
        self,
        access: Access,
        request_id: UUID,
        client: Client,
        step: Step,
        at: datetime | None,
        say: Say,
    ) -> RightsRequest:
        """Take a step by which a request is passed on; the client is told once that is stored."""

        def say_and_begin(request: RightsRequest) -> Mapping[str, Any]:
            said = say(request)
            self._forwarding.begin(access, client, request_id)
            return said

        request = self._note(access, request_id, step, at, say_and_begin)
        self._forwarding.finish(client.id, request_id)
        return request

    def _note(
        self,
        access: Access,
        request_id: UUID,
        step: Step,
        at: datetime | None,
        say: Say,
    ) -> RightsRequest:
        now = self._clock.now()
        if at is not None:
            require_not_in_future(self._clock, "at", at)

        def taken(request: RightsRequest) -> RightsRequest:
            if at is not None and at < request.last_at:
                raise Invalid({"at": ["Lies before the step before it."]})
            taken_at = at or max(now, request.last_at)
            return request.after(Entry(step, taken_at, now, access.actor, say(request)))

        return self._register.note(access, request_id, step, taken)

    def _log(self, action: str, access: Access, details: Mapping[str, Any]) -> None:
        self._changes.append(action, access, self._clients.operator().id, details)
