"""The register of requisitions: records of the operator's own (RULES RET-32).

What the log says of it names no client, and the case by its random id alone.
"""

from collections.abc import Callable, Mapping
from itertools import islice

from telecom_privacy.audit.model import Json
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.sealed import file_of, requisition_from
from telecom_privacy.disclosure.steps import NEEDS, ONCE, TRANSITIONS, Step
from telecom_privacy.disclosure.tally import Tally
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.kept_register import KeptRegister, Sheet
from telecom_privacy.records.model import Record
from telecom_privacy.storage.paging import Position, cut

CATEGORY = "requisition"
"""The category of the policy files that says how long a closed case is kept."""

_MOST_ENTRIES = 500


class Register(KeptRegister[Requisition, Step]):
    category = CATEGORY
    name = "requisition"
    action = "requisition"

    def __init__(
        self, clients: ClientService, kept: KeptRecords, changes: ChangeLog, tally: Tally
    ) -> None:
        super().__init__(clients, kept, changes)
        self._tally = tally

    def insert(self, access: Access, requisition: Requisition) -> None:
        """Enter a new case. Raises `Invalid`, `Gone` for one that is past its term, and `Conflict`
        where another entered one under its id."""
        self._tally.expect(requisition)
        self._enter(access, "recorded", requisition, requisition.order.received_at)

    def page(
        self, after: Position | None, limit: int, wanted: Callable[[Requisition], bool]
    ) -> tuple[list[Requisition], Position | None]:
        """Return a page of those that are `wanted`, latest received first, and where it ended."""
        found = (placed for placed in self.each(after) if wanted(placed[1]))
        page, more = cut(list(islice(found, limit + 1)), limit, lambda placed: placed[0])
        return [requisition for _, requisition in page], more

    def _opened(self, record: Record) -> Requisition:
        return requisition_from(record)

    def _sheet(self, requisition: Requisition) -> Sheet:
        closing = requisition.closing
        return Sheet({}, file_of(requisition), closing.noted_at if closing else None)

    def _named(self) -> None:
        return None

    def _refused(self, requisition: Requisition) -> Mapping[str, Json]:
        return {"state": requisition.state.value}

    def _require_allowed(self, requisition: Requisition, step: Step) -> None:
        state = requisition.state
        if requisition.closing or state not in TRANSITIONS[requisition.kind].get(step, {}):
            told = "closed" if requisition.closing else state.value
            raise Conflict(f"a case that is {told} takes no step {step}")
        if step in ONCE and requisition.last(step):
            raise Conflict(f"the step {step} was taken already")
        needed = NEEDS[requisition.kind].get(step)
        if needed and not requisition.last(needed):
            raise Conflict(f"the step {step} comes after {needed}")
        if len(requisition.entries) >= _MOST_ENTRIES:
            raise Conflict(f"a case takes {_MOST_ENTRIES} steps at most")
