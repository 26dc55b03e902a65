"""Before anything is measured: would a wrong answer be noticed?"""

from datetime import UTC, datetime

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.databases import own_database
from telecom_privacy.bench.opponents.plain import PlainSide
from telecom_privacy.bench.roles.faults import FAULTS, is_caught, planted
from telecom_privacy.bench.roles.mixes import LOGGED
from telecom_privacy.bench.roles.world import World
from telecom_privacy.storage.mongo import MongoDatabase

_CALLS, _LICENCES = 24, 4


def prove_oracle(plan: Plan) -> int:
    """Plant each fault into a side A; returns how many there are, all of which were caught.

    Raises `WrongAnswer` if one was not, or if right answers were found wrong.
    """
    with own_database(plan) as database:
        plain = PlainSide(database, 0)
        plain.create_indexes()
        plain.load_log(LOGGED)
        world = _world(plan, "right")
        if is_caught(_filled(database, world), world):
            raise WrongAnswer("the oracle finds right answers wrong")
        for number, fault in enumerate(FAULTS):
            world = _world(plan, f"fault-{number}")
            if not is_caught(planted(_filled(database, world), fault), world):
                raise WrongAnswer(f"the oracle does not notice that {fault.name}")
    return len(FAULTS)


def _world(plan: Plan, name: str) -> World:
    return World(plan.seed, _CALLS, _LICENCES, datetime.now(UTC), name)


def _filled(database: MongoDatabase, world: World) -> PlainSide:
    """A side A that holds a world; the database may hold others."""
    side = PlainSide(database, 0)
    side.load(world.all_calls())
    for number in world.objectors():
        side.object(number)
    for call_id in world.bury_some():
        side.delete(call_id)
    return side
