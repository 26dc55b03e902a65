"""By when a request is to be answered, under the policies that it is judged by."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, tzinfo

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import KeyDestroyed, NotFound
from telecom_privacy.policies.duration import Duration
from telecom_privacy.rights.deadlines import Deadline, deadline
from telecom_privacy.rights.model import RightsRequest, State, Urgency


class AnswerTerms:
    def __init__(self, clients: ClientService, clock: Clock, zone: tzinfo) -> None:
        self._clients = clients
        self._clock = clock
        self._zone = zone

    def received_on(self, request: RightsRequest) -> date:
        """The day of the receipt, in the time zone of the deadline that counts from it."""
        return request.received_at.astimezone(self._zone).date()

    def deadline(self, request: RightsRequest) -> Deadline:
        """The deadline, extended if it was."""
        return deadline(request.received_at, request.time_to_answer, self._zone)

    def urgency(self, request: RightsRequest) -> Urgency:
        if request.state in (State.ANSWERED, State.REFUSED):
            return Urgency.CLOSED
        return self.deadline(request).urgency(self._clock.now())

    def longest(self, request: RightsRequest) -> Duration:
        """The whole time after an extension: the least that any notice concerned promises.

        The operator's own, that of the client whom the person named, and of those whom it was
        referred to.
        """
        now = self._clock.now()
        found = (one.terms.version_in_force(now).longest_answer for one in self._concerned(request))
        return min(found, key=lambda duration: duration.months)

    def _concerned(self, request: RightsRequest) -> Iterator[Client]:
        yield self._clients.operator()
        named = [request.client_id] if request.client_id else []
        for client_id in {*named, *(one.client_id for one in request.referrals)}:
            with suppress(NotFound, KeyDestroyed):  # a client that is gone promises nothing
                yield self._clients.by_id(client_id)
