"""Writing what is left of a call without one of its parties, in collection `calls`."""

from bson import Binary

from telecom_privacy.calls.documents import indexed
from telecom_privacy.calls.model import StoredCall
from telecom_privacy.calls.recording_repository import LIVE
from telecom_privacy.calls.repository import CALLS
from telecom_privacy.erasure.documents import OPEN, reference_document
from telecom_privacy.storage.mongo import MongoDatabase, translating_errors


class PartyRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk[CALLS]

    def update_without_party(self, old: StoredCall, new: StoredCall) -> bool:
        """Write the version after `old`, with the tokens that are left.

        False if the call changed, is being erased or has a recording: that goes before, while the
        call still says whose voice it is, or a legal hold on the number would not know it.
        """
        query = {
            "_id": Binary(old.token),
            "record_id": old.record_id,
            "version": old.version,
            "recordings": {"$not": LIVE},
            **OPEN,
        }
        change = {
            "key": reference_document(new.key),
            "payload": Binary(new.payload),
            **indexed(new),
            "party_erased_at": new.party_erased_at,
            "stored_at": new.stored_at,
            "version": old.version + 1,
        }
        with translating_errors():
            return self._collection.update_one(query, {"$set": change}).matched_count == 1
