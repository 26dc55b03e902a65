"""Wiring the sweeper, which works all day long."""

from telecom_privacy.bootstrap.breaches import Breaches
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.persons import Persons
from telecom_privacy.bootstrap.retention import Retention
from telecom_privacy.bootstrap.rights import Rights
from telecom_privacy.retention.agenda import Agenda
from telecom_privacy.retention.chores import Chore, Chores
from telecom_privacy.retention.model import SWEEPER, SWEEPER_LEASE
from telecom_privacy.retention.sweeper import CERTIFY, Sweeper
from telecom_privacy.retention.turns import Turns
from telecom_privacy.retention.upkeep import IndexKeyUpkeep
from telecom_privacy.storage.lease import KeepAlive, Lease
from telecom_privacy.storage.mongo import Databases
from telecom_privacy.transparency.service import TransparencyService

_MINUTE = 60.0
_HOUR = 60 * _MINUTE


def build_sweeper(
    databases: Databases, core: Core, parties: Parties, retention: Retention, chores: Chores
) -> Sweeper:
    schedule, clock = core.schedule, core.clock
    turns = Turns(schedule, parties.clients, retention.sources, core.eraser, retention.ends, clock)
    return Sweeper(
        Lease(databases.bulk, SWEEPER, SWEEPER_LEASE),
        Agenda(schedule, turns.begin, clock),
        retention.guard,
        chores,
        clock,
    )


def build_chores(
    core: Core,
    parties: Parties,
    retention: Retention,
    persons: Persons,
    rights: Rights,
    breaches: Breaches,
    counts: TransparencyService,
) -> Chores:
    index_keys = IndexKeyUpkeep(retention.index_keys, parties.clients, core.clock)

    def certify(keep_alive: KeepAlive) -> None:
        retention.certificates.issue_missing(SWEEPER, keep_alive)

    return Chores(
        [
            Chore(CERTIFY, _MINUTE, certify, is_swept=True),
            Chore("claims", _MINUTE / 2, lambda _: core.schedule.resume()),
            Chore("announced breaches", _MINUTE, breaches.telling.resume),
            Chore("forwarded requests", _MINUTE, rights.forwarding.resume),
            Chore("counts of requisitions", _HOUR, counts.run),
            Chore("schedule", _HOUR, retention.reconciliation.run, is_swept=True),
            Chore("withdrawn objections", 6 * _HOUR, persons.objection_upkeep.run),
            Chore("index keys", 6 * _HOUR, index_keys.run),
        ]
    )
