"""Sweeps and their lock (bulk database), certificates (audit database)."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.retention.model import LEASE, Sweep, SweepState
from telecom_privacy.storage.lease import Lease
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import Position


class SweepRepository:
    def __init__(self, bulk: MongoDatabase) -> None:
        self._sweeps = bulk["sweeps"]
        self._lease = Lease(bulk, "sweep", LEASE)

    def lock(self, sweep: Sweep) -> bool:
        """Take the lock, or extend one's own. False while another sweep works."""
        return self._lease.take(str(sweep.id), sweep.seen_at)

    def unlock(self, sweep: Sweep) -> None:
        self._lease.release(str(sweep.id))

    def locked_by(self) -> UUID | None:
        owner = self._lease.owner()
        return UUID(owner) if owner else None

    def save(self, sweep: Sweep) -> None:
        with translating_errors():
            self._sweeps.replace_one({"_id": sweep.id}, _document(sweep), upsert=True)

    def fetch(self, sweep_id: UUID) -> Sweep | None:
        with translating_errors():
            found = self._sweeps.find_one({"_id": sweep_id})
        return _sweep(found) if found else None


class CertificateRepository:
    """Collection `certificates`: one per client and local day, the newest revision."""

    def __init__(self, audit: MongoDatabase) -> None:
        self._collection = audit["certificates"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("client", 1), ("day", 1)], unique=True)
            self._collection.create_index("issued_at")
            self._collection.create_index([("client", 1), ("issued_at", 1)])

    def fetch_of_day(self, client_id: UUID, day: str) -> dict[str, Any] | None:
        return self._fetch({"client": client_id, "day": day})

    def fetch(self, certificate_id: UUID) -> tuple[UUID, dict[str, Any]] | None:
        with translating_errors():
            found = self._collection.find_one({"_id": certificate_id})
        return (found["client"], found["certificate"]) if found else None

    def fetch_newest_first(
        self, client_id: UUID | None, until: datetime | None
    ) -> Iterator[tuple[Position, dict[str, Any]]]:
        """All certificates, or a client's, that were issued up to a time, and their places."""
        query: Document = {"client": client_id} if client_id else {}
        if until is not None:
            query["issued_at"] = {"$lte": until}
        with translating_errors():
            for found in self._collection.find(query).sort([("issued_at", -1), ("_id", -1)]):
                yield Position(found["issued_at"], found["_id"].bytes), found["certificate"]

    def save(
        self, certificate_id: UUID, client_id: UUID, issued_at: datetime, certificate: Document
    ) -> None:
        document = {
            "_id": certificate_id,
            "client": client_id,
            "day": certificate["day"],
            "issued_at": issued_at,
            "certificate": certificate,
        }
        with translating_errors():
            self._collection.replace_one({"_id": certificate_id}, document, upsert=True)

    def _fetch(self, query: Document) -> dict[str, Any] | None:
        with translating_errors():
            found = self._collection.find_one(query)
        return found["certificate"] if found else None


def _document(sweep: Sweep) -> Document:
    return {
        "_id": sweep.id,
        "state": sweep.state,
        "started_at": sweep.started_at,
        "seen_at": sweep.seen_at,
        "finished_at": sweep.finished_at,
        "clients": sweep.clients,
        "clients_done": sweep.clients_done,
        "erased": dict(sweep.erased),
        "certificates": sweep.certificates,
    }


def _sweep(found: Document) -> Sweep:
    return Sweep(
        id=found["_id"],
        started_at=found["started_at"],
        seen_at=found["seen_at"],
        state=SweepState(found["state"]),
        finished_at=found["finished_at"],
        clients=found["clients"],
        clients_done=found["clients_done"],
        erased=Counter(found["erased"]),
        certificates=found["certificates"],
    )
