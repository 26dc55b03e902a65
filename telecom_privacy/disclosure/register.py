"""The register of requisitions: records of the operator's own (RULES RET-32).

What the log says of it names no client, and the case by its random id alone.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import islice
from uuid import UUID

from telecom_privacy.audit.model import Json
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.sealed import file_of, requisition_from
from telecom_privacy.disclosure.steps import NEEDS, ONCE, TRANSITIONS, Step
from telecom_privacy.disclosure.tally import Tally
from telecom_privacy.errors import Conflict, Forbidden, NotFound, Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.model import FoundRecord, NewRecord, Record
from telecom_privacy.storage.paging import Position, cut

CATEGORY = "requisition"
"""The category of the policy files that says how long a closed case is kept."""

_CLOSED = "closed"
_TRIES = 20
_MOST_ENTRIES = 500

Say = Callable[[Requisition], Requisition]
"""Returns a requisition after its next step, or raises what forbids it."""


class Register:
    def __init__(
        self, clients: ClientService, kept: KeptRecords, changes: ChangeLog, tally: Tally
    ) -> None:
        self._clients = clients
        self._kept = kept
        self._changes = changes
        self._tally = tally

    def insert(self, access: Access, requisition: Requisition) -> None:
        """Enter a new case. Raises `Invalid`, and `Gone` for one that is past its term."""
        received_at = requisition.order.received_at
        new = NewRecord(CATEGORY, str(requisition.id), None, None, received_at, {})
        self._tally.expect(requisition)
        self.log("requisition.recorded", access, {"requisition": str(requisition.id)})
        self._kept.insert(access.actor, self._clients.operator(), new, file_of(requisition))

    def read(self, case_id: UUID) -> Requisition:
        """Raises `NotFound`, and `Gone` for one that is erased or past its term."""
        return requisition_from(self._fetch(case_id))

    def require(
        self,
        access: Access,
        case_id: UUID,
        step: Step,
        check: Callable[[Requisition], object] = lambda _: None,
    ) -> Requisition:
        """Return a case that may take a step now; else raise as `note` does."""
        requisition = self.read(case_id)
        with self._logging_refusal(access, requisition, step):
            _require_allowed(requisition, step)
            check(requisition)
        return requisition

    def note(
        self,
        access: Access,
        case_id: UUID,
        step: Step,
        say: Say,
        is_done: Callable[[Requisition], bool] = lambda _: False,
    ) -> Requisition:
        """Let a case take a step, unless that `is_done`; return it as it is then.

        Raises `Conflict` where its state does not allow that and what `say` raises: both are
        logged. A step that two callers take at once is judged anew after the first.
        """
        for _ in range(_TRIES):
            record = self._fetch(case_id)
            before = requisition_from(record)
            if is_done(before):
                return before
            with self._logging_refusal(access, before, step):
                _require_allowed(before, step)
                after = say(before)
            with suppress(Conflict):
                self._write(access, record, after, step)
                return after
        raise Unavailable("this case is being changed by others; retry")

    def each_open(self) -> Iterator[Requisition]:
        """Yield the cases that are not closed, in constant memory."""
        found = self._kept.each(self._clients.operator(), CATEGORY, None, _is_open)
        return map(requisition_from, found)

    def page(
        self, after: Position | None, limit: int, wanted: Callable[[Requisition], bool]
    ) -> tuple[list[Requisition], Position | None]:
        """Return a page of those that are `wanted`, latest received first, and where it ended."""
        found = self._kept.each(self._clients.operator(), CATEGORY, after, lambda _: True)
        opened = ((record, requisition_from(record)) for record in found)
        found_first = list(islice((pair for pair in opened if wanted(pair[1])), limit + 1))
        page, more = cut(found_first, limit, lambda pair: pair[0].position)
        return [requisition for _, requisition in page], more

    def log(self, action: str, access: Access, details: Mapping[str, Json]) -> None:
        """Append to the log what was done; no client is named."""
        self._changes.append(action, access, None, details)

    def _fetch(self, case_id: UUID) -> Record:
        try:
            return self._kept.fetch(self._clients.operator(), CATEGORY, str(case_id))
        except NotFound as error:
            raise NotFound("requisition") from error

    @contextmanager
    def _logging_refusal(
        self, access: Access, requisition: Requisition, step: Step
    ) -> Iterator[None]:
        try:
            yield
        except (Conflict, Forbidden):
            details = {
                "requisition": str(requisition.id),
                "step": step.value,
                "state": requisition.state.value,
            }
            self.log("requisition.step_refused", access, details)
            raise

    def _write(self, access: Access, record: Record, after: Requisition, step: Step) -> None:
        details = {"requisition": str(after.id)}
        with self._changes.announced(f"requisition.{step}", access, None, details):
            operator = self._clients.operator()
            self._kept.update(operator, record, {}, file_of(after), _events(after))


def _require_allowed(requisition: Requisition, step: Step) -> None:
    state = requisition.state
    if requisition.closing or state not in TRANSITIONS[requisition.kind].get(step, {}):
        told = "closed" if requisition.closing else state.value
        raise Conflict(f"a case that is {told} takes no step {step}")
    if step in ONCE and requisition.last(step):
        raise Conflict(f"the step {step} was taken already")
    if step in NEEDS and not requisition.last(NEEDS[step]):
        raise Conflict(f"the step {step} comes after {NEEDS[step]}")
    if len(requisition.entries) >= _MOST_ENTRIES:
        raise Conflict(f"a case takes {_MOST_ENTRIES} steps at most")


def _events(requisition: Requisition) -> dict[str, datetime]:
    closing = requisition.closing
    return {_CLOSED: closing.noted_at} if closing else {}


def _is_open(found: FoundRecord) -> bool:
    return _CLOSED not in found.events
