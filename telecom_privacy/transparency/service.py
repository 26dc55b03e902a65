"""From cases to the counts of a year, which are published once and stay."""

from collections.abc import Callable, Mapping
from datetime import MAXYEAR, timedelta, tzinfo
from functools import partial

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.register import Register
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.errors import Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.legal_bases.service import LegalBases
from telecom_privacy.transparency import suppression
from telecom_privacy.transparency.model import Count, Group, Report, Tally, counted
from telecom_privacy.transparency.repository import TransparencyRepository
from telecom_privacy.transparency.tallying import Tallying
from telecom_privacy.transparency.years import newest_due, published_on

_RECORDED_WITHIN = timedelta(hours=1)
"""A tally without a case that is older belongs to one that was never recorded."""


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
        years = [year for year in self._repository.fetch_tallied_years() if year not in published]
        self._register.log("requisitions.counted", access, {"years": years})
        return {year: counted(self._repository.fetch_tallies(year)) for year in years}

    def run(self, keep_alive: Callable[[], None]) -> None:
        """Bring the counts up to date, and publish what is due; may be repeated and killed."""
        self.settle(keep_alive)
        for year in self._due():
            self._publish(year)
            keep_alive()
        self._repository.delete_tallies(newest_due(self._clock.now(), self._zone))

    def settle(self, keep_alive: Callable[[], None]) -> None:
        """Note the end of each case that has ended since."""
        for tally in self._repository.fetch_pending():
            keep_alive()
            settle = partial(self._settle, tally)
            succeeds(settle, "a requisition cannot be counted", requisition=tally.case_id)

    def _settle(self, tally: Tally) -> None:
        try:
            found = self._register.read(tally.case_id)
            self._repository.update_tally(self._tallying.tally(tally, found))
        except Gone:
            return  # its term is over: it counts as it was last known
        except NotFound:
            if self._clock.now() - tally.noted_at > _RECORDED_WITHIN:
                self._repository.delete_tally(tally.case_id)

    def _due(self) -> list[int]:
        """The years since the service came into use whose report is due and not made."""
        started = self._clients.operator().created_at.astimezone(self._zone).year
        first = min([started, *self._repository.fetch_tallied_years()])
        published = {report.year for report in self.reports()}
        due = range(first, newest_due(self._clock.now(), self._zone) + 1)
        return [year for year in due if year not in published]

    def _publish(self, year: int) -> None:
        counts = counted(self._repository.fetch_tallies(year))
        lines = [suppression.line(g, self._bases.citation(g.basis), n) for g, n in counts.items()]
        received = suppression.total([count.received for count in counts.values()])
        self._repository.insert_report(Report(year, published_on(year), received, tuple(lines)))
