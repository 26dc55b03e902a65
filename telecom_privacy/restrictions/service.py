"""What is restricted is kept and not used: asked wherever records are read (RULES DSR-7).

A restriction lies beside what it restricts and is looked for whenever that is read. So it outlives
every new version, holds for what is stored later, and a restore of the data does not lift it. That
a client has none at all is remembered for a moment: its first one holds in every worker within a
second.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Forbidden
from telecom_privacy.holds.marks import Marks
from telecom_privacy.http.access import Access
from telecom_privacy.restrictions.model import Concerned, Reason, Restriction, foremost
from telecom_privacy.restrictions.repository import RestrictionRepository
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.epoch import Epoch, EpochCache

_REMEMBERED_SECONDS = 0.75

Read = TypeVar("Read")


class Restrictions:
    def __init__(
        self,
        repository: RestrictionRepository,
        marks: Marks,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._marks = marks
        self._clock = clock
        self._has_any: EpochCache[Scope, bool] = EpochCache(epoch, seconds=_REMEMBERED_SECONDS)

    def may_concern(self, access: Access, client: Client, role: Role) -> bool:
        """Whether anything of the client might be refused to `access` for being restricted."""
        if access.reads_restricted:
            return False
        scope = client.scope(role)
        return self._has_any.get_or_load(scope, lambda: self._repository.has_any(scope))

    def require_usable(self, access: Access, client: Client, concerned: Concerned) -> None:
        """Raise `Forbidden` for what is restricted, but for the defence of legal claims."""
        if not self.usable(access, client, concerned.role, [concerned], lambda one: one):
            raise Forbidden("its use is restricted", "restricted")

    def usable(
        self,
        access: Access,
        client: Client,
        role: Role,
        read: Sequence[Read],
        concerned: Callable[[Read], Concerned],
    ) -> list[Read]:
        """Those of some records of one role that `access` may use, in their order."""
        if not self.may_concern(access, client, role):
            return list(read)
        reasons = self.reasons(client, role, read, concerned)
        return [one for one, reason in zip(read, reasons, strict=True) if reason is None]

    def reasons(
        self,
        client: Client,
        role: Role,
        read: Sequence[Read],
        concerned: Callable[[Read], Concerned],
    ) -> list[Reason | None]:
        """Why the use of each of some records of one role is restricted, at this moment.

        None where it is not.
        """
        scope = client.scope(role)
        if not read or not self._repository.has_any(scope):
            return [None] * len(read)
        marks = [self._marks_of(client, concerned(one)) for one in read]
        standing = self._repository.fetch_reasons(scope, set().union(*marks))
        return [foremost(standing[mark] for mark in its & standing.keys()) for its in marks]

    def restrict_record(
        self, access: Access, client: Client, role: Role, record_id: UUID, reason: Reason
    ) -> Restriction:
        """Restrict a record from now on. To be settled by whoever withdraws the packages."""
        mark = self.record_mark(client, role, record_id)
        return self._restrict(access, client, role, mark, reason, record_id)

    def restrict_person(
        self, access: Access, client: Client, role: Role, person: str, reason: Reason
    ) -> Restriction:
        """Restrict all that is about a person, from now on and as it comes. To be settled."""
        mark = self.person_mark(client, role, person)
        return self._restrict(access, client, role, mark, reason, None)

    def lift(self, client: Client, role: Role, mark: bytes) -> bool:
        """Lift the restriction that has a mark. False if there is none."""
        return self._repository.delete(client.scope(role), mark)

    def record_mark(self, client: Client, role: Role, record_id: UUID) -> bytes:
        """The mark of a restriction of a record, placed or not."""
        return self._marks.of_record(client.id, role, record_id)

    def person_mark(self, client: Client, role: Role, person: str) -> bytes:
        """The mark of a restriction of all that is about a person, placed or not."""
        return self._marks.of_person(client.id, role, person)

    def settle(self, restriction: Restriction) -> None:
        """Note that the packages with what is restricted were withdrawn."""
        self._repository.settle(restriction)

    def unsettled(self, before: datetime) -> list[Restriction]:
        """Restrictions, of all clients, that a killed process may have left unsettled."""
        return self._repository.fetch_open(before)

    def _restrict(
        self,
        access: Access,
        client: Client,
        role: Role,
        mark: bytes,
        reason: Reason,
        record_id: UUID | None,
    ) -> Restriction:
        now, scope = self._clock.now(), client.scope(role)
        wanted = Restriction(mark, scope, reason, now, access.actor, record_id)
        placed = self._repository.insert(wanted)
        self._has_any.drop(scope)
        return placed

    def _marks_of(self, client: Client, concerned: Concerned) -> set[bytes]:
        role, persons = concerned.role, concerned.persons
        of_persons: Iterable[bytes] = (self.person_mark(client, role, one) for one in persons)
        return {self.record_mark(client, role, concerned.record_id), *of_persons}
