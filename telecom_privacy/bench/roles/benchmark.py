"""`bench roles`."""

from telecom_privacy.bench.model import Benchmark, Outcome, Plan
from telecom_privacy.bench.roles.comparison import Compared, compare, measurements
from telecom_privacy.bench.roles.faults import check_all
from telecom_privacy.bench.roles.log import measure_log
from telecom_privacy.bench.roles.proof import prove_oracle
from telecom_privacy.bench.roles.refusals import count_refusals
from telecom_privacy.bench.roles.stage import all_sides
from telecom_privacy.bench.roles.threads import crew

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
    "No two threads touch one call: how two writers of one call fare is not measured.",
)


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    plan.say("oracle")
    faults = prove_oracle(plan)
    with all_sides(plan) as stage, crew() as workers:
        compared = compare(plan, stage, workers)
        plan.say("what is left")
        for side in stage.sides:
            check_all(side, stage.world)
        plan.say("refusals")
        each = _FEW_REFUSALS if plan.quick else _REFUSALS
        refused = count_refusals(stage.services, plan.seed, each)
    plan.say("audit log")
    return Outcome(
        measurements=(*measurements(compared), measure_log(plan)),
        facts={
            "answers checked": f"{_answers(compared):,}, and at the end all calls of each side",
            "refused as they should be": ", ".join(f"{n} {why}" for why, n in refused.items()),
            "planted faults": f"{faults}, all caught",
        },
        remarks=_REMARKS,
    )


def _answers(found: list[Compared]) -> int:
    return sum(one.steps * len(turns) for one in found for turns in one.turns.values())


ROLES = Benchmark("roles", "the four roles of GDPRbench, each answer checked", run)
