"""Restricting the use of calls, records and all that is about a person (RULES DSR-7).

Order: it is logged → if it defers erasure, a hold → the restriction, with the intent recorded in
it → packages go → settled. From the third step on nothing that is restricted is read, within a
second; a kill only delays the packages. It is lifted before its hold is released.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.erasure.model import DocumentId, ErasedItem
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import Gone, NotFound
from telecom_privacy.holds.claims import ClaimHolds
from telecom_privacy.holds.model import Claim
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.persons.telling import require_told
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.permissions import Deed
from telecom_privacy.restrictions.model import Reason, Restriction
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role, Scope

_GIVEN_UP_AFTER = timedelta(minutes=1)
_GROUNDS = {
    Reason.UNLAWFUL_PROCESSING: "GDPR article 18(1)(b)",
    Reason.NEEDED_FOR_CLAIMS: "GDPR article 18(1)(c)",
}
"""What the legal staff reads of why something is kept."""


class Restricting:
    def __init__(
        self,
        restrictions: Restrictions,
        claims: ClaimHolds,
        calls: CallService,
        records: RecordFinder,
        eraser: Eraser,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._restrictions = restrictions
        self._claims = claims
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
        found = self._calls.find(access, client, external_id)
        return self._restrict_record(access, client, found.scope, found.item, reason)

    def lift_call(
        self, access: Access, client: Client, external_id: str, told: Mapping[str, Any]
    ) -> None:
        """Let a call be used again, unless one of its parties is restricted; raises as before.

        `told` is how the person was told, see `persons.telling.require_told`.

        One that is gone stays so (`Gone`): what was kept of it for claims only is let go, also once
        it is forgotten that there was such a call, or another has its id.
        """
        said = require_told(access, told, self._clock.now())
        try:
            found = self._calls.find(access, client, external_id)
        except (Gone, NotFound) as error:
            token = self._calls.token(client, external_id)
            lifted = self._lift_gone(access, client, Role.PROCESSOR, token, said)
            if not lifted or isinstance(error, Gone):
                raise
        else:
            self._lift_found(access, client, Role.PROCESSOR, found.item, said)

    def restrict_record(
        self, access: Access, client: Client, category: str, external_id: str, reason: Reason
    ) -> Restriction:
        """Restrict a generic record with its content. Raises as `RecordFinder.find`."""
        found = self._records.find(access, Deed.RESTRICT, client, category, external_id)
        return self._restrict_record(access, client, found.scope, found.item, reason)

    def lift_record(
        self,
        access: Access,
        client: Client,
        category: str,
        external_id: str,
        told: Mapping[str, Any],
    ) -> None:
        """Let a record be used again, unless its subject is restricted; raises as `lift_call`."""
        said = require_told(access, told, self._clock.now())
        try:
            found = self._records.find(access, Deed.RESTRICT, client, category, external_id)
        except (Gone, NotFound) as error:
            lifted = 0
            for role in self._records.roles(access, Deed.RESTRICT, client, category):
                token = self._records.token(client, role, category, external_id)
                lifted += self._lift_gone(access, client, role, token, said)
            if not lifted or isinstance(error, Gone):
                raise
        else:
            self._lift_found(access, client, found.scope.role, found.item, said)

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
        mark = self._restrictions.person_mark(client, role, person)
        restrict = partial(self._restrictions.restrict_person, access, client, role, person, reason)
        claim = Claim(mark, role, _GROUNDS.get(reason, ""), person=person)
        return self._restrict(access, client, claim, reason, restrict)

    def lift_person(
        self, access: Access, client: Client, person: str, told: Mapping[str, Any]
    ) -> None:
        """Lift what `restrict_person` restricted; single calls and records stay restricted."""
        access.require_whole_client()
        said = require_told(access, told, self._clock.now())
        role = _role_of(access)
        mark = self._restrictions.person_mark(client, role, person)
        self._lift("person.restriction_lifted", access, client, role, mark, **said)

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
        self, access: Access, client: Client, scope: Scope, item: ErasedItem, reason: Reason
    ) -> Restriction:
        role, record_id = scope.role, item.record_id
        said = {"record": str(record_id), "reason": reason.value}
        self._log("record.restricted", access, client, role, **said)
        mark = self._restrictions.record_mark(client, role, record_id)
        ground = _GROUNDS.get(reason, "")
        claim = Claim(mark, role, ground, record_id, scope.licence_id, item.document)
        restrict = partial(
            self._restrictions.restrict_record, access, client, role, record_id, reason
        )
        return self._restrict(access, client, claim, reason, restrict)

    def _restrict(
        self,
        access: Access,
        client: Client,
        claim: Claim,
        reason: Reason,
        restrict: Callable[[], Restriction],
    ) -> Restriction:
        if reason.defers_erasure:
            self._claims.keep(access, client, claim)
        found = restrict()
        if reason.defers_erasure:  # again: another may have lifted it between the two steps
            self._claims.keep(access, client, claim)
        self._settle(found)
        return found

    def _lift_found(
        self, access: Access, client: Client, role: Role, item: ErasedItem, said: Mapping[str, str]
    ) -> None:
        mark = self._restrictions.record_mark(client, role, item.record_id)
        named = {**said, "record": str(item.record_id)}
        self._lift("record.restriction_lifted", access, client, role, mark, **named)
        self._lift_gone(access, client, role, item.document, said)  # earlier ones under this id

    def _lift_gone(
        self,
        access: Access,
        client: Client,
        role: Role,
        document: DocumentId,
        said: Mapping[str, str],
    ) -> int:
        """Lift what stands of records that lay in a document; return how many were lifted."""
        marks = self._claims.marks_of(access, client, role, document)
        for mark in marks:
            self._lift("record.restriction_lifted", access, client, role, mark, **said)
        return len(marks)

    def _lift(
        self, action: str, access: Access, client: Client, role: Role, mark: bytes, **said: str
    ) -> None:
        # Logged first, so that a kill hides no lifting; one that lifts nothing changes nothing.
        self._log(action, access, client, role, **said)
        self._restrictions.lift(client, role, mark)
        self._claims.let_go(access, client, mark)

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
