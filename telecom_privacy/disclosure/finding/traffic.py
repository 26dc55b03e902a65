"""The operator's own copies of calls: by number of all clients, or by licence."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.finding.owners import Owners
from telecom_privacy.disclosure.finding.parties import NamedParties, is_of_side
from telecom_privacy.disclosure.finding.sharing import given_once
from telecom_privacy.disclosure.matching import Found, Kind, Reason, Target
from telecom_privacy.disclosure.model import Asked
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role, Scope
from telecom_privacy.traffic.finding import TrafficFinder
from telecom_privacy.traffic.model import StoredTraffic, other_numbers

_ASKED = DataCategory.TRAFFIC
_BATCH = 200


class TrafficSource:
    def __init__(self, finder: TrafficFinder, owners: Owners, parties: NamedParties) -> None:
        self._finder = finder
        self._owners = owners
        self._parties = parties

    def each(self, judge: Judge, targets: Sequence[Target]) -> Iterator[Found]:
        """Yield the calls of numbers, then those of licences.

        One after the other, each for all targets that lead to it: the first gives it.
        """
        yield from self._judged(judge, self._with_numbers(judge, targets))
        for line in (one for one in targets if one.kind is Kind.LICENCE):
            found = ((record, [line]) for record in self._of_licence(judge, line, targets))
            yield from self._judged(judge, found)

    def clients_of(self, judge: Judge, target: Target) -> frozenset[UUID]:
        """The clients whose traffic has a number: theirs alone may have content of it.

        Looked for once: it goes through all calls with the number.
        """
        if target not in judge.reached:
            judge.reached[target] = frozenset(self._clients_of(judge, target))
        return judge.reached[target]

    def _clients_of(self, judge: Judge, target: Target) -> Iterator[UUID]:
        if target.licence:
            yield from (client.id for client, _ in self.licences_of(judge, target))
            return
        asked = judge.order.asked
        found = self._finder.with_numbers([target.name], asked.start, asked.end)
        yield from (record.scope.client_id for record, _ in found)

    def is_of(self, judge: Judge, target: Target, scope: Scope) -> bool:
        """Whether data of a scope is asked for: with a number alone that of any licence is."""
        if target.of_licence is None:
            return True
        return scope.licence_id in [licence for _, licence in self.licences_of(judge, target)]

    def _with_numbers(
        self, judge: Judge, targets: Sequence[Target]
    ) -> Iterator[tuple[StoredTraffic, Sequence[Target]]]:
        """The calls that a number leads to, alone or with their licence, with all that does."""
        asked, named = judge.order.asked, _by_number(targets)
        licences = [one for one in targets if one.kind is Kind.LICENCE]
        for record, numbers in self._finder.with_numbers(list(named), asked.start, asked.end):
            asked_with = chain.from_iterable(named[number] for number in numbers)
            meant = self._of(judge, record, asked_with)
            if meant:
                yield record, meant + self._of(judge, record, licences)

    def _of(self, judge: Judge, record: StoredTraffic, targets: Iterable[Target]) -> list[Target]:
        return [one for one in targets if self.is_of(judge, one, record.scope)]

    def licences_of(self, judge: Judge, target: Target) -> list[tuple[Client, UUID]]:
        """The licences that an order names, those too that were deleted or made anew since.

        None where nobody has such a licence, and no call in the period had.
        """
        if (line := target.of_licence) is None:
            return []
        if line not in judge.licences:
            judge.licences[line] = self.licences_named(judge.order.asked, line, judge.gone)
        return judge.licences[line]

    def licences_named(
        self, asked: Asked, target: Target, gone: dict[UUID, Mapping[UUID, str]]
    ) -> list[tuple[Client, UUID]]:
        """As `licences_of`, but looked for anew.

        That goes through the calls of the client, once for all its names: `gone` keeps what is
        found of each client.
        """
        if not (client := self._parties.client(target)):
            return []
        licence = self._parties.licence(client, target)
        if client.id not in gone:
            known, scope = self._parties.licences(client), client.scope(Role.CONTROLLER)
            found = self._finder.other_licences(scope, known, asked.start, asked.end)
            gone[client.id] = found
        named = [one for one, name in gone[client.id].items() if name == target.name]
        return [(client, one) for one in ([licence.id] if licence else []) + named]

    def _of_licence(
        self, judge: Judge, target: Target, targets: Sequence[Target]
    ) -> Iterator[StoredTraffic]:
        """The calls of a licence to which no number leads."""
        asked = judge.order.asked
        numbers = [one.name for one in targets if _is_number_of(one, target)]
        for client, licence_id in self.licences_of(judge, target):
            scope = client.scope(Role.CONTROLLER, licence_id)
            yield from self._finder.of_licence(scope, asked.start, asked.end, numbers)

    def _judged(
        self, judge: Judge, found: Iterator[tuple[StoredTraffic, Sequence[Target]]]
    ) -> Iterator[Found]:
        """Judge some at a time, for whose own their numbers are is asked of all at once."""
        while batch := list(islice(found, _BATCH)):
            opened = self._finder.open(record for record, _ in batch)
            others = {record_id: other_numbers(content) for record_id, content in opened.items()}
            self._owners.note(judge, chain.from_iterable(others.values()))
            for record, targets in batch:
                call, numbers = opened.get(record.record_id), others.get(record.record_id, ())
                meant = (one for one in targets if is_of_side(one, call))
                yield from given_once(self._found(judge, one, record, numbers) for one in meant)

    def _found(
        self, judge: Judge, target: Target, record: StoredTraffic, others: Sequence[str]
    ) -> Found:
        found = Found(
            target=target,
            category=_ASKED,
            role=Role.CONTROLLER,
            id=record.record_id,
            at=record.started_at,
            item=record,
        )
        client = self._parties.client_by_id(record.scope.client_id)
        if client is None:
            return replace(found, reason=Reason.PAST_TERM)
        verdict = client.terms.verdict(Category.TRAFFIC, Role.CONTROLLER, record.ended_at)
        # The licence of a traffic record is one of the client's own, whose secrecy it may be.
        scope = replace(record.scope, role=Role.PROCESSOR)
        reason = judge.reason(_ASKED, scope, verdict, target, others)
        return replace(found, reason=reason, due_at=judge.due_at(verdict))


def _by_number(targets: Iterable[Target]) -> Mapping[str, Sequence[Target]]:
    """The numbers that are asked for, each alone, with a licence, or with several."""
    named: defaultdict[str, list[Target]] = defaultdict(list)
    for one in targets:
        if one.kind is Kind.NUMBER:
            named[one.name].append(one)
    return named


def _is_number_of(target: Target, licence: Target) -> bool:
    """Whether a number is asked for alone, or with that licence."""
    return target.kind is Kind.NUMBER and target.of_licence in (None, licence)
