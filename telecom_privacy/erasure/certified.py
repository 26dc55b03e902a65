"""The ledger as certificates count it: each finished erasure once, and again when it is final."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.certified_repository import CertifiedRepository
from telecom_privacy.erasure.model import Counted, CountedRecord, Deferred, ErasedItem, Erasure


class CertifiedLedger:
    def __init__(self, repository: CertifiedRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock

    def uncertified(self, client_id: UUID | None = None) -> Iterator[Erasure]:
        """The finished erasures, or a client's, with news for a certificate, oldest first.

        What is marked meanwhile may still be among them: see `still_uncertified`.
        """
        return self._repository.fetch_uncertified(self._clock.now(), client_id)

    def still_uncertified(self, erasures: Sequence[Erasure]) -> list[Erasure]:
        """Those of a few `erasures` that still have news, as they are now."""
        return self._repository.fetch_still_uncertified(erasures)

    def counted_records(
        self, certificate_id: UUID, erasures: Sequence[Erasure]
    ) -> frozenset[CountedRecord]:
        """The records of `erasures` that a certificate counts already, in another erasure."""
        return self._repository.fetch_counted_records(certificate_id, erasures)

    def mark_uncounted(self, erasure_ids: Collection[UUID]) -> None:
        """Mark erasures that no certificate counts."""
        self._repository.mark_uncounted(erasure_ids)

    def mark_counted(self, certificate_id: UUID, counted: Sequence[Counted]) -> None:
        """Mark what a certificate counts. May be repeated; what became final since stays news."""
        self._repository.mark_counted(certificate_id, counted)

    def deferred(self, certificate_id: UUID) -> Iterator[Deferred]:
        """What a certificate counts and a hold kept. Only for staff who may know of holds."""
        return self._repository.fetch_deferred(certificate_id)

    def released(self, items: Sequence[ErasedItem]) -> Mapping[UUID, datetime]:
        """Which records of `items` were destroyed after their holds were released, and when."""
        return self._repository.fetch_released(items)
