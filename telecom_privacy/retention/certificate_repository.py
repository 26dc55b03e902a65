"""Certificates, and the running totals that they are issued from (audit database)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pymongo.errors import DuplicateKeyError

from telecom_privacy.erasure.model import Counted
from telecom_privacy.retention.totals import CertifiedDay, Totals
from telecom_privacy.scope import Role
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import EARLIEST, Position


class CertificateRepository:
    """Collection `certificates`: one per client, local day and role, the newest revision."""

    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit["certificates"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("day", 1), ("role", 1)], unique=True)
            self._collection.create_index([("issued_at", 1), ("_id", 1)])
            own = [("client", 1), ("role", 1), ("issued_at", 1), ("_id", 1)]
            self._collection.create_index(own)

    def fetch(
        self, certificate_id: UUID, owner: tuple[UUID | None, Role] | None
    ) -> dict[str, Any] | None:
        """A certificate; of an owner, that client's in that role only."""
        with translating_errors():
            found = self._collection.find_one({"_id": certificate_id, **_owned(owner)})
        return found["certificate"] if found else None

    def fetch_newest_first(
        self, owner: tuple[UUID | None, Role] | None, until: datetime | None
    ) -> Iterator[tuple[Position, dict[str, Any]]]:
        """All certificates, or an owner's, that were issued up to a time, and their places."""
        query = _owned(owner)
        if until is not None:
            query["issued_at"] = {"$lte": until}
        with translating_errors():
            for found in self._collection.find(query).sort([("issued_at", -1), ("_id", -1)]):
                yield Position(found["issued_at"], found["_id"].bytes), found["certificate"]

    def save(self, client_id: UUID, issued_at: datetime, certificate: Document) -> bool:
        """Store a first revision, or replace the one before. False if another was faster."""
        certificate_id, revision = UUID(certificate["id"]), certificate["revision"]
        document = {
            "_id": certificate_id,
            "client": client_id,
            "day": certificate["day"],
            "role": certificate["role"],
            "issued_at": issued_at,
            "certificate": certificate,
        }
        previous = {"_id": certificate_id, "certificate.revision": revision - 1}
        try:
            with translating_errors():
                result = self._collection.replace_one(previous, document, upsert=revision == 1)
        except DuplicateKeyError:
            return False
        return revision == 1 or result.matched_count == 1


class TotalsRepository:
    """Collection `certificate_totals`: one per certificate, from before it is first issued."""

    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit["certificate_totals"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("day", 1), ("role", 1)], unique=True)
            self._collection.create_index("unissued_since")

    def fetch(self, certificate_id: UUID) -> Totals | None:
        return self._fetch({"_id": certificate_id})

    def fetch_of(self, about: CertifiedDay) -> Totals | None:
        return self._fetch(_about(about))

    def fetch_unissued(self, client_id: UUID | None) -> Iterator[UUID]:
        """The certificates, perhaps of one client, whose newest revision lacks something."""
        query: Document = {"unissued_since": {"$gte": EARLIEST}}
        if client_id is not None:
            query["client"] = client_id
        with translating_errors():
            for found in self._collection.find(query, {"_id": 1}):
                yield found["_id"]

    def save(self, totals: Totals, at: datetime) -> bool:
        """Store the next version, which is to be issued. False if another was faster."""
        previous = {"_id": totals.id, "version": totals.version - 1}
        document = _document(totals) | {"unissued_since": at}
        try:
            with translating_errors():
                result = self._collection.replace_one(
                    previous, document, upsert=totals.version == 1
                )
        except DuplicateKeyError:
            return False
        return totals.version == 1 or result.matched_count == 1

    def mark_shown(self, totals: Totals) -> None:
        """Record that the ledger shows what was counted last."""
        self._update(totals, {"$set": {"newest": []}})

    def mark_issued(self, totals: Totals) -> None:
        """Record that the certificate says what this version sums up."""
        self._update(totals, {"$unset": {"unissued_since": 1}})

    def _update(self, totals: Totals, change: Document) -> None:
        """Change this version; nothing if there is a later one."""
        with translating_errors():
            self._collection.update_one({"_id": totals.id, "version": totals.version}, change)

    def _fetch(self, query: Document) -> Totals | None:
        with translating_errors():
            found = self._collection.find_one(query)
        return _totals(found) if found else None


def _owned(owner: tuple[UUID | None, Role] | None) -> Document:
    return {} if owner is None else {"client": owner[0], "role": owner[1]}


def _about(about: CertifiedDay) -> Document:
    return {"client": about.client_id, "day": about.day.isoformat(), "role": about.role}


def _document(totals: Totals) -> Document:
    return {
        "_id": totals.id,
        **_about(totals.about),
        "version": totals.version,
        "counts": [
            {"rule": rule, "category": category, "count": count}
            for (rule, category), count in totals.counts.items()
        ],
        "commitment": totals.commitment,
        "erasures": totals.erasures,
        "not_final": totals.not_final,
        "destroyed_at": totals.destroyed_at,
        "final_at": totals.final_at,
        "newest": [_counted_document(one) for one in totals.newest],
    }


def _counted_document(counted: Counted) -> Document:
    return {
        "erasure": counted.erasure_id,
        "place": counted.place,
        "is_final": counted.is_final,
        "deferred": list(counted.deferred),
    }


def _totals(found: Document) -> Totals:
    return Totals(
        id=found["_id"],
        about=CertifiedDay(found["client"], date.fromisoformat(found["day"]), Role(found["role"])),
        version=found["version"],
        counts={(one["rule"], one["category"]): one["count"] for one in found["counts"]},
        commitment=bytes(found["commitment"]),
        erasures=found["erasures"],
        not_final=found["not_final"],
        destroyed_at=found["destroyed_at"],
        final_at=found["final_at"],
        newest=tuple(
            Counted(one["erasure"], one["place"], one["is_final"], tuple(one["deferred"]))
            for one in found["newest"]
        ),
    )
