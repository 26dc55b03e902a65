"""What `records.repository` asks of consents: what they cover, and what was begun of them."""

from collections.abc import Sequence
from datetime import datetime

from bson import Binary
from pymongo.collection import Collection

from telecom_privacy.records.documents import record_from, revoking_document, this_record
from telecom_privacy.records.model import Revoking, StoredRecord
from telecom_privacy.scope import Scope
from telecom_privacy.storage.mongo import Document, translating_errors


class ConsentQueries:
    _collection: Collection[Document]

    def fetch_revoking(self, before: datetime) -> list[StoredRecord]:
        """The consents of all clients whose revocation was begun up to a time, and not finished."""
        with translating_errors():
            found = list(self._collection.find({"revoking.at": {"$lte": before}}))
        return [record_from(one) for one in found]

    def finish_revoking(self, consent: StoredRecord, revoking: Revoking) -> None:
        query = {**this_record(consent), "revoking": revoking_document(revoking)}
        with translating_errors():
            self._collection.update_one(query, {"$unset": {"revoking": 1}})

    def fetch_covering(self, scope: Scope, covers: bytes) -> list[StoredRecord]:
        """The consents with a token of what rests on them."""
        query = {"client": scope.client_id, "covers": Binary(covers), "role": scope.role}
        with translating_errors():
            return [record_from(document) for document in self._collection.find(query)]

    def refuse(self, consent: StoredRecord, at: datetime) -> None:
        """Let the tombstone of a consent say that it was revoked, and when."""
        if consent.covers:
            change = {"$set": {"refused": {"covers": Binary(consent.covers), "at": at}}}
            with translating_errors():
                self._collection.update_one(this_record(consent), change)

    def fetch_refused(self, scope: Scope, covers: Sequence[bytes]) -> list[datetime]:
        """When erased consents with one of these tokens were revoked."""
        wanted = {"$in": [Binary(token) for token in covers]}
        query = {"client": scope.client_id, "refused.covers": wanted, "role": scope.role}
        with translating_errors():
            return [found["refused"]["at"] for found in self._collection.find(query)]
