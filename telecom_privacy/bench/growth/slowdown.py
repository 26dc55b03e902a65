"""How much slower one reads while others erase, export and sweep, at a steady rate."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.growth.reads import NUMBER, Asking, OwnReads, Question
from telecom_privacy.bench.growth.stage import Stage
from telecom_privacy.bench.growth.sweeps import Sweeps
from telecom_privacy.bench.http import Transport, send_json
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.roles.extension import export_history
from telecom_privacy.bench.rounds import Timed, interleaved, timed
from telecom_privacy.bench.service_process import served
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.http.access import ApiRole

TABLE = "Reads by number while others work"
_READS, _FEW_READS = 150, 5
_EXPORTED, _FEW_EXPORTED = 200, 5
_DUE = 5
_EVERY_SECONDS = 0.5
_LICENCE = "licence-0"
_GREAT = Great(7.0, at_most=True)


class Disturbance:
    """What others do meanwhile, one act after the other: over HTTP, and by the sweeper."""

    def __init__(self, stage: Stage, sweeps: Sweeps, exporting: Tenant, remote: Transport) -> None:
        self._stage = stage
        self._sweeps = sweeps
        self._exporting = exporting
        self._remote = remote
        self._persons = iter(stage.population.persons)
        self._failed: list[BaseException] = []

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Raises `WrongAnswer` at the end if something was not done."""
        stopping = threading.Event()
        thread = threading.Thread(target=self._work, args=(stopping,))
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()
        if self._failed:
            raise WrongAnswer("what disturbs the readers failed") from self._failed[0]

    def _work(self, stopping: threading.Event) -> None:
        acts = cycle((self._erase_person, self._export, self._fall_due))
        due_at = time.monotonic()
        try:
            while not stopping.wait(max(0.0, due_at - time.monotonic())):
                next(acts)()
                due_at += _EVERY_SECONDS
        except Exception as error:  # for who started the thread
            self._failed.append(error)

    def _erase_person(self) -> None:
        tenant, number = self._stage.tenant, self._stage.population.number(next(self._persons))
        key, path = tenant.keys[ApiRole.CLIENT], f"{tenant.path}/persons/erasure"
        answer = send_json(self._remote, "POST", path, key, {"number": number})
        if answer.status != 200:
            raise WrongAnswer(f"to erase a person was answered {answer.status}")

    def _export(self) -> None:
        export_history(self._remote, self._exporting)

    def _fall_due(self) -> None:
        self._stage.loader.load_traffic(self._sweeps.past_their_term(_DUE))


def measure_slowdown(plan: Plan, stage: Stage, sweeps: Sweeps, asking: Asking) -> Measurement:
    """Percent by which the same reads take longer. A sweeper is at work on the databases.

    Raises `WrongAnswer`.
    """
    services = stage.tenant.services
    exporting = new_tenant(services, [_LICENCE], "exporting")
    count = _FEW_EXPORTED if plan.quick else _EXPORTED
    others = (stage.population.other(f"call-{number}", number) for number in range(count))
    exporting.load([replace(one, licence=_LICENCE) for one in others])
    with served(replace(services.settings, workers=1, threads=4)) as remote:
        disturbance = Disturbance(stage, sweeps, exporting, remote)
        reader = _Reader(plan, stage, asking)

        def disturbed(number: int) -> Timed:
            with disturbance.going_on():
                return reader.turn(number)

        turns = interleaved(plan.rounds, {"alone": reader.turn, "disturbed": disturbed})
    both = zip(turns["disturbed"], turns["alone"], strict=True)
    slower = tuple(100 * (busy.wall / alone.wall - 1) for busy, alone in both)
    return Measurement(TABLE, "slower by", "%", slower, great=_GREAT, note=_note(count))


class _Reader:
    """Reads by number, in one thread."""

    def __init__(self, plan: Plan, stage: Stage, asking: Asking) -> None:
        self._count = _FEW_READS if plan.quick else _READS
        self._asking = asking
        self._ask = OwnReads(stage.tenant).ways[NUMBER]

    def turn(self, number: int) -> Timed:
        del number
        questions = self._asking.questions(NUMBER, self._count)
        return timed(lambda: self._read(questions))

    def _read(self, questions: list[Question]) -> None:
        for question in questions:
            if self._ask(question.key) != question.expected:
                raise WrongAnswer("a disturbed reader was answered wrong")


def _note(exported: int) -> str:
    cycle_seconds = 3 * _EVERY_SECONDS
    return (
        f"every {cycle_seconds:g} s a person is erased, a history of {exported} calls exported, "
        f"both over HTTP, and {_DUE} records fall due"
    )
