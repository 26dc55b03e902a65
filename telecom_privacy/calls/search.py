"""The client's search through its calls, newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from telecom_privacy.audit.model import Event, Json
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.model import Call, FoundCall, StoredCall
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.restrictions.model import Reason
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role
from telecom_privacy.storage.batches import one_of
from telecom_privacy.storage.paging import (
    FIRST_WINDOW,
    FIRST_WINDOW_OF_A_NUMBER,
    Position,
    Window,
    cut,
    each_page,
    page_end,
    page_newest_first,
    windows_within,
)

_BATCH = 400


@dataclass(frozen=True, slots=True)
class CallQuery:
    """What is looked for; `number` is E.164, the times bound the start of the call."""

    number: str | None = None
    licence_id: str | None = None
    direction: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def takes_all(self) -> bool:
        """Whether it takes all calls of some time."""
        return (self.number, self.licence_id, self.direction) == (None, None, None)


@dataclass(frozen=True, slots=True)
class CallPage:
    """Opened calls, newest first, and where the next page starts."""

    items: Sequence[Call]
    next: Position | None


class CallSearch:
    def __init__(
        self,
        repository: CallRepository,
        opener: CallOpener,
        licences: LicenceService,
        restrictions: Restrictions,
        keys: KeyService,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._opener = opener
        self._licences = licences
        self._restrictions = restrictions
        self._keys = keys
        self._audit = audit
        self._clock = clock

    def search(
        self,
        access: Access,
        client: Client,
        query: CallQuery,
        after: Position | None,
        limit: int,
    ) -> CallPage:
        """Return a page of calls that are not restricted, newest first, and log the search.

        A call whose key is missing though nothing was erased is left out; that is an alarm.
        """
        found = self._page(access, client, query, after, limit + 1)
        page, more = cut(found, limit, _position)
        calls = self._usable(access, client, page)
        details: dict[str, Json] = {"count": len(calls), **access.statement()}
        now = self._clock.now()
        self._audit.append([Event("calls.searched", access.actor, now, client.id, details)])
        return CallPage(calls, more)

    def each(
        self, access: Access, client: Client, query: CallQuery
    ) -> Iterator[tuple[Call, Reason | None]]:
        """Yield all calls that `access` may see, newest first, each with why its use is restricted,
        if it is: to use it is then up to who asks. In constant memory; nothing is logged. One whose
        key is missing though nothing was erased is left out as by `search`.
        """
        role = Role.PROCESSOR
        is_whole = access.licence_ids is None and query.takes_all
        for found in self._batches(access, client, query):
            calls = self._open(client, found, is_whole)
            reasons = self._restrictions.reasons(client, role, calls, lambda call: call.concerned)
            yield from zip(calls, reasons, strict=True)

    def each_to_erase(
        self, access: Access, client: Client, query: CallQuery, after: Position | None
    ) -> Iterator[Call]:
        """As `each`, from a position on, with what is restricted: that stops no erasure (DSR-7)."""
        for found in self._batches(access, client, query, after):
            yield from self._open(client, found)

    def _batches(
        self, access: Access, client: Client, query: CallQuery, after: Position | None = None
    ) -> Iterator[Sequence[FoundCall]]:
        return each_page(partial(self._page, access, client, query), _position, _BATCH, after)

    def _usable(self, access: Access, client: Client, found: Sequence[FoundCall]) -> list[Call]:
        calls, role = self._open(client, found), Role.PROCESSOR
        return self._restrictions.usable(access, client, role, calls, lambda call: call.concerned)

    def _open(
        self, client: Client, found: Sequence[FoundCall], is_whole: bool = False
    ) -> list[Call]:
        """`is_whole` where these are all calls of their time: then they are read by that."""
        tokens = [call.token for call in found]
        opened = self._opened_between(client, found) if is_whole else self._opened(client, tokens)
        # The version of one that is being changed may have lost its key since it was fetched.
        opened |= self._opened(client, [token for token in tokens if token not in opened])
        return [opened[token] for token in tokens if token in opened]

    def _opened_between(self, client: Client, found: Sequence[FoundCall]) -> dict[bytes, Call]:
        if not found:
            return {}
        wanted = {call.token for call in found}
        oldest, newest = (pick(call.started_at for call in found) for pick in (min, max))
        stored = self._repository.fetch_between(client.scope(Role.PROCESSOR), oldest, newest)
        return self._opened_of(client, [call for call in stored if call.token in wanted])

    def _opened(self, client: Client, tokens: Sequence[bytes]) -> dict[bytes, Call]:
        stored = self._repository.fetch_many(client.scope(Role.PROCESSOR), tokens).values()
        return self._opened_of(client, [call for call in stored if isinstance(call, StoredCall)])

    def _opened_of(self, client: Client, calls: Sequence[StoredCall]) -> dict[bytes, Call]:
        return {call.stored.token: call for call in self._opener.open_many(client, calls)}

    def _page(
        self,
        access: Access,
        client: Client,
        query: CallQuery,
        after: Position | None,
        limit: int,
    ) -> list[FoundCall]:
        equal = self._equal(access, client, query)
        if equal is None:
            return []
        find = partial(self._within, client, query, equal, after, limit)
        numbers = self._keys.numbers
        if query.number:
            return numbers.search(Role.PROCESSOR, query.number, find, client.id)
        return find(dict.fromkeys(numbers.months(client.id)))

    def _within(
        self,
        client: Client,
        query: CallQuery,
        equal: Mapping[str, Any],
        after: Position | None,
        limit: int,
        months: Mapping[str, Sequence[bytes] | None],
    ) -> list[FoundCall]:
        """Look through months, in each for the tokens of a number unless it has None."""
        scope = client.scope(Role.PROCESSOR)

        def fetch(window: Window, most: int) -> list[FoundCall]:
            wanted = {**equal, **_with_one_of(months[window.month])}
            return self._repository.fetch_window(scope, window, wanted, most)

        def keep(found: list[FoundCall]) -> list[FoundCall]:
            return [c for c in found if not self._opener.is_over(client, Category.CALL, c.ended_at)]

        end = page_end(self._clock.now(), query.end, after)
        windows = windows_within(months, query.start, end)
        first = FIRST_WINDOW_OF_A_NUMBER if query.number else FIRST_WINDOW
        return page_newest_first(windows, fetch, keep, _position, after, limit, first=first)

    def _equal(self, access: Access, client: Client, query: CallQuery) -> dict[str, Any] | None:
        """What must be equal in every window; None if nothing can be found."""
        equal: dict[str, Any] = {"direction": query.direction} if query.direction else {}
        if access.licence_ids is not None:
            equal["licence"] = {"$in": sorted(access.licence_ids)}
        if query.licence_id is not None:
            try:
                equal["licence"] = self._licences.reach(access, client, query.licence_id).id
            except NotFound:
                return None
        return equal


def _with_one_of(tokens: Sequence[bytes] | None) -> dict[str, Any]:
    if tokens is None:
        return {}
    return {"numbers": one_of(tokens)}


def _position(call: FoundCall) -> Position:
    return Position(call.started_at, call.token)
