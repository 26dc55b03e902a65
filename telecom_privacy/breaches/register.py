"""The register of breaches: records of the operator's own, kept as proof (RULES RET-32)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, tzinfo
from uuid import UUID

from telecom_privacy.breaches.model import Breach, Entry, Step
from telecom_privacy.breaches.sealed import breach_from, data_of, file_of
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Conflict, NotFound, Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.model import FoundRecord, NewRecord, Record
from telecom_privacy.storage.paging import Position

CATEGORY = "breach"
"""The category of the policy files that says how long a breach is kept on the register."""

_CLOSED = "closed"
_TRIES = 20
_MOST_ENTRIES = 100
_ALWAYS_TAKEN = frozenset({Step.CLOSED, Step.ANNOUNCED})

Say = Callable[[Breach], Entry | None]
"""Returns the next step of a breach as it is now, None for none, or raises what forbids it."""


class BreachRegister:
    def __init__(
        self, clients: ClientService, kept: KeptRecords, changes: ChangeLog, zone: tzinfo
    ) -> None:
        self._clients = clients
        self._kept = kept
        self._changes = changes
        self._zone = zone

    def insert(self, access: Access, breach: Breach) -> None:
        """Enter a breach. Raises `Invalid`, for card data too."""
        data, detected_at = data_of(breach, self._zone), breach.first.detected_at
        new = NewRecord(CATEGORY, str(breach.id), None, None, detected_at, data)
        operator = self._clients.operator()
        self._changes.append("breach.recorded", access, operator.id, {"breach": str(breach.id)})
        self._kept.insert(access.actor, operator, new, file_of(breach))

    def read(self, breach_id: UUID) -> Breach:
        """Raises `NotFound`, and `Gone` for one that is erased or past its term."""
        return breach_from(self._fetch(breach_id))

    def note(self, access: Access, breach_id: UUID, step: Step, say: Say) -> Breach:
        """Let a breach take a step; return it as it is then.

        Raises `Conflict` once it is closed, which is logged, and what `say` raises. A step that
        two callers take at once is judged anew after the first.
        """
        for _ in range(_TRIES):
            record = self._fetch(breach_id)
            breach = breach_from(record)
            with self._logging_refusal(access, breach_id, step):
                _require_allowed(breach, step)
                entry = say(breach)
            if entry is None:
                return breach
            with suppress(Conflict):
                self._write(access, record, breach.after(entry), step)
                return breach.after(entry)
        raise Unavailable("this breach is being changed by others; retry")

    def each(
        self, after: Position | None = None, *, is_open: bool | None = None
    ) -> Iterator[tuple[Breach, Position]]:
        """Yield breaches, those recorded as detected last first, and where each stands.

        Only those that are open or closed are opened, unless `is_open` is None.
        """

        def may_be(found: FoundRecord) -> bool:
            return is_open is None or is_open is (_CLOSED not in found.events)

        for record in self._kept.each(self._clients.operator(), CATEGORY, after, may_be):
            yield breach_from(record), record.position

    def _fetch(self, breach_id: UUID) -> Record:
        try:
            return self._kept.fetch(self._clients.operator(), CATEGORY, str(breach_id))
        except NotFound as error:
            raise NotFound("breach") from error

    @contextmanager
    def _logging_refusal(self, access: Access, breach_id: UUID, step: Step) -> Iterator[None]:
        try:
            yield
        except Conflict:
            details = {"breach": str(breach_id), "step": step.value}
            operator = self._clients.operator()
            self._changes.append("breach.step_refused", access, operator.id, details)
            raise

    def _write(self, access: Access, record: Record, breach: Breach, step: Step) -> None:
        operator, details = self._clients.operator(), {"breach": str(breach.id)}
        with self._changes.announced(f"breach.{step}", access, operator.id, details):
            data = data_of(breach, self._zone)
            self._kept.update(operator, record, data, file_of(breach), _events(breach))


def _require_allowed(breach: Breach, step: Step) -> None:
    if breach.closing and step is not Step.ANNOUNCED:
        raise Conflict("this breach is closed")
    if len(breach.entries) >= _MOST_ENTRIES and step not in _ALWAYS_TAKEN:
        raise Conflict(f"a breach takes {_MOST_ENTRIES} steps at most")


def _events(breach: Breach) -> dict[str, datetime]:
    closing = breach.closing
    return {_CLOSED: closing.at} if closing else {}
