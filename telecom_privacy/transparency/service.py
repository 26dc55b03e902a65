"""From cases to the counts of a year, which are published once and stay."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import MAXYEAR, timedelta, tzinfo
from functools import partial
from uuid import UUID

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.register import Register
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.errors import Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.legal_bases.service import LegalBases
from telecom_privacy.transparency import suppression
from telecom_privacy.transparency.model import (
    Count,
    Expected,
    Group,
    Outcome,
    Report,
    Tally,
    counted,
)
from telecom_privacy.transparency.repository import TransparencyRepository
from telecom_privacy.transparency.tallying import Tallying
from telecom_privacy.transparency.years import newest_due, published_on

_RECORDED_WITHIN = timedelta(hours=1)
"""What is expected without a case, and is older, is of one that was never recorded."""

_UNCOUNTED = "a requisition cannot be counted"


class TransparencyService:
    def __init__(
        self,
        repository: TransparencyRepository,
        tallying: Tallying,
        register: Register,
        clients: ClientService,
        bases: LegalBases,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._repository = repository
        self._tallying = tallying
        self._register = register
        self._clients = clients
        self._bases = bases
        self._clock = clock
        self._zone = zone

    def reports(self) -> list[Report]:
        """The published reports, the newest first."""
        return self._repository.fetch_reports()

    def report(self, year: int) -> Report:
        """Raises `NotFound` for a year of which none is published."""
        if year <= MAXYEAR and (found := self._repository.fetch_report(year)):
            return found
        raise NotFound("transparency report")

    def unpublished(self, access: Access) -> dict[int, Mapping[Group, Count]]:
        """What was counted, exactly, of each year whose report is not published yet.

        That it was read is logged.
        """
        self.settle(lambda: None)
        published = {report.year for report in self.reports()}
        years = [year for year in self._repository.fetch_years() if year not in published]
        self._register.log("requisitions.counted", access, {"years": years})
        return {year: counted(self._tallies(year)) for year in years}

    def run(self, keep_alive: Callable[[], None]) -> None:
        """Bring the counts up to date, and publish what is due; may be repeated and killed."""
        self.settle(keep_alive)
        for year in self._due():
            self._publish(year)
            keep_alive()
        self._repository.delete_up_to(newest_due(self._clock.now(), self._zone))

    def settle(self, keep_alive: Callable[[], None]) -> None:
        """Note the end of each case that has ended since."""
        for expected in self._repository.fetch_expected():
            keep_alive()
            settle = partial(self._settle, expected)
            succeeds(settle, _UNCOUNTED, requisition=expected.case_id)

    def _settle(self, expected: Expected) -> None:
        try:
            tally = self._tally(expected)
        except Gone:
            return
        except NotFound:
            if self._clock.now() - expected.noted_at > _RECORDED_WITHIN:
                self._repository.delete_expected(expected)
            return
        if tally.outcome is not Outcome.PENDING:
            self._repository.replace_expected(expected, tally)

    def _tally(self, expected: Expected) -> Tally:
        return self._tallying.tally(expected, self._register.read(expected.case_id))

    def _tallies(self, year: int) -> list[Tally]:
        """What counts of a year now, each request once.

        What is expected is read first: a case that another process settles meanwhile has a tally
        then, which counts instead.
        """
        found: dict[UUID, Tally] = {}

        def add(expected: Expected) -> None:
            with suppress(NotFound, Gone):  # it was never recorded, or nobody knows it any more
                found[expected.tally_id] = self._tally(expected)

        for expected in self._repository.fetch_expected(year):
            succeeds(partial(add, expected), _UNCOUNTED, requisition=expected.case_id)
        found |= {tally.id: tally for tally in self._repository.fetch_tallies(year)}
        return list(found.values())

    def _due(self) -> list[int]:
        """The years since the service came into use whose report is due and not made."""
        started = self._clients.operator().created_at.astimezone(self._zone).year
        first = min([started, *self._repository.fetch_years()])
        published = {report.year for report in self.reports()}
        due = range(first, newest_due(self._clock.now(), self._zone) + 1)
        return [year for year in due if year not in published]

    def _publish(self, year: int) -> None:
        counts = counted(self._tallies(year))
        lines = [suppression.line(g, self._bases.citation(g.basis), n) for g, n in counts.items()]
        received = suppression.total([count.received for count in counts.values()])
        self._repository.insert_report(Report(year, published_on(year), received, tuple(lines)))
