"""What an order reaches: asked, found, to be given; nothing beyond its text (RULES LAW-3)."""

from collections.abc import Iterable, Iterator
from itertools import chain

from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.categories import ANSWERING
from telecom_privacy.disclosure.finding.calls import CallSource
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.finding.kept import KeptSource
from telecom_privacy.disclosure.finding.owners import Owners
from telecom_privacy.disclosure.finding.parties import targets
from telecom_privacy.disclosure.finding.records import RecordSource
from telecom_privacy.disclosure.finding.sharing import given_once
from telecom_privacy.disclosure.finding.traffic import TrafficSource
from telecom_privacy.disclosure.law import ApplicableLaw
from telecom_privacy.disclosure.matching import Found, Kind, Line, Matches, Reason, Target
from telecom_privacy.disclosure.model import Asked, Requisition
from telecom_privacy.disclosure.privilege import Privileges
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.scope import Role


class DisclosureScope:
    """Finds anew each time, for data is erased while a case runs; opens parties, logs nothing."""

    def __init__(
        self,
        law: ApplicableLaw,
        privileges: Privileges,
        traffic: TrafficSource,
        calls: CallSource,
        records: RecordSource,
        kept: KeptSource,
        owners: Owners,
        clock: Clock,
    ) -> None:
        self._law = law
        self._privileges = privileges
        self._traffic = traffic
        self._calls = calls
        self._records = records
        self._kept = kept
        self._owners = owners
        self._clock = clock

    def each(self, requisition: Requisition) -> Iterator[Found]:
        """Return all that an order asks for and its text covers, for each target; given once.

        In constant memory but for the ids of content; in the same order while nothing changes.
        """
        return self._each(self._judge(requisition), requisition)

    def _each(self, judge: Judge, requisition: Requisition) -> Iterator[Found]:
        yield from self._calls_of(judge, requisition)
        yield from given_once(self._about(judge, targets(requisition.asked)))

    def calls(self, requisition: Requisition) -> Iterator[Found]:
        """Return, of `each`, the calls, their recordings, and what the case keeps of the erased."""
        return self._calls_of(self._judge(requisition), requisition)

    def _calls_of(self, judge: Judge, requisition: Requisition) -> Iterator[Found]:
        named, kept = targets(requisition.asked), self._kept.ids(requisition)
        if DataCategory.TRAFFIC in judge.covered:
            yield from self._traffic.each(judge, named)
            for target in (one for one in named if one.kind is Kind.CALL):
                yield from self._calls.named(judge, target, kept)
        if DataCategory.CONTENT in judge.covered:
            recordings = (self._calls.recordings(judge, target, kept) for target in named)
            yield from given_once(chain.from_iterable(recordings))
        yield from given_once(self._kept.each(judge, requisition, named))

    def matches(self, requisition: Requisition) -> Matches:
        """Count what is asked, found and to be given, with the reasons of each difference."""
        judge = self._judge(requisition)
        lines = {_place(one): one for one in lines_asked(requisition.asked)}
        for line in lines.values():
            if line.category not in judge.covered:
                line.reasons[Reason.NOT_COVERED] = 1
            elif self._is_unknown(judge, line.target):
                line.reasons[Reason.UNKNOWN] = 1
        for found in self._each(judge, requisition):
            place = found.target, found.category, found.role
            lines.setdefault(place, Line(*place)).count(found)
        return Matches(tuple(lines.values()))

    def _is_unknown(self, judge: Judge, target: Target) -> bool:
        names_one = target.of_licence is not None
        return names_one and not self._traffic.licences_of(judge, target)

    def _about(self, judge: Judge, named: Iterable[Target]) -> Iterator[Found]:
        for target in named:
            for category in sorted(judge.covered):
                yield from self._records.each(judge, target, category)

    def _judge(self, requisition: Requisition) -> Judge:
        law = self._law.of(requisition.order)
        holds, now = self._kept.in_force(requisition), self._clock.now()
        kept = self._kept.calls(requisition)
        judge = Judge(requisition.order, law, self._privileges, holds, kept, now)
        named = targets(requisition.asked)
        self._owners.note(judge, (one.name for one in named if one.kind is Kind.NUMBER))
        return judge


def lines_asked(asked: Asked) -> Iterator[Line]:
    """A line for whatever is asked, so that what is not found or not covered shows, too: pure."""
    for target in targets(asked):
        for category in sorted(asked.categories):
            yield Line(target, category, _role(target, category))


def _role(target: Target, category: DataCategory) -> Role:
    if category is DataCategory.TRAFFIC:
        return Role.PROCESSOR if target.kind is Kind.CALL else Role.CONTROLLER
    return ANSWERING[category][0].role


def _place(line: Line) -> tuple[Target, DataCategory, Role]:
    return line.target, line.category, line.role
