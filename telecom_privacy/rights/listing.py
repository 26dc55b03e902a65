"""Lists of requests: what waits, what is due first, and what a person asked before."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from heapq import nsmallest
from itertools import islice

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access
from telecom_privacy.rights.model import OPEN, RightsRequest, State
from telecom_privacy.rights.register import Register
from telecom_privacy.rights.terms import AnswerTerms
from telecom_privacy.storage.paging import Position, cut


class Order(StrEnum):
    RECEIVED = "received"
    """Latest received first."""
    DEADLINE = "deadline"
    """What is to be answered first, first."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which requests: in a state, to be answered by a time, of a person, each unless None.

    Without a state, those to be answered by a time or in the order of their deadlines are open.
    """

    state: State | None = None
    due_before: datetime | None = None
    subject: str | None = field(default=None, repr=False)
    order: Order = Order.RECEIVED

    @property
    def is_open(self) -> bool | None:
        """Whether open or closed ones are meant; None for both."""
        if self.state is not None:
            return self.state in OPEN
        return True if self.due_before or self.order is Order.DEADLINE else None


class RequestList:
    """A page costs as much as the open requests are many, or the matching ones are far apart."""

    def __init__(
        self, register: Register, terms: AnswerTerms, clients: ClientService, changes: ChangeLog
    ) -> None:
        self._register = register
        self._terms = terms
        self._clients = clients
        self._changes = changes

    def page(
        self, access: Access, query: Query, after: Position | None, limit: int
    ) -> tuple[list[RightsRequest], Position | None]:
        """Return a page, and where it ended unless it is the last; logged, in constant memory."""
        if query.order is Order.DEADLINE:
            found = self._due_first(query, after, limit + 1)
        else:
            found = list(islice(self._latest_first(query, after), limit + 1))
        page, more = cut(found, limit, lambda placed: placed[0])
        operator = self._clients.operator()
        self._changes.append("rights_requests.listed", access, operator.id, {"count": len(page)})
        return [request for _, request in page], more

    def _latest_first(
        self, query: Query, after: Position | None
    ) -> Iterator[tuple[Position, RightsRequest]]:
        found = self._register.each(after, query.subject, is_open=query.is_open)
        return ((place, request) for place, request in found if self._is_wanted(query, request))

    def _due_first(
        self, query: Query, after: Position | None, most: int
    ) -> list[tuple[Position, RightsRequest]]:
        matching = (request for _, request in self._latest_first(query, None))
        placed = ((self._place(request), request) for request in matching)
        rest = (one for one in placed if after is None or _order(one[0]) > _order(after))
        return nsmallest(most, rest, key=lambda one: _order(one[0]))

    def _place(self, request: RightsRequest) -> Position:
        return Position(self._terms.deadline(request).due_at, request.id.bytes)

    def _is_wanted(self, query: Query, request: RightsRequest) -> bool:
        if query.due_before and self._terms.deadline(request).due_at > query.due_before:
            return False
        return query.state is None or request.state is query.state


def _order(place: Position) -> tuple[datetime, bytes]:
    return place.at, place.id
