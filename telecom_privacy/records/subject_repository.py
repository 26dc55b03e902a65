"""What `records.repository` asks of whom records are about, and how it finds them by that."""

from collections.abc import Iterable, Iterator, Sequence

from bson import Binary
from pymongo import UpdateOne
from pymongo.collection import Collection

from telecom_privacy.erasure.documents import OPEN, reference_document
from telecom_privacy.records.documents import record_from, subject_document, this_record
from telecom_privacy.records.due_repository import of_kind
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.scope import Scope
from telecom_privacy.storage.batches import one_of
from telecom_privacy.storage.mongo import Document, translating_errors
from telecom_privacy.storage.paging import EARLIEST


class SubjectQueries:
    _collection: Collection[Document]

    def fetch_about(
        self, scope: Scope, category: str, tokens: Sequence[bytes]
    ) -> Iterator[StoredRecord]:
        """Records of a category about a subject that nobody is erasing, oldest first."""
        query = {
            **of_kind(scope, category),
            "subject": one_of([Binary(token) for token in tokens]),
            "occurred_at": {"$gte": EARLIEST},
            "record_id": {"$exists": True},
            **OPEN,
        }
        with translating_errors():
            for document in self._collection.find(query).sort("occurred_at", 1):
                yield record_from(document)

    def fetch_indexed_otherwise(
        self, scope: Scope, category: str, index: int
    ) -> Iterator[StoredRecord]:
        """Records of a category whose subject's token is not of that generation."""
        query = {
            **of_kind(scope, category),
            "occurred_at": {"$gte": EARLIEST},
            "index": {"$nin": [index, None]},
        }
        with translating_errors():
            for document in self._collection.find(query):
                yield record_from(document)

    def update_subjects(self, scope: Scope, records: Iterable[StoredRecord]) -> None:
        """Replace the subject's token of a client's records that still have these keys."""
        writes = [
            UpdateOne(
                {**this_record(one), "key": reference_document(one.key)},
                {"$set": subject_document(one)},
            )
            for one in records
            if one.scope.client_id == scope.client_id
        ]
        if writes:
            with translating_errors():
                self._collection.bulk_write(writes, ordered=False)
