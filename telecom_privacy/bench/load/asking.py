"""Asks the service, at a steady rate or as fast as it answers."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from random import Random

from telecom_privacy.bench.http import Transport
from telecom_privacy.bench.load.model import NO_ANSWER, Question, Reply, is_refusal
from telecom_privacy.demo.caller import Answer
from telecom_privacy.errors import Unavailable
from telecom_privacy.http.access import ApiRole

MOST_CONNECTIONS = 900  # many systems let a process open 1,024 files
_MILLISECONDS = 1_000


@dataclass(frozen=True, slots=True)
class Asker:
    """Draws questions and asks them, each with the key of whoever asks that; threads share it."""

    transport: Transport
    keys: Mapping[ApiRole, str]
    draw: Callable[[Random], Question]
    seed: int
    numbers: "count[int]"

    def ask_next(self, moment: float) -> Reply:
        """Ask a question that was to be asked at `moment` of `time.perf_counter`."""
        chance = Random(self.seed * 1_000_003 + next(self.numbers))  # noqa: S311 - no secret
        return self.ask(self.draw(chance), moment)

    def ask(self, question: Question, moment: float) -> Reply:
        key = self.keys[question.role]
        try:
            answer = self.transport.send(
                question.method, question.path, key, question.body, question.headers
            )
        except Unavailable:
            return Reply(question.kind, NO_ANSWER, time.perf_counter() - moment, is_right=False)
        delay = time.perf_counter() - moment
        if is_refusal(answer):
            return Reply(question.kind, answer.status, delay, is_right=False, is_refusal=True)
        is_right = question.settle(answer)
        return Reply(question.kind, answer.status, delay, is_right, database=_database(answer))


def at_rate(
    act: Callable[[float], Reply], rate: float, seconds: float, chance: Random
) -> Sequence[Reply]:
    """Have `act` begun `rate` times a second, whether or not the last ones have ended.

    It is given the moment at which it was to begin, and counts its delay from there: what waits
    for others is late, too (no coordinated omission). Moments are random,
    as those of many who know nothing of each other.
    """
    with ThreadPoolExecutor(MOST_CONNECTIONS) as pool:
        begun = []
        for moment in _moments(rate, seconds, chance):
            time.sleep(max(0.0, moment - time.perf_counter()))
            begun.append(pool.submit(act, moment))
        return [one.result() for one in begun]


def as_fast_as_answered(
    act: Callable[[float], Reply], threads: int, seconds: float
) -> Sequence[Reply]:
    """Have threads do `act` again as soon as it has ended, for some seconds."""
    end = time.perf_counter() + seconds

    def work(_: int) -> list[Reply]:
        replies = []
        while (moment := time.perf_counter()) < end:
            replies.append(act(moment))
        return replies

    with ThreadPoolExecutor(threads) as pool:
        return [reply for replies in pool.map(work, range(threads)) for reply in replies]


def _moments(rate: float, seconds: float, chance: Random) -> Sequence[float]:
    start, asked = time.perf_counter(), max(1, int(rate * seconds))
    return sorted(start + chance.random() * asked / rate for _ in range(asked))


def _database(answer: Answer) -> float:
    """The seconds that `load.timed_service` tells of (Server-Timing, as the W3C has it)."""
    _, _, told = answer.headers.get("server-timing", "").partition("dur=")
    return float(told) / _MILLISECONDS if told else 0.0
