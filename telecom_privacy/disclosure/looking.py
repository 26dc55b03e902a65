"""What legal staff sees of an order's matches before anything leaves: each look is logged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from telecom_privacy.audit.model import Json
from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.keeping import is_kept_as_asked, kept_until
from telecom_privacy.disclosure.matching import Matches
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.opening import CallOpening
from telecom_privacy.disclosure.package.model import DisclosedCall
from telecom_privacy.disclosure.reading import Requisitions
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.scope import DisclosureScope
from telecom_privacy.disclosure.steps import State
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access

_SOON = timedelta(days=10)
"""How far an answer without a term is looked ahead for what goes before it."""


_OPENED = frozenset({State.AWAITING_DISCLOSURE, State.DISCLOSED, State.DISCLOSURE_NOT_AVAILABLE})
"""The states of an order of production that two people carry."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Matches, until when the case keeps what it names, and whether it should now.

    It should where something that would be given falls due before the answer does.
    """

    matches: Matches
    kept_until: datetime | None
    is_preservation_advised: bool


class Looking:
    def __init__(
        self,
        register: Register,
        requisitions: Requisitions,
        scope: DisclosureScope,
        calls: CallOpening,
        clock: Clock,
    ) -> None:
        self._register = register
        self._requisitions = requisitions
        self._scope = scope
        self._calls = calls
        self._clock = clock

    def matches(self, access: Access, case_id: UUID) -> Seen:
        """Count what is asked, found and to be given. Raises `NotFound` and `Gone`."""
        requisition = self._register.read(case_id)
        matches = self._scope.matches(requisition)
        until = kept_until(requisition) if is_kept_as_asked(requisition) else None
        self._log(access, case_id, matches.found)
        first, answer_at = matches.first_due_at, self._answer_at(requisition)
        is_advised = until is None and first is not None and first <= answer_at
        return Seen(matches, until, is_advised)

    def calls(
        self, access: Access, case_id: UUID, after: int, limit: int
    ) -> tuple[Sequence[DisclosedCall], int | None]:
        """Return a page of the calls that would be given, and after how many the next goes on.

        Raises `Conflict`, which is logged, unless a second person approved: before, and where
        nothing is given, an order is known by counts alone.
        """
        requisition = self._register.read(case_id)
        self._require_approved(access, requisition)
        found = self._calls.each(self._scope.calls(requisition))
        page = list(islice(found, after, after + limit + 1))
        self._log(access, case_id, len(page[:limit]))
        return page[:limit], after + limit if len(page) > limit else None

    def _require_approved(self, access: Access, requisition: Requisition) -> None:
        if requisition.state in _OPENED:
            return
        state = requisition.state.value
        said: dict[str, Json] = {"requisition": str(requisition.id), "state": state}
        self._register.log("requisition.calls_refused", access, said)
        raise Conflict(f"the calls of a case that is {state} are not shown")

    def _answer_at(self, requisition: Requisition) -> datetime:
        due_at = self._requisitions.deadline(requisition).due_at
        return max(due_at or self._clock.now() + _SOON, self._clock.now())

    def _log(self, access: Access, case_id: UUID, count: int) -> None:
        said: dict[str, Json] = {"requisition": str(case_id), "count": count}
        self._register.log("requisition.matches_read", access, said)
