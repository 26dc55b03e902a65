"""Reads while the store grows: ours and plain ones, in turn, each answer checked."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from random import Random
from statistics import median

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.growth.costs import Grown
from telecom_privacy.bench.growth.population import Population
from telecom_privacy.bench.growth.stage import Stage
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.plain import PlainSide
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.rounds import Timed, interleaved
from telecom_privacy.bench.service import service
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import to_text
from telecom_privacy.traffic.service import TrafficService

NUMBER, LICENCE, SUBJECT = "by number", "by licence", "by subject"
KINDS = (NUMBER, LICENCE, SUBJECT)
_READS, _FEW_READS = 60, 4
_WARMING = 4

Answer = Sequence[object]
Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Question:
    """The number or licence to ask for, and the right answer."""

    key: str
    expected: Answer


class Asking:
    """Draws questions about subjects of which nothing is cached any more: none is asked about
    again before all others were.
    """

    def __init__(self, population: Population, seed: int) -> None:
        self._population = population
        subjects = list(range(population.readable))
        Random(seed).shuffle(subjects)  # noqa: S311 - invented data, not a secret
        self._subjects = cycle(subjects)

    def questions(self, kind: str, count: int) -> list[Question]:
        return [self._question(kind, subject) for subject in islice(self._subjects, count)]

    def _question(self, kind: str, subject: int) -> Question:
        call = self._population.call(subject)
        if kind == LICENCE:
            newest = self._population.newest_of_licence(subject)
            return Question(call.licence, [one.seen for one in newest])
        if kind == SUBJECT:
            return Question(call.number, [(call.number, to_text(call.started_at))])
        return Question(call.number, [call.seen])


class OwnReads:
    """The client's search, and all that the operator keeps of a person (GDPR article 15)."""

    def __init__(self, tenant: Tenant) -> None:
        side = ServiceSide(tenant)
        self._traffic = service(tenant.services, TrafficService)
        self._client_of = service(tenant.services, ClientService).by_id
        self.ways: Mapping[str, Ask] = {
            NUMBER: side.read_subject,
            LICENCE: side.read_licence,
            SUBJECT: self._copies,
        }

    def _copies(self, number: str) -> Answer:
        found = self._traffic.about(number, self._client_of)
        return [(one["from"], one["started_at"]) for one in found]


def plain_ways(side: PlainSide) -> Mapping[str, Ask]:
    def copies(number: str) -> Answer:
        found = side.read_copies(number)
        return [(one["from"], to_text(one["started_at"])) for one in found]

    return {NUMBER: side.read_subject, LICENCE: side.read_licence, SUBJECT: copies}


class ReadCosts:
    """What reads of each kind cost each side, at each size that was measured."""

    def __init__(self, plan: Plan, stage: Stage) -> None:
        self._plan = plan
        self.asking = Asking(stage.population, plan.seed)
        self._sides = {"A": plain_ways(stage.plain), "C": OwnReads(stage.tenant).ways}
        self._turns: dict[tuple[str, str], dict[int, tuple[Timed, ...]]] = {}
        self.asked = 0

    def measure(self, size: int) -> None:
        """Ask both sides the same, in turn. Raises `WrongAnswer`."""
        count = _FEW_READS if self._plan.quick else _READS
        for kind in KINDS:
            self._ask_all(kind, self.asking.questions(kind, _WARMING))
            rounds = [self.asking.questions(kind, count) for _ in range(self._plan.rounds)]
            turns = interleaved(
                self._plan.rounds,
                {name: partial(self._turn, name, kind, rounds) for name in self._sides},
            )
            for name, taken in turns.items():
                self._turns.setdefault((kind, name), {})[size] = taken

    def grown(self, kind: str, side: str) -> Grown:
        turns = self._turns[kind, side]
        return Grown(
            f"read {kind}, side {side}",
            "ms",
            {size: tuple(1000 * one.wall for one in taken) for size, taken in turns.items()},
            {size: tuple(1000 * one.processor for one in taken) for size, taken in turns.items()},
        )

    def _ask_all(self, kind: str, questions: Sequence[Question]) -> None:
        for name in self._sides:
            self._turn(name, kind, [questions], 0)

    def _turn(
        self, name: str, kind: str, rounds: Sequence[Sequence[Question]], number: int
    ) -> Timed:
        """The middle time of a read, which says more than a sum that a stray pause is part of."""
        ask, questions = self._sides[name][kind], rounds[number]
        processor = time.thread_time()
        walls = [_timed(name, kind, ask, question) for question in questions]
        self.asked += len(questions)
        return Timed(median(walls), (time.thread_time() - processor) / len(questions))


def _timed(name: str, kind: str, ask: Ask, question: Question) -> float:
    start = time.perf_counter()
    answer = ask(question.key)
    took = time.perf_counter() - start
    if answer != question.expected:
        raise WrongAnswer(f"side {name} answered wrong what was read {kind}")
    return took
