"""How much of what is held of a client is restricted: counted, so that nobody forgets it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from telecom_privacy.calls.search import CallQuery, CallSearch
from telecom_privacy.clients.model import Client
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.policies.model import Category
from telecom_privacy.records.search import RecordQuery, RecordSearch
from telecom_privacy.restrictions.model import Reason
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role

MOST = 2000
"""How many calls, or records of a category, are looked at: the newest."""

_ACTOR = "dashboard"


class RestrictedCounts:
    """Costs a query while nothing is restricted; else all that is looked at is opened.

    Whom a restricted record is about is known from the record alone.
    """

    def __init__(
        self, restrictions: Restrictions, calls: CallSearch, records: RecordSearch
    ) -> None:
        self._restrictions = restrictions
        self._calls = calls
        self._records = records

    def of(self, client: Client, category: str, since: datetime | None) -> tuple[int, bool]:
        """Count what is restricted of a category, and tell whether all of it was looked at."""
        access = Access(_ACTOR, ApiRole.CLIENT, client.id)
        if category == Category.LICENCE:
            return 0, True
        if not self._restrictions.may_concern(access, client, Role.PROCESSOR):
            return 0, True
        found = list(islice(self._each(access, client, category, since), MOST + 1))
        counted = sum(weight for weight, reason in found[:MOST] if reason)
        return counted, len(found) <= MOST

    def _each(
        self, access: Access, client: Client, category: str, since: datetime | None
    ) -> Iterator[tuple[int, Reason | None]]:
        """Of how many records of the category each call or record tells, and why restricted."""
        if category not in (Category.CALL, Category.RECORDING):
            query = RecordQuery(category, start=since, binned=None)
            return ((1, reason) for _, reason in self._records.each(access, client, query))
        calls = self._calls.each(access, client, CallQuery(start=since))
        of_call = category == Category.CALL
        return ((1 if of_call else len(call.recordings), reason) for call, reason in calls)
