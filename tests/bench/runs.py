"""Runs of benchmarks, invented."""

from telecom_privacy.bench.model import Curve, Great, Measurement, Outcome, Run

KEPT = Measurement("Roles", "C / A", "", (0.81, 0.7, 0.9), great=Great(0.7), note="32 threads")
DELAY = Measurement("Roles", "delay", "ms", (30.0, 20.0), (1.5, 1.0), Great(25.0, at_most=True))
CURVE = Curve(
    "reads", "Reads <by number>", "records", "ms", {"A": ((1e4, 1.0), (1e6, 1.1)), "C": ((1e4, 2),)}
)
RUN = Run(
    benchmark="roles",
    machine={"cpu": "2 x Example", "server": "MongoDB 8"},
    seed=7,
    rounds=3,
    outcome=Outcome(
        measurements=(KEPT, DELAY),
        curves=(CURVE,),
        facts={"answers checked": "1,234"},
        remarks=("The server is slow.",),
    ),
)
