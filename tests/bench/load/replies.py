"""Answers and steps, invented."""

from random import Random

from telecom_privacy.bench.load.model import Reply, Step, Usage
from telecom_privacy.bench.load.ramp import CLIENT, DATABASE, WORKERS


def right(delay: float = 0.01, kind: str = "a call", database: float = 0.004) -> Reply:
    return Reply(kind, 200, delay, is_right=True, database=database)


def refused(delay: float = 0.01) -> Reply:
    return Reply("a call", 503, delay, is_right=False, is_refusal=True)


def step(*replies: Reply, offered: float = 10.0, seconds: float = 2.0) -> Step:
    used = {CLIENT: 0.2, WORKERS: 1.0, DATABASE: 0.6}
    return Step(offered, seconds, replies, Usage(seconds, used))


def chance(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - invented data, not a secret
