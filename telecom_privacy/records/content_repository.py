"""What `records.repository` does with the binary content that a record may have."""

from datetime import datetime
from uuid import UUID, uuid4

from bson import Binary
from pymongo.collection import Collection

from telecom_privacy.erasure.documents import OPEN
from telecom_privacy.records.documents import content_document, this_record
from telecom_privacy.records.model import StoredContent, StoredRecord
from telecom_privacy.storage.mongo import Document, translating_errors


class ContentQueries:
    _collection: Collection[Document]

    def attach_content(self, record: StoredRecord, content: StoredContent, at: datetime) -> bool:
        """Give a live record its content. False if it has or had one, or is being erased."""
        return self._set_first(record, {"content": content_document(content), "stored_at": at})

    def end_content(self, record: StoredRecord, at: datetime) -> bool:
        """Let a live record take no content any more. False if it has or had some."""
        return self._set_first(record, {"content": {"id": uuid4(), "gone_at": at}})

    def lists_content(self, token: bytes, content_id: UUID) -> bool:
        """Whether the record of this token has, or had, this content."""
        query = {"_id": Binary(token), "content.id": content_id}
        with translating_errors():
            return self._collection.find_one(query, {"_id": 1}) is not None

    def _set_first(self, record: StoredRecord, values: Document) -> bool:
        query = {**this_record(record), **OPEN, "content": {"$exists": False}}
        with translating_errors():
            result = self._collection.update_one(query, {"$set": values})
        return result.matched_count == 1
