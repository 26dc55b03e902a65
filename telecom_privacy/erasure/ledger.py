"""The erasure ledger as a whole: for a replay after a restore, and for making erasures final."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.repository import ErasureRepository


class Ledger:
    def __init__(self, repository: ErasureRepository) -> None:
        self._repository = repository

    def all(self) -> Iterator[Erasure]:
        """Every erasure that was ever decided, oldest first."""
        return self._repository.fetch_all()

    def choose(self, run: UUID, cutoff: datetime) -> int:
        """Let a run make final what was finished by now and decided up to a time.

        Returns how many it has chosen. May be repeated until keys are replaced, not later: what is
        erased then may lie below new keys.
        """
        return self._repository.choose(run, cutoff)

    def chosen(self, run: UUID) -> Iterator[Erasure]:
        return self._repository.fetch_chosen(run)

    def count_chosen(self, run: UUID) -> int:
        return self._repository.count_chosen(run)

    def mark_final(self, run: UUID, at: datetime) -> None:
        """Make final what a run chose. Certificates are to be revised."""
        self._repository.mark_final(run, at)
