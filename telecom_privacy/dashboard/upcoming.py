"""What of a category goes next, when and under which rule: as previews find it, but bounded.

At most `MOST` records are looked at in the nearest of three horizons that holds any: what else goes
within it is told by a preview.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import islice

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.retention.sources import Sources
from telecom_privacy.scope import Role

MOST = 500
_HORIZONS = (timedelta(days=1), timedelta(days=31), timedelta(days=366))


@dataclass(frozen=True, slots=True)
class Upcoming:
    """How many records fall due on a local day under a rule."""

    rule: str
    due_on: date
    count: int


class UpcomingDue:
    def __init__(self, sources: Sources, clock: Clock, zone: tzinfo) -> None:
        self._sources = sources
        self._clock = clock
        self._zone = zone

    def of(self, client: Client, category: str) -> tuple[list[Upcoming], bool]:
        """Return what of the client's processor data falls due next, and whether that is all.

        All of the horizon, that is: the same day is complete unless `MOST` were found.
        """
        source = self._sources.get((category, Role.PROCESSOR))
        if source is None:
            return [], True
        now = self._clock.now()
        for horizon in _HORIZONS:
            due = source(client, client.terms, now + horizon)
            found = list(islice((one for one in due if one.due_at > now), MOST))
            if found:
                return self._counted([(one.rule, one.due_at) for one in found]), len(found) < MOST
        return [], True

    def _counted(self, due: list[tuple[str, datetime]]) -> list[Upcoming]:
        days = Counter((at.astimezone(self._zone).date(), rule) for rule, at in due)
        return [Upcoming(rule, day, count) for (day, rule), count in sorted(days.items())]
