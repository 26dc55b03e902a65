"""What would go, when and under which rule (DESIGN §5)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from telecom_privacy.clients.history import Agreed
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Invalid
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import Duration
from telecom_privacy.retention.model import Forecast
from telecom_privacy.retention.sources import Sources
from telecom_privacy.scope import Role

_FARTHEST = timedelta(days=36525)


@dataclass(frozen=True, slots=True)
class Supposed:
    """What a preview supposes to be agreed from now on; None: as it is.

    With `where_possible` a term is supposed only of clients that could agree it.
    """

    storage_extension: bool | None = None
    policy: str | None = None
    terms: Mapping[str, Duration] = field(default_factory=dict)
    where_possible: bool = False


class PreviewService:
    def __init__(
        self, clients: ClientService, sources: Sources, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._clients = clients
        self._sources = sources
        self._clock = clock
        self._zone = zone

    def due_until(
        self,
        clients: Iterable[Client],
        roles: Collection[Role],
        on: date,
        supposing: Supposed | None = None,
    ) -> list[Forecast]:
        """Count what falls due up to the end of a local day, per client, category, rule and day.

        `roles` are those of the operator in which the data is looked at. `supposing` asks what
        would be if something else were agreed from now on; shorter terms wait for the grace there,
        too. Raises `Invalid` for a day that has passed, or that lies more than 100 years ahead,
        and for what could not be agreed.
        """
        today = self._clock.now().astimezone(self._zone).date()
        if on < today:
            raise Invalid({"on": ["Lies in the past."]})
        if on - today > _FARTHEST:
            raise Invalid({"on": ["Lies more than 100 years ahead."]})
        end = datetime.combine(on + timedelta(days=1), time(), self._zone)
        return [
            forecast
            for client in clients
            for forecast in self._of_client(client, roles, self._terms(client, supposing), end)
        ]

    def _terms(self, client: Client, supposing: Supposed | None) -> Terms:
        if supposing is None:
            return client.terms
        terms: Agreed = supposing.terms
        if supposing.where_possible:
            terms = self._clients.agreeable(client, supposing.policy, terms)
        return self._clients.supposed(client, supposing.storage_extension, supposing.policy, terms)

    def _of_client(
        self, client: Client, roles: Collection[Role], terms: Terms, end: datetime
    ) -> list[Forecast]:
        counts: Counter[tuple[str, str, date]] = Counter()
        chosen = ((c, source) for (c, role), source in self._sources.items() if role in roles)
        for category, source in chosen:
            for due in source(client, terms, end):
                if due.due_at < end:
                    counts[category, due.rule, due.due_at.astimezone(self._zone).date()] += 1
        return [
            Forecast(client.external_id, category, rule, day, count)
            for (category, rule, day), count in sorted(counts.items())
        ]
