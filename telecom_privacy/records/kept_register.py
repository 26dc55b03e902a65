"""A register of the operator's own: each file of it is a kept record that steps are noted in."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

from telecom_privacy.audit.model import Json
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Conflict, Forbidden, NotFound, Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.model import FoundRecord, NewRecord, Record
from telecom_privacy.storage.paging import Position

_TRIES = 20


class Filed(Protocol):
    """Immutable: what follows a step is another of the same id."""

    @property
    def id(self) -> UUID: ...


FiledT = TypeVar("FiledT", bound=Filed)
StepT = TypeVar("StepT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is stored of a file: the data that its category takes, the rest, which is sealed beside
    it, and when it was closed."""

    data: Mapping[str, Any]
    rest: Mapping[str, Any]
    closed_at: datetime | None


class KeptRegister(ABC, Generic[FiledT, StepT]):
    """What is common to registers; each adds what its files are and which steps they may take.

    `category` is that of the policy files which says how long a file is kept, `closed_by` the event
    that its term begins with. The log names a file by its random id, as `name`, and what is done to
    it by an action that begins with `action`.
    """

    category: ClassVar[str]
    closed_by: ClassVar[str] = "closed"
    name: ClassVar[str]
    action: ClassVar[str]

    def __init__(self, clients: ClientService, kept: KeptRecords, changes: ChangeLog) -> None:
        self._clients = clients
        self._kept = kept
        self._changes = changes

    def read(self, file_id: UUID) -> FiledT:
        """Raises `NotFound`, and `Gone` for one that is erased or past its term."""
        return self._opened(self._fetch(file_id))

    def require(
        self,
        access: Access,
        file_id: UUID,
        step: StepT,
        check: Callable[[FiledT], object] = lambda _: None,
    ) -> FiledT:
        """Return a file that may take a step now; else raise as `note` does."""
        found = self.read(file_id)
        with self._logging_refusal(access, found, step):
            self._require_allowed(found, step)
            check(found)
        return found

    def note(
        self,
        access: Access,
        file_id: UUID,
        step: StepT,
        say: Callable[[FiledT], FiledT],
        is_done: Callable[[FiledT], bool] = lambda _: False,
    ) -> FiledT:
        """Let a file take a step, unless that `is_done`; return it as it is then.

        `say` returns it after the step, or as it is for none. Raises `Conflict` where its state
        does not allow that and what `say` raises: both are logged. A step that two callers take at
        once is judged anew after the first.
        """
        for _ in range(_TRIES):
            record = self._fetch(file_id)
            before = self._opened(record)
            if is_done(before):
                return before
            with self._logging_refusal(access, before, step):
                self._require_allowed(before, step)
                after = say(before)
            if after is before:
                return before
            with suppress(Conflict):
                self._write(access, record, after, step)
                return after
        raise Unavailable(f"this {self.name} is being changed by others; retry")

    def each(
        self,
        after: Position | None = None,
        subject: str | None = None,
        *,
        is_open: bool | None = None,
    ) -> Iterator[tuple[Position, FiledT]]:
        """Yield files with their places, latest first, in constant memory.

        Those about one person, unless `subject` is None, that are open or closed, unless `is_open`
        is: no others are opened.
        """

        def may_be(found: FoundRecord) -> bool:
            return is_open is None or is_open is (self.closed_by not in found.events)

        found = self._kept.each(self._clients.operator(), self.category, after, may_be, subject)
        return ((one.position, self._opened(one)) for one in found if one.is_kept)

    def log(self, action: str, access: Access, details: Mapping[str, Json]) -> None:
        """Append to the log what was done."""
        self._changes.append(action, access, self._named(), details)

    @abstractmethod
    def _opened(self, record: Record) -> FiledT:
        """Return the file that a record keeps."""

    @abstractmethod
    def _sheet(self, file: FiledT) -> Sheet:
        """Return what is stored of a file."""

    @abstractmethod
    def _require_allowed(self, file: FiledT, step: StepT) -> None:
        """Raise `Conflict` for a step that the file may not take as it is."""

    def _refused(self, file: FiledT) -> Mapping[str, Json]:
        """Return what the log says of a file that was refused a step, beside its id."""
        return {}

    def _named(self) -> UUID | None:
        """Return the client that the log names."""
        return self._clients.operator().id

    def _enter(
        self, access: Access, verb: str, file: FiledT, at: datetime, subject: str | None = None
    ) -> None:
        """Enter a new file. Raises as `KeptRecords.insert`."""
        sheet = self._sheet(file)
        new = NewRecord(self.category, str(file.id), None, subject, at, sheet.data)
        action, operator = f"{self.action}.{verb}", self._clients.operator()
        with self._changes.announced(action, access, self._named(), self._identified(file)):
            self._kept.insert(access.actor, operator, new, sheet.rest)

    def _fetch(self, file_id: UUID) -> Record:
        try:
            record = self._kept.fetch(self._clients.operator(), self.category, str(file_id))
        except NotFound as error:
            raise NotFound(self.name) from error
        if not record.is_kept:  # handed in as a record like any other
            raise NotFound(self.name)
        return record

    def _write(self, access: Access, record: Record, after: FiledT, step: StepT) -> None:
        action, operator = f"{self.action}.{step}", self._clients.operator()
        with self._changes.announced(action, access, self._named(), self._identified(after)):
            sheet = self._sheet(after)
            events = {self.closed_by: sheet.closed_at} if sheet.closed_at else {}
            self._kept.update(operator, record, sheet.data, sheet.rest, events)

    @contextmanager
    def _logging_refusal(self, access: Access, file: FiledT, step: StepT) -> Iterator[None]:
        try:
            yield
        except (Conflict, Forbidden):
            details = {**self._identified(file), "step": step.value, **self._refused(file)}
            self.log(f"{self.action}.step_refused", access, details)
            raise

    def _identified(self, file: FiledT) -> dict[str, Json]:
        return {self.name: str(file.id)}
