"""What `records.repository` asks of consents: what rests on them, and what was begun of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bson import Binary
from pymongo.collection import Collection

from telecom_privacy.erasure.documents import OPEN
from telecom_privacy.records.documents import (
    record_from,
    revoking_document,
    this_record,
)
from telecom_privacy.records.due_repository import of_kind
from telecom_privacy.records.model import CONSENT, Revoking, StoredRecord
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.mongo import Document, translating_errors
from telecom_privacy.storage.paging import EARLIEST


class ConsentQueries:
    _collection: Collection[Document]

    def fetch_revoking(self, before: datetime) -> list[StoredRecord]:
        """The consents of all clients whose revocation was begun up to a time, and not finished."""
        with translating_errors():
            found = list(self._collection.find({"revoking.at": {"$gte": EARLIEST, "$lte": before}}))
        return [record_from(one) for one in found]

    def finish_revoking(self, consent: StoredRecord, revoking: Revoking) -> None:
        query = {**this_record(consent), "revoking": revoking_document(revoking)}
        with translating_errors():
            self._collection.update_one(query, {"$unset": {"revoking": 1}})

    def fetch_proving(self, before: datetime) -> list[StoredRecord]:
        """The consents of all clients whose proof was begun up to a time, and not finished."""
        with translating_errors():
            found = list(self._collection.find({"proving": {"$gte": EARLIEST, "$lte": before}}))
        return [record_from(one) for one in found]

    def fetch_proving_of(self, scope: Scope) -> list[StoredRecord]:
        """Those of one client and role, whenever that was."""
        found = {"occurred_at": {"$gte": EARLIEST}, "proving": {"$exists": True}}
        query = {**of_kind(scope, CONSENT), **found}
        with translating_errors():
            return [record_from(one) for one in self._collection.find(query)]

    def finish_proving(self, consent: StoredRecord) -> None:
        """Take the intent away, unless the consent has changed since, with an intent of its own."""
        query = {**this_record(consent), "version": consent.version}
        with translating_errors():
            self._collection.update_one(query, {"$unset": {"proving": 1}})

    def fetch_covering(self, scope: Scope, covers: bytes) -> list[StoredRecord]:
        """The consents with a token of what rests on them."""
        query = {"client": scope.client_id, "covers": Binary(covers), "role": scope.role}
        with translating_errors():
            return [record_from(document) for document in self._collection.find(query)]

    def fetch_matching(
        self, scope: Scope, category: str, equal: Mapping[str, Any]
    ) -> Iterator[StoredRecord]:
        """The records of a category with the given values that nobody is erasing."""
        query = {**of_kind(scope, category), "occurred_at": {"$gte": EARLIEST}, **equal, **OPEN}
        with translating_errors():
            for document in self._collection.find(query):
                yield record_from(document)

    def fetch_refused(self, scope: Scope, covers: Sequence[bytes]) -> list[datetime]:
        """When consents with one of these tokens were revoked, erased ones included."""
        wanted = {"$in": [Binary(token) for token in covers]}
        query = {"client": scope.client_id, "refused.covers": wanted, "role": scope.role}
        with translating_errors():
            return [found["refused"]["at"] for found in self._collection.find(query)]

    def fetch_refusing(self, now: datetime) -> set[Scope]:
        """Whose tombstones that refuse something have served the time of any tombstone."""
        with translating_errors():
            found = self._collection.find(_refusing_until(now), {"client": 1, "role": 1})
            return {Scope(one["client"], NO_ID, Role(one["role"])) for one in found}

    def renew_refusals(self, scope: Scope, now: datetime, until: datetime) -> None:
        """Keep those tombstones for longer."""
        query = {**_refusing_until(now), "client": scope.client_id, "role": scope.role}
        with translating_errors():
            self._collection.update_many(query, {"$set": {"forget_at": until}})


def _refusing_until(now: datetime) -> Document:
    return {"forget_at": {"$gte": EARLIEST, "$lte": now}, "refused": {"$exists": True}}
