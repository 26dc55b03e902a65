"""Which packages go: because a record in them went, or because their time is over."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.erasure.model import COPY, DueItem, ErasedItem
from telecom_privacy.policies.due import Terms
from telecom_privacy.reversibility.members import bucketed
from telecom_privacy.reversibility.model import State, StoredExport
from telecom_privacy.reversibility.obedience import ObeyedTerms
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.scope import NO_ID, Role, Scope


class Packages:
    """Knows which records lie in which packages (`erasure.copies.Copies`)."""

    def __init__(self, repository: ExportRepository) -> None:
        self._repository = repository

    def holding(self, client_id: UUID, records: Sequence[UUID]) -> Sequence[ErasedItem]:
        """See `erasure.copies.Copies`."""
        return [one.item for one in self._living(client_id) if self._holds(one, records)]

    def living(self, client_id: UUID) -> Sequence[ErasedItem]:
        """See `erasure.copies.Copies`."""
        return [export.item for export in self._living(client_id)]

    def _living(self, client_id: UUID) -> Sequence[StoredExport]:
        return self._repository.fetch_living(Scope(client_id, NO_ID, Role.PROCESSOR))

    def _holds(self, export: StoredExport, records: Sequence[UUID]) -> bool:
        if export.state is State.PREPARING and self._repository.disturb(export, records):
            return False
        return self._repository.holds_any(export.making, bucketed(records))


class DuePackages:
    """The packages whose time is over, or whose terms are (`retention.sources.DueSource`)."""

    def __init__(self, repository: ExportRepository, terms: ObeyedTerms) -> None:
        self._repository = repository
        self._terms = terms

    def __call__(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        del terms  # its time is that of the first record in it, by the terms it was made by
        released_at, scope = client.history.released_at, client.scope(Role.PROCESSOR)
        for export in self._repository.fetch_living(scope):
            if released_at is not None and released_at <= now:
                yield DueItem(export.item, released_at, COPY)
            elif export.is_over(now):
                yield DueItem(export.item, export.expires_at or now, COPY)
            elif export.state is State.READY and not self._terms.are_of(export, client):
                yield DueItem(export.item, now, COPY)
