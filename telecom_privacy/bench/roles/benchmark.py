"""`bench roles`."""

from collections.abc import Iterator

from telecom_privacy.bench.model import Benchmark, Measurement, Outcome, Plan
from telecom_privacy.bench.opponents.command_times import command_times
from telecom_privacy.bench.roles.comparison import Compared, compare, measurements
from telecom_privacy.bench.roles.extension import measure_extension
from telecom_privacy.bench.roles.faults import all_calls
from telecom_privacy.bench.roles.ingest import measure_ingest
from telecom_privacy.bench.roles.log import measure_kept
from telecom_privacy.bench.roles.proof import prove_oracle
from telecom_privacy.bench.roles.refusals import count_refusals
from telecom_privacy.bench.roles.round_trips import measure_round_trips
from telecom_privacy.bench.roles.stage import Stage, all_sides
from telecom_privacy.bench.roles.threads import Crew, crew
from telecom_privacy.bench.service import own_services

_SECONDS = 270.0
"""What the sides' turns may take: with everything else, a run stays below ten minutes."""

_CHECKERS = 16
_REFUSALS, _FEW_REFUSALS = 250, 10
_REMARKS = (
    "Side A is pymongo alone: no encryption, log or access control, but the same server, indexes, "
    "write concern, sizes of documents and both copies of a call.",
    "Side B is A with content and numbers under CSFLE's explicit encryption, one cached data key "
    "for all: a record cannot be destroyed by its key there, and nothing is logged. The "
    "libmongocrypt that is packaged is built without ciphers of its own and calls Python for each: "
    "a native one would be faster.",
    "Side C is the services in this process, side D the same over HTTP: gunicorn with two workers "
    "on the same machine, whose cores the callers share.",
    "Each reading of C and D is logged durably before it is answered; an update replaces the "
    "record's key, and a deletion destroys it with a signed certificate. A does neither.",
    "All turns together are given a time, which roles, numbers of threads, sides and rounds share: "
    "the slower the sides, the fewer operations a turn asks, and the less its rate says.",
    "No two threads touch one call: how two writers of one call fare is not measured.",
)


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    plan.say("oracle")
    faults = prove_oracle(plan)
    with all_sides(plan) as stage, crew() as workers:
        compared = compare(plan, stage, workers, _SECONDS)
        plan.say("what is left")
        left = all_calls(stage.world)
        for side in stage.sides:
            workers.ask(side, [left[first::_CHECKERS] for first in range(_CHECKERS)])
        apart = list(_apart(plan, stage, workers))
        plan.say("refusals")
        each = _FEW_REFUSALS if plan.quick else _REFUSALS
        refused = count_refusals(stage.tenant.services, plan.seed, each)
    listened = _listened_to(plan)
    return Outcome(
        measurements=(*measurements(compared), *listened, *apart),
        facts={
            "answers checked": f"{_answers(compared):,}, and at the end all calls of each side",
            "turns": _turns(compared),
            "refused as they should be": ", ".join(f"{n} {why}" for why, n in refused.items()),
            "planted faults": f"{faults}, all caught",
        },
        remarks=_REMARKS,
    )


def _apart(plan: Plan, stage: Stage, workers: Crew) -> Iterator[Measurement]:
    """What is measured of side C alone."""
    plan.say("audit log")
    yield measure_kept(plan, stage, workers)
    plan.say("extension mix")
    yield from measure_extension(plan, stage.tenant)


def _listened_to(plan: Plan) -> list[Measurement]:
    """What pymongo is asked to tell of its commands for: kept apart, as telling takes time."""
    with command_times() as times, own_services(plan) as services:
        plan.say("database commands per operation")
        commands = measure_round_trips(plan, times, services)
        plan.say("calls handed in at a steady rate")
        return [*commands, *measure_ingest(plan, times, services)]


def _answers(found: list[Compared]) -> int:
    return sum(one.steps * len(turns) for one in found for turns in one.turns.values())


def _turns(found: list[Compared]) -> str:
    took = sum(one.seconds for one in found)
    return f"{took:.0f} s, of {_SECONDS:.0f} s given to them and to finding out how much they ask"


ROLES = Benchmark("roles", "the four roles of GDPRbench, each answer checked", run)
