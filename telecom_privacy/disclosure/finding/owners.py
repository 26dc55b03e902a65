"""Whose own a number is, where a profession may protect what goes over it, in whosever copies."""

from collections.abc import Iterable
from dataclasses import replace

from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.scope import Role
from telecom_privacy.traffic.finding import TrafficFinder
from telecom_privacy.traffic.model import own_number


class Owners:
    def __init__(self, finder: TrafficFinder) -> None:
        self._finder = finder

    def note(self, judge: Judge, numbers: Iterable[str]) -> None:
        """Let a judge know whose own numbers these are, as calls in the period tell; once each.

        Only what may be of a protected profession is opened for that.
        """
        wanted = set(numbers) - judge.owners.keys()
        judge.owners.update({number: set() for number in wanted})
        asked = judge.order.asked
        found = self._finder.with_numbers(sorted(wanted), asked.start, asked.end)
        for record, _ in found if wanted else ():
            scope = replace(record.scope, role=Role.PROCESSOR)
            if judge.may_be_protected(scope):
                for content in self._finder.open([record]).values():
                    if (own := own_number(content)) in wanted:
                        judge.owners[own].add(scope)
