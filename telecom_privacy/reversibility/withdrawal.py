"""Which packages go because a record in them went (`erasure.copies.Copies`)."""

from collections.abc import Sequence
from uuid import UUID

from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.reversibility.members import bucketed
from telecom_privacy.reversibility.model import State, StoredExport
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.scope import NO_ID, Role, Scope


class Packages:
    def __init__(self, repository: ExportRepository) -> None:
        self._repository = repository

    def holding(self, client_id: UUID, records: Sequence[UUID]) -> Sequence[ErasedItem]:
        """See `erasure.copies.Copies`."""
        living = self._repository.fetch_living(Scope(client_id, NO_ID, Role.PROCESSOR))
        return [export.item for export in living if self._holds(export, records)]

    def _holds(self, export: StoredExport, records: Sequence[UUID]) -> bool:
        if export.state is State.PREPARING and self._repository.disturb(export, records):
            return False
        return self._repository.holds_any(export.making, bucketed(records))
