"""What of a certificate was really destroyed, and what a hold kept: for the DPO alone (DESIGN §5).

It stands outside the signed certificate, which is the same whether or not a hold exists.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.certified import CertifiedLedger
from telecom_privacy.errors import NotFound
from telecom_privacy.retention.certificate_repository import TotalsRepository
from telecom_privacy.retention.counting import Counting
from telecom_privacy.retention.totals import Rule, Totals


@dataclass(frozen=True, slots=True)
class DestroyedLater:
    """How many records were destroyed on a local day, when no hold kept them any more."""

    day: date
    count: int


@dataclass(frozen=True, slots=True)
class DestructionCount:
    """Records of one rule and category: `erased` is the sum of all the others.

    `destroyed` went at once, `withheld` is what a hold still keeps.
    """

    rule: str
    category: str
    erased: int
    destroyed: int
    withheld: int
    destroyed_later: list[DestroyedLater]


@dataclass(frozen=True, slots=True)
class Destruction:
    certificate: UUID
    counts: list[DestructionCount]


class DestructionService:
    def __init__(
        self,
        repository: TotalsRepository,
        counting: Counting,
        ledger: CertifiedLedger,
        audit: AuditLog,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._repository = repository
        self._counting = counting
        self._ledger = ledger
        self._audit = audit
        self._clock = clock
        self._zone = zone

    def read(self, actor: str, certificate_id: UUID) -> Destruction:
        """Count what became of the records of a certificate; logged, of no client.

        In constant memory; the cost is that of what a hold kept. Raises `NotFound`.
        """
        totals = self._repository.fetch(certificate_id)
        if totals is None:
            raise NotFound("certificate")
        # Else what was counted a moment ago would pass for destroyed.
        self._counting.shown(totals)
        counts = list(self._counted(totals))
        details = {"certificate": str(certificate_id)}
        self._audit.append([Event("destruction.read", actor, self._clock.now(), details=details)])
        return Destruction(certificate_id, counts)

    def _counted(self, totals: Totals) -> Iterator[DestructionCount]:
        deferred, later = self._deferred(totals.id)
        for rule, erased in sorted(totals.counts.items()):
            if erased:
                since = [DestroyedLater(day, n) for day, n in sorted(later[rule].items())]
                withheld = deferred[rule] - sum(later[rule].values())
                yield DestructionCount(*rule, erased, erased - deferred[rule], withheld, since)

    def _deferred(self, certificate_id: UUID) -> tuple[Counter[Rule], dict[Rule, Counter[date]]]:
        """How many records were withheld, and when those that are not any more were destroyed."""
        deferred: Counter[Rule] = Counter()
        later: defaultdict[Rule, Counter[date]] = defaultdict(Counter)
        for one in self._ledger.deferred(certificate_id):
            rule = one.rule, one.category
            deferred[rule] += len({item.record_id for item in one.items})
            released = self._ledger.released(one.items).values()
            later[rule].update(moment.astimezone(self._zone).date() for moment in released)
        return deferred, later
