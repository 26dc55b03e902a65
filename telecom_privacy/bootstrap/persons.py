"""Wiring what is done for the persons that data is about."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.holds import Holds
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.objections.service import Objections
from telecom_privacy.objections.upkeep import ObjectionUpkeep
from telecom_privacy.persons.erasing import Erasing
from telecom_privacy.persons.requests import ErasureRequests
from telecom_privacy.persons.restricting import Restricting


@dataclass(frozen=True)
class Persons:
    """Rights of persons, as far as a client or the DPO exercises them in the data."""

    restricting: Restricting
    erasing: Erasing
    objections: Objections
    objection_upkeep: ObjectionUpkeep

    @property
    def services(self) -> tuple[object, ...]:
        """What routes look up."""
        return (self.restricting, self.erasing, self.objections)


def build_persons(
    core: Core, stored: Stored, parties: Parties, calls: Calls, holds: Holds, records: Records
) -> Persons:
    changes = ChangeLog(core.audit, core.clock)
    requests = ErasureRequests(
        stored.person_erasures, core.keys, core.versions, core.eraser, core.clock
    )
    return Persons(
        restricting=Restricting(
            core.restrictions,
            holds.claims,
            calls.calls,
            records.finder,
            core.eraser,
            changes,
            core.clock,
        ),
        erasing=Erasing(
            requests,
            calls.parties,
            records.about,
            records.service,
            parties.clients,
            core.keys,
            calls.numbers,
            changes,
            core.clock,
        ),
        objections=core.objections,
        objection_upkeep=ObjectionUpkeep(stored.objections, parties.clients, core.clock),
    )
