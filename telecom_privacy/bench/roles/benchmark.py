"""`bench roles`."""

from telecom_privacy.bench.model import Benchmark, Outcome, Plan
from telecom_privacy.bench.roles.log import measure_log


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    plan.say("audit log")
    return Outcome(measurements=(measure_log(plan),))


ROLES = Benchmark("roles", "the four roles of GDPRbench, each answer checked", run)
