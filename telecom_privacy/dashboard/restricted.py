"""How much of what is held of a client is restricted: counted, so that nobody forgets it."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from telecom_privacy.calls.model import Call
from telecom_privacy.calls.search import CallQuery, CallSearch
from telecom_privacy.clients.model import Client
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.policies.model import Category
from telecom_privacy.records.search import RecordQuery, RecordSearch
from telecom_privacy.restrictions.model import Reason
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import EARLIEST

MOST = 250
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

    def of(
        self, client: Client, category: str, stored_after: datetime | None = None
    ) -> tuple[int, bool]:
        """Count what is restricted of a category, and tell whether all of it was looked at.

        With `stored_after` only what was handed in or changed after that is counted.
        """
        access = Access(_ACTOR, ApiRole.CLIENT, client.id)
        if category == Category.LICENCE:
            return 0, True
        if not self._restrictions.may_concern(access, client, Role.PROCESSOR):
            return 0, True
        since = stored_after or EARLIEST
        found = list(islice(self._each(access, client, category, since), MOST + 1))
        counted = sum(weight for weight, reason in found[:MOST] if reason)
        return counted, len(found) <= MOST

    def _each(
        self, access: Access, client: Client, category: str, since: datetime
    ) -> Iterator[tuple[int, Reason | None]]:
        """Of how many records of the category each call or record tells, and why restricted."""
        if category not in (Category.CALL, Category.RECORDING):
            records = self._records.each(access, client, RecordQuery(category, binned=None))
            return ((int(one.stored.stored_at > since), reason) for one, reason in records)
        calls = self._calls.each(access, client, CallQuery())
        if category == Category.CALL:
            return ((int(call.stored.stored_at > since), reason) for call, reason in calls)
        return ((_recorded_after(call, since), reason) for call, reason in calls)


def _recorded_after(call: Call, since: datetime) -> int:
    told = (one.metadata["received_at"] for one in call.recordings)
    return sum(datetime.fromisoformat(received_at) > since for received_at in told)
