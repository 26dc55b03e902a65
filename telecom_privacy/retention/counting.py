"""Adding what was erased to the running totals of its certificates, a few erasures at a time.

An erasure is added exactly once, whatever is killed and however many processes do so at once: the
totals name what was added last, nothing is added before the ledger shows that, and what the ledger
shows is not added again.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.certified import CertifiedLedger
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.errors import Conflict
from telecom_privacy.retention.certificate_repository import TotalsRepository
from telecom_privacy.retention.totals import CertifiedDay, Totals
from telecom_privacy.storage.lease import KeepAlive

_AT_ONCE = 20
"""Each has hundreds of records: so many fit into any memory, and take less than a second."""

_ATTEMPTS = 10


class Counting:
    def __init__(
        self,
        repository: TotalsRepository,
        ledger: CertifiedLedger,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._repository = repository
        self._ledger = ledger
        self._clock = clock
        self._zone = zone

    def count_missing(self, keep_alive: KeepAlive, client_id: UUID | None) -> None:
        """Add every finished erasure, or a client's, that has news for a certificate.

        In constant memory; the cost is that of what is new. `keep_alive` is called now and then.
        Raises `Conflict` if others are always faster.
        """
        for some in _portions(self._ledger.uncertified(client_id)):
            self._ledger.mark_uncounted([one.id for one in some if not one.is_certified])
            for about, erasures in self._by_certificate(some).items():
                keep_alive()
                self._count(about, erasures)

    def shown(self, totals: Totals) -> Totals:
        """Let the ledger show what was added last, as a killed process may not have done."""
        if totals.newest:
            self._ledger.mark_counted(totals.id, totals.newest)
            self._repository.mark_shown(totals)
        return totals

    def _count(self, about: CertifiedDay, erasures: Sequence[Erasure]) -> None:
        for _ in range(_ATTEMPTS):
            totals = self.shown(self._repository.fetch_of(about) or Totals(uuid4(), about))
            # After the totals were read: what others add from now on makes `save` refuse.
            missing = self._ledger.still_uncertified(erasures)
            if not missing:
                return
            totals = totals.adding(missing, self._ledger.counted_records(totals.id, missing))
            if self._repository.save(totals, self._clock.now()):
                self.shown(totals)
                return
        raise Conflict("another process counts erasures at the same time")

    def _by_certificate(self, erasures: Sequence[Erasure]) -> dict[CertifiedDay, list[Erasure]]:
        found: defaultdict[CertifiedDay, list[Erasure]] = defaultdict(list)
        for one in erasures:
            if one.is_certified:
                day = one.at.astimezone(self._zone).date()
                found[CertifiedDay(one.client_id, day, one.role)].append(one)
        return found


def _portions(erasures: Iterator[Erasure]) -> Iterator[list[Erasure]]:
    while some := list(islice(erasures, _AT_ONCE)):
        yield some
