"""Wiring the holds."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.core import Core, active_holds
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.holds.claims import ClaimHolds
from telecom_privacy.holds.log import HoldLog
from telecom_privacy.holds.placing import HoldPlacing
from telecom_privacy.holds.service import HoldService
from telecom_privacy.holds.upkeep import HoldUpkeep
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.numbers import NumberReader
from telecom_privacy.settings import Settings


@dataclass(frozen=True)
class Holds:
    """What must not be destroyed, and what is done about it beside requests."""

    service: HoldService
    upkeep: HoldUpkeep
    withheld: WithheldService
    claims: ClaimHolds


def build_holds(settings: Settings, core: Core, stored: Stored, parties: Parties) -> Holds:
    clock, zone = core.clock, settings.time_zone
    log = HoldLog(core.audit, clock)
    placing = HoldPlacing(
        stored.holds,
        stored.withheld,
        parties.clients,
        parties.licences,
        active_holds(settings, stored, core.keys),
        core.versions,
        core.eraser,
        NumberReader(settings.default_region),
        log,
        clock,
    )
    upkeep = HoldUpkeep(stored.holds, stored.withheld, core.keys, core.eraser, log, clock, zone)
    service = HoldService(
        stored.holds,
        stored.withheld,
        parties.accounts,
        placing,
        upkeep,
        core.keys,
        log,
        clock,
        zone,
    )
    withheld = WithheldService(stored.withheld, core.keys, core.reader, log)
    return Holds(service, upkeep, withheld, ClaimHolds(stored.holds, placing, log, clock))
