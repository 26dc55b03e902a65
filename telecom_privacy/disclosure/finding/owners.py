"""Whose own a number is, where a profession may protect what goes over it, in whosever copies."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.scope import Role
from telecom_privacy.traffic.finding import TrafficFinder
from telecom_privacy.traffic.model import own_number


class Owners:
    def __init__(self, finder: TrafficFinder, stated: StatedProfessions) -> None:
        self._finder = finder
        self._stated = stated

    def note(self, judge: Judge, numbers: Iterable[str]) -> None:
        """Let a judge know whose own numbers these are, as calls in the period tell; once each.

        Only clients of which a profession was ever stated are asked: what goes over a number of
        many calls, such as a hotline, is read for none else.
        """
        wanted = set(numbers) - judge.owners.keys()
        judge.owners.update({number: set() for number in wanted})
        asked = judge.order.asked
        clients = self._clients(judge) if wanted else frozenset()
        for record in self._finder.of_clients(clients, sorted(wanted), asked.start, asked.end):
            scope = replace(record.scope, role=Role.PROCESSOR)
            if judge.may_be_protected(scope):
                for content in self._finder.open([record]).values():
                    if (own := own_number(content)) in wanted:
                        judge.owners[own].add(scope)

    def _clients(self, judge: Judge) -> frozenset[UUID]:
        if judge.professed is None:
            judge.professed = self._stated.clients_with_any()
        return judge.professed
