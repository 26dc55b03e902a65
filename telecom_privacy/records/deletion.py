"""Erasing records because somebody decided it, not because a sweep found them due."""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from telecom_privacy.clock import Clock
from telecom_privacy.erasure.deletion import BATCH, Deletion
from telecom_privacy.erasure.model import Closing
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.records.consent_proof import ConsentProofs
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.scope import Scope


class RecordDeletion(Deletion[StoredRecord]):
    """Order: the record is closed, with the intent recorded in it → it goes with its content.

    The proof of a consent says in between that nobody relies on it any more.
    """

    def __init__(
        self,
        repository: RecordRepository,
        proofs: ConsentProofs,
        eraser: Eraser,
        clock: Clock,
    ) -> None:
        super().__init__(repository, clock)
        self._repository = repository
        self._proofs = proofs
        self._eraser = eraser

    def require_unheld(self, record: StoredRecord) -> None:
        """Raise `Held` if a legal hold keeps a record. Only for staff who may know of holds."""
        scope = record.scope
        self._eraser.require_unheld(scope.client_id, scope.role, record.category, record.items)

    def delete_of_licence(self, licence: Scope, rule: str, actor: str) -> Iterator[int]:
        """Erase all records of a licence in the scope's role; may be repeated.

        Yields, after each batch, how many it had: whoever asks for no more ends it there.
        """
        found = self._repository.fetch_of_licence(licence)
        for _, same in groupby(found, key=lambda record: record.category):
            while batch := list(islice(same, BATCH)):
                self._delete_all(batch, rule, actor)
                yield len(batch)

    def _erase_closed(self, stored: Sequence[StoredRecord], closing: Closing) -> None:
        """All of them of one category."""
        self._proofs.conclude(stored, closing)
        items = [item for record in stored for item in record.items]
        self._eraser.erase(
            stored[0].scope.client_id,
            stored[0].scope.role,
            stored[0].category,
            closing.rule,
            items,
            closing.actor,
            closing.action,
        )

    def delete_content(self, record: StoredRecord, rule: str, actor: str) -> None:
        """Erase the content of a record, which stays; no error if it has none."""
        if item := record.content_item:
            scope = record.scope
            self._eraser.erase(scope.client_id, scope.role, record.category, rule, [item], actor)

    def _current(self, stored: Sequence[StoredRecord]) -> list[StoredRecord]:
        """As they are now: before they were closed they may have been given content.

        Without consents that were revoked at the same moment: recovery erases them, too, but after
        what rests on them.
        """
        if not stored:
            return []
        tokens = [record.token for record in stored]
        found = self._repository.fetch_many(stored[0].scope, tokens).values()
        records = (record for record in found if isinstance(record, StoredRecord))
        return [record for record in records if record.revoking is None]
