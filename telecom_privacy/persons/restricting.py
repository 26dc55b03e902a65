"""Restricting the use of calls, records and all that is about a person (RULES DSR-7).

Order: it is logged → the restriction, with the intent recorded in it → packages go → settled. From
the second step on nothing that is restricted is read; a kill only delays the packages.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.permissions import Deed
from telecom_privacy.restrictions.model import Reason, Restriction
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role

_GIVEN_UP_AFTER = timedelta(minutes=1)


class Restricting:
    def __init__(
        self,
        restrictions: Restrictions,
        calls: CallService,
        records: RecordFinder,
        eraser: Eraser,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._restrictions = restrictions
        self._calls = calls
        self._records = records
        self._eraser = eraser
        self._changes = changes
        self._clock = clock

    def restrict_call(
        self, access: Access, client: Client, external_id: str, reason: Reason
    ) -> Restriction:
        """Restrict a call with its recordings; repeating it changes nothing.

        Raises as `CallService.find`.
        """
        record_id = self._calls.find(access, client, external_id).record_id
        return self._restrict_record(access, client, Role.PROCESSOR, record_id, reason)

    def lift_call(self, access: Access, client: Client, external_id: str) -> None:
        """Let a call be used again, unless one of its parties is restricted; raises as before."""
        record_id = self._calls.find(access, client, external_id).record_id
        self._lift_record(access, client, Role.PROCESSOR, record_id)

    def restrict_record(
        self, access: Access, client: Client, category: str, external_id: str, reason: Reason
    ) -> Restriction:
        """Restrict a generic record with its content. Raises as `RecordFinder.find`."""
        found = self._records.find(access, Deed.RESTRICT, client, category, external_id)
        return self._restrict_record(access, client, found.scope.role, found.record_id, reason)

    def lift_record(self, access: Access, client: Client, category: str, external_id: str) -> None:
        """Let a record be used again, unless its subject is restricted; raises as before."""
        found = self._records.find(access, Deed.RESTRICT, client, category, external_id)
        self._lift_record(access, client, found.scope.role, found.record_id)

    def restrict_person(
        self, access: Access, client: Client, person: str, reason: Reason
    ) -> Restriction:
        """Restrict all calls with a number, and records about a person, also those to come.

        A client restricts its own data, the DPO what the operator keeps of the client's as
        controller. Raises `Forbidden` for a key that is limited to some licences.
        """
        access.require_whole_client()
        role = _role_of(access)
        self._log("person.restricted", access, client, role, reason=reason.value)
        found = self._restrictions.restrict_person(access, client, role, person, reason)
        self._settle(found)
        return found

    def lift_person(self, access: Access, client: Client, person: str) -> None:
        """Lift what `restrict_person` restricted; single calls and records stay restricted."""
        access.require_whole_client()
        role = _role_of(access)
        self._log("person.restriction_lifted", access, client, role)
        self._restrictions.lift_person(client, role, person)

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Withdraw the packages that a killed process left (`erasure.recovery.Deletions`)."""
        finished = 0
        for restriction in self._restrictions.unsettled(self._clock.now() - _GIVEN_UP_AFTER):
            keep_alive()
            settle = partial(self._settle, restriction)
            client_id = restriction.scope.client_id
            finished += succeeds(settle, "a restriction cannot be settled", client=client_id)
        return finished

    def _restrict_record(
        self, access: Access, client: Client, role: Role, record_id: UUID, reason: Reason
    ) -> Restriction:
        said = {"record": str(record_id), "reason": reason.value}
        self._log("record.restricted", access, client, role, **said)
        found = self._restrictions.restrict_record(access, client, role, record_id, reason)
        self._settle(found)
        return found

    def _lift_record(self, access: Access, client: Client, role: Role, record_id: UUID) -> None:
        # Logged first, so that a kill hides no lifting; one that lifts nothing changes nothing.
        self._log("record.restriction_lifted", access, client, role, record=str(record_id))
        self._restrictions.lift_record(client, role, record_id)

    def _settle(self, restriction: Restriction) -> None:
        if restriction.is_settled:
            return  # no package that was made since holds what is restricted
        scope, actor = restriction.scope, restriction.actor
        if scope.role is Role.PROCESSOR:  # packages hold nothing else
            if restriction.record_id is None:
                self._eraser.withdraw_all_copies(scope.client_id, actor)
            else:
                self._eraser.withdraw_copies(scope.client_id, [restriction.record_id], actor)
        self._restrictions.settle(restriction)

    def _log(self, action: str, access: Access, client: Client, role: Role, **said: str) -> None:
        self._changes.append(action, access, client.id, {"kept_as": role.value, **said})


def _role_of(access: Access) -> Role:
    return Role.PROCESSOR if access.role is ApiRole.CLIENT else Role.CONTROLLER
