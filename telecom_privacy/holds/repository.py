"""Holds (audit database, which no restore of data takes back)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from bson import Binary

from telecom_privacy.erasure.documents import current_key
from telecom_privacy.erasure.model import DocumentId
from telecom_privacy.holds.documents import (
    act_document,
    at_place,
    hold_document,
    hold_from,
    of_client,
    of_persons,
)
from telecom_privacy.holds.model import Act, StoredHold
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.scope import NO_ID, Role
from telecom_privacy.storage.batches import batches, one_of, queries_by_id
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST

HOLDS = "holds"

FEW_PLACES = 10
"""Documents that are asked about together with all else."""

_MANY = 100


@dataclass(frozen=True, slots=True)
class Concerning:
    """The holds in force that may keep something, but for those of claims about persons.

    `is_of_persons` where there may be some of these, too: `HoldRepository.fetch_claims` finds them.
    """

    holds: list[StoredHold]
    is_of_persons: bool

    @property
    def has_any(self) -> bool:
        return bool(self.holds) or self.is_of_persons


class HoldRepository:
    """Collection `holds` of the audit database."""

    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit[HOLDS]

    def create_indexes(self) -> None:
        with translating_errors():
            owned = [("in_force", 1), ("client", 1), ("role", 1), ("record", 1)]
            self._collection.create_index(owned)
            self._collection.create_index([("in_force", 1), ("remind_on", 1)])
            self._collection.create_index([("claim", 1), ("in_force", 1)])
            self._collection.create_index([("place", 1), ("in_force", 1)])
            self._collection.create_index("asked_by")
            self._collection.create_index("emptying")
            self._collection.create_index("requisition")
            self._collection.create_index([("in_force", 1), ("lapses_at", 1)])

    def insert(self, hold: StoredHold) -> None:
        with translating_errors():
            self._collection.insert_one(hold_document(hold))

    def current_key(self, document_id: DocumentId) -> KeyReference | None:
        """See `erasure.recovery.KeyHolder`."""
        return current_key(self._collection, document_id)

    def fetch(self, hold_id: UUID) -> StoredHold | None:
        with translating_errors():
            found = self._collection.find_one({"_id": hold_id})
        return hold_from(found) if found else None

    def fetch_all(self) -> Iterator[StoredHold]:
        with translating_errors():
            for document in self._collection.find():
                yield hold_from(document)

    def has_any(self, client_id: UUID) -> bool:
        """Whether a hold in force may concern a client."""
        return self._has({"client": client_id}) or self._has({"client": NO_ID, "role": None})

    def fetch_concerning(
        self, client_id: UUID, role: Role, places: Sequence[DocumentId]
    ) -> Concerning:
        """The holds in force that may keep what lies in some documents of a client, in one role.

        One query, whatever there is, for few documents.
        """
        wanted = [of_client(client_id), of_client(NO_ID), *map(at_place, places[:FEW_PLACES])]
        persons = of_persons(client_id, role)
        found = self._fetch_asked([*wanted, persons], _MANY)
        if len(found) >= _MANY:  # a client may place any number of claims for persons
            concerning = Concerning(self._fetch_asked(wanted), is_of_persons=True)
        else:
            others = [hold for hold in found if not hold.is_of_person]
            concerning = Concerning(others, is_of_persons=len(others) < len(found))
        if further := places[FEW_PLACES:]:
            concerning.holds.extend(self._fetch_further(client_id, role, further))
        return concerning

    def _fetch_further(
        self, client_id: UUID, role: Role, places: Iterable[DocumentId]
    ) -> list[StoredHold]:
        """Those of claims of what lies in many more documents: most clients have no claims."""
        if not self._has({"client": client_id, "role": role}):
            return []
        return self.fetch_claims_at(client_id, places)

    def _fetch_asked(self, asked_by: Sequence[str], most: int = 0) -> list[StoredHold]:
        with translating_errors():
            found = list(self._collection.find({"asked_by": {"$in": asked_by}}).limit(most))
        return [hold_from(document) for document in found]

    def fetch_of_persons(self, client_id: UUID, role: Role) -> list[StoredHold]:
        """The holds in force of claims that need all that is about some person."""
        return self._fetch_in_force({"client": client_id, "role": role, "record": None})

    def fetch_claims(self, client_id: UUID, marks: Iterable[bytes]) -> list[StoredHold]:
        """The holds in force that stand with some restrictions of a client."""
        return self._fetch_claims(client_id, "claim", marks)

    def fetch_claims_at(self, client_id: UUID, places: Iterable[DocumentId]) -> list[StoredHold]:
        """The holds in force of claims that need what lies, or lay, in some documents."""
        return self._fetch_claims(client_id, "place", places)

    def fetch_to_remind(self, today: date) -> list[StoredHold]:
        """The holds in force whose review has come and of which nobody was reminded yet."""
        return self._fetch_in_force({"remind_on": {"$gt": "", "$lte": today.isoformat()}})

    def fetch_lapsing(self, now: datetime) -> list[StoredHold]:
        """The holds in force whose time is over."""
        return self._fetch_in_force({"lapses_at": {"$gte": EARLIEST, "$lte": now}})

    def fetch_of_requisitions(self) -> list[StoredHold]:
        """Those in force that serve cases: these alone have an end from the start."""
        return self._fetch_in_force({"lapses_at": {"$gte": EARLIEST}})

    def in_force(self, hold_ids: Iterable[UUID]) -> set[UUID]:
        """Those of some holds that are in force."""
        found: set[UUID] = set()
        for query in queries_by_id(hold_ids):
            with translating_errors():
                rows = list(self._collection.find({**query, "in_force": True}, {"_id": 1}))
            found |= {row["_id"] for row in rows}
        return found

    def fetch_in_force(self, hold_ids: Iterable[UUID]) -> list[StoredHold]:
        """Those of some holds that are in force."""
        queries = queries_by_id(hold_ids)
        return [hold for query in queries for hold in self._fetch_in_force(query)]

    def update_review(self, hold_id: UUID, review_on: date) -> bool:
        """Put off the review of a hold. False if it is not in force."""
        day = review_on.isoformat()
        query = {"_id": hold_id, "in_force": True}
        return self._update(query, {"review_on": day, "remind_on": day})

    def update_reminded(self, hold: StoredHold) -> None:
        """Record that was reminded of the hold's review."""
        query = {"_id": hold.id, "remind_on": hold.review_on.isoformat()}
        with translating_errors():
            self._collection.update_one(query, {"$unset": {"remind_on": 1}})

    def ask_release(self, hold_id: UUID, act: Act) -> bool:
        """Record the first person who releases. False if there was one, or it is not in force."""
        unasked = {"_id": hold_id, "in_force": True, "release_asked": {"$exists": False}}
        return self._update(unasked, {"release_asked": act_document(act)})

    def release(self, hold_id: UUID, act: Act) -> bool:
        """Record the second person, who is not the first. False if that does not hold."""
        asked = {"$exists": True, "$ne": act.by}  # the first person's id
        return self._release({"_id": hold_id, "in_force": True, "release_asked.by": asked}, act)

    def release_claim(self, hold_id: UUID, act: Act) -> bool:
        """Record that the claim of a hold is over. False if it is not in force."""
        return self._release({"_id": hold_id, "in_force": True, "claim": {"$exists": True}}, act)

    def fetch_of_requisition(self, case_id: UUID) -> list[StoredHold]:
        """The holds that serve a case, those too that are not in force any more."""
        with translating_errors():
            return [hold_from(one) for one in self._collection.find({"requisition": case_id})]

    def extend(self, hold_id: UUID, lapses_at: datetime) -> bool:
        """Let a hold lapse at another time. False if it is not in force."""
        return self._update({"_id": hold_id, "in_force": True}, {"lapses_at": lapses_at})

    def lapse(self, hold_id: UUID, act: Act) -> bool:
        """Release a hold whose time is over. False if it is not, or the hold not in force."""
        return self._release({"_id": hold_id, "in_force": True, "lapses_at": {"$lte": act.at}}, act)

    def fetch_emptying(self) -> list[StoredHold]:
        """The released holds that may still keep something."""
        with translating_errors():
            return [hold_from(one) for one in self._collection.find({"emptying": True})]

    def update_emptied(self, hold_id: UUID) -> None:
        with translating_errors():
            self._collection.update_one({"_id": hold_id}, {"$unset": {"emptying": 1}})

    def _has(self, query: Document) -> bool:
        with translating_errors():
            return self._collection.find_one({"in_force": True, **query}, {"_id": 1}) is not None

    def _fetch_claims(
        self, client_id: UUID, field: str, values: Iterable[DocumentId]
    ) -> list[StoredHold]:
        # Without the client in the query: with it some servers choose an index by that alone.
        stored = (Binary(value) if isinstance(value, bytes) else value for value in values)
        return [
            hold
            for some in batches(stored)
            for hold in self._fetch_in_force({field: one_of(some)})
            if hold.reach.client_id == client_id
        ]

    def _fetch_in_force(self, query: Document) -> list[StoredHold]:
        with translating_errors():
            found = list(self._collection.find({"in_force": True, **query}))
        return [hold_from(document) for document in found]

    def _release(self, query: Document, act: Act) -> bool:
        values = {"released": act_document(act), "in_force": False, "emptying": True}
        with translating_errors():
            change = {"$set": values, "$unset": {"asked_by": 1}}
            return self._collection.update_one(query, change).matched_count == 1

    def _update(self, query: Document, change: Document) -> bool:
        with translating_errors():
            return self._collection.update_one(query, {"$set": change}).matched_count == 1
