"""Placing a hold so that nothing it keeps is destroyed once it was acknowledged (DESIGN §5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.errors import Gone, Invalid, NotFound
from telecom_privacy.holds.guard import ActiveHolds
from telecom_privacy.holds.log import HoldLog
from telecom_privacy.holds.model import Act, Claim, Reach, StoredHold, hold_binding
from telecom_privacy.holds.repository import HOLDS, HoldRepository
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.numbers import NumberReader
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import month_of

_BATCH = 100
_SYSTEM = Access("system", ApiRole.ADMIN)


@dataclass(frozen=True, slots=True)
class NewHold:
    """A hold as legal staff hands it in; ids are external, `details` is what will be sealed.

    `{case, reason, client_id, licence_id, number, secret}`. `requisition` and `lapses_at` are as
    in `StoredHold`. `licence` is the internal id of a licence that may be deleted by now: it is
    meant whatever has its external id today.
    """

    details: Mapping[str, Any] = field(repr=False)
    start: datetime | None
    end: datetime | None
    review_on: date
    requisition: UUID | None = None
    lapses_at: datetime | None = None
    licence: UUID | None = None


class HoldPlacing:
    """Order: the hold is stored → what was being erased is finished → what is withheld is marked.

    One that serves a requisition marks nothing: what was erased before, and others keep, was kept
    for another purpose, which is not told either.

    An erasure that begins after the first step asks the hold; one that began before is finished
    before the hold is acknowledged. A hold whose placing was killed is in force, and keeps too much
    rather than too little.
    """

    def __init__(
        self,
        holds: HoldRepository,
        withheld: WithheldRepository,
        clients: ClientService,
        licences: LicenceService,
        guard: ActiveHolds,
        versions: ContentVersions,
        eraser: Eraser,
        numbers: NumberReader,
        log: HoldLog,
        clock: Clock,
    ) -> None:
        self._holds = holds
        self._withheld = withheld
        self._clients = clients
        self._licences = licences
        self._guard = guard
        self._versions = versions
        self._eraser = eraser
        self._numbers = numbers
        self._log = log
        self._clock = clock

    def place(self, access: Access, new: NewHold) -> UUID:
        """Place a hold and return its id. Raises `Invalid` for unknown ids and bad numbers."""
        number = new.details["number"]
        if number is not None:
            number = self._numbers.e164(number)
        reach = self._reach(new, names_number=number is not None)
        details = {**new.details, "number": number}
        hold = self._stored(
            access,
            reach,
            new.review_on,
            details,
            requisition=new.requisition,
            lapses_at=new.lapses_at,
        )
        self._eraser.finish_open()
        if hold.requisition is None:  # what was erased before an order came is not found by it
            self._mark(self._withheld.fetch_of(hold.reach.client_id), hold)
        return hold.id

    def share(self, case_id: UUID) -> None:
        """Let each hold in force of a case keep, too, what others of that case keep already.

        May be repeated. To be called before one of them ends.
        """
        holds = [one for one in self._holds.fetch_of_requisition(case_id) if not one.released]
        for hold in holds:
            for other in holds:
                if other.id != hold.id:
                    kept = self._withheld.fetch_kept_by(other.id)
                    self._mark((original for original, _ in kept), hold)

    def place_for_claim(
        self, access: Access, client: Client, claim: Claim, review_on: date
    ) -> None:
        """Keep what a claim needs, from now on; what was erased before stays so.

        Nothing else is done or looked at: a client must not learn from how long it takes what
        other holds keep.
        """
        reach = Reach(
            client.id,
            claim.licence_id,
            names_number=claim.person is not None,
            role=claim.role,
            record=claim.record_id,
        )
        person = claim.person and self._numbers.normal(claim.person)
        details = {
            "case": claim.ground,
            "reason": "restricted at the person's wish; released when that is lifted",
            "client_id": client.external_id,
            "licence_id": None,
            "number": person,
            "record_id": claim.record_id and str(claim.record_id),
            "secret": False,
        }
        self._stored(access, reach, review_on, details, claim)

    def _reach(self, new: NewHold, names_number: bool) -> Reach:
        client_id = licence_id = None
        if (external_id := new.details["client_id"]) is not None:
            named = None if new.licence else new.details["licence_id"]
            client_id, licence_id = self._ids(external_id, named)
            licence_id = new.licence or licence_id
        return Reach(client_id, licence_id, names_number, new.start, new.end)

    def _ids(self, client: str, licence: str | None) -> tuple[UUID, UUID | None]:
        try:
            found = self._clients.reach(_SYSTEM, client)
            scope = found.scope(Role.PROCESSOR)
            return found.id, self._licences.find(scope, licence).id if licence else None
        except (NotFound, Gone) as error:
            raise Invalid({"client_id": ["no such client or licence"]}) from error

    def _stored(
        self,
        access: Access,
        reach: Reach,
        review_on: date,
        details: Mapping[str, Any],
        claim: Claim | None = None,
        requisition: UUID | None = None,
        lapses_at: datetime | None = None,
    ) -> StoredHold:
        now, hold_id = self._clock.now(), uuid4()
        self._log.append("hold.placed", access.actor, hold_id)
        month = month_of(now)
        binding = hold_binding(month, hold_id)
        stored: list[StoredHold] = []

        def write(key: RecordKey) -> bool:
            payload = seal_json(key.key, details, binding)
            hold = StoredHold(
                id=hold_id,
                reach=reach,
                review_on=review_on,
                placed=Act(access.actor, now),
                month=month,
                key=key.reference,
                payload=payload,
                requisition=requisition,
                lapses_at=lapses_at,
            )
            if claim is not None:
                hold = replace(hold, claim=claim.mark, place=claim.document)
            stored.append(hold)
            self._holds.insert(hold)
            return True

        self._versions.insert(binding, HOLDS, hold_id, write)
        return stored[0]

    def _mark(self, originals: Iterable[Original], hold: StoredHold) -> None:
        """Let the hold keep, too, what others keep already, as far as it reaches that."""
        kept = ((one, [hold.id]) for one in originals if self._guard.keepers(one, [hold]))
        while batch := list(islice(kept, _BATCH)):
            self._withheld.mark(batch)
