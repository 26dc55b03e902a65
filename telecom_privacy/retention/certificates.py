"""Erasure certificates: signed, without personal data, verified offline (DESIGN §5)."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.note import Signer
from telecom_privacy.audit.receipts import CERTIFICATE, signed
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock, to_text
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import Conflict, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.retention.model import FINAL_CONDITION, STATEMENT
from telecom_privacy.retention.repository import CertificateRepository
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import Position

_PREFIX = b"telecom-privacy/certificate-commitment/v1\n"
_ATTEMPTS = 10


class CertificateService:
    """Issues one certificate per client, local day and role; more erasures that day revise it."""

    def __init__(
        self,
        repository: CertificateRepository,
        eraser: Eraser,
        audit: AuditLog,
        signer: Signer,
        clock: Clock,
        zone: ZoneInfo,
        keystore_backups: timedelta,
    ) -> None:
        self._repository = repository
        self._eraser = eraser
        self._audit = audit
        self._signer = signer
        self._clock = clock
        self._zone = zone
        self._keystore_backups = keystore_backups

    def issue_missing(
        self, actor: str, keep_alive: Callable[[], None], client_id: UUID | None = None
    ) -> list[str]:
        """Certify every finished erasure, or a client's, that is not certified yet.

        Returns the ids. `keep_alive` is called between them.
        """
        groups: defaultdict[tuple[UUID, date, Role], list[UUID]] = defaultdict(list)
        counted: set[tuple[UUID, date, Role]] = set()
        for erasure in self._eraser.uncertified():
            if client_id not in (None, erasure.client_id):
                continue
            group = erasure.client_id, self._day(erasure.at), erasure.role
            groups[group].append(erasure.id)
            if erasure.is_certified:
                counted.add(group)
        issued = []
        for group, erasure_ids in groups.items():
            keep_alive()
            if group in counted:
                issued.append(self._issue(*group, actor))
            self._eraser.mark_certified(erasure_ids)
        return issued

    def page(
        self, access: Access, after: Position | None, limit: int
    ) -> tuple[list[dict[str, Any]], Position | None]:
        """Return the certificates that `access` may see, newest first, and where the next starts.

        A client sees those of its own data, not those of the operator's.
        """
        found = self._repository.fetch_newest_first(_owner(access), after.at if after else None)
        later = (one for one in found if after is None or _order(one[0]) < _order(after))
        page = list(islice(later, limit + 1))
        more = page[limit - 1][0] if len(page) > limit else None
        return [one for _, one in page[:limit]], more

    def read(self, access: Access, certificate_id: UUID) -> dict[str, Any]:
        """Return a certificate. Raises `NotFound`, also for another client's."""
        found = self._repository.fetch(certificate_id, _owner(access))
        if found is None:
            raise NotFound("certificate")
        return found

    def _issue(self, client_id: UUID, day: date, role: Role, actor: str) -> str:
        """Issue the next revision. Another sweep may be faster: then the one after that."""
        for _ in range(_ATTEMPTS):
            now = self._clock.now()
            certificate = self._next_revision(client_id, day, role, actor, now)
            if self._repository.save(client_id, now, certificate):
                return str(certificate["id"])
        raise Conflict("another process issues certificates at the same time")

    def _next_revision(
        self, client_id: UUID, day: date, role: Role, actor: str, now: datetime
    ) -> dict[str, Any]:
        previous = self._repository.fetch_of_day(client_id, day.isoformat(), role)
        erasures = self._finished(client_id, day, role)
        certificate_id = previous["id"] if previous else str(uuid4())
        revision = previous["revision"] + 1 if previous else 1
        commitment = commitment_of(erasures).hex()
        details = {"certificate": certificate_id, "revision": revision, "commitment": commitment}
        event = Event("certificate.issued", actor, now, client_id, details)
        statement = {
            "id": certificate_id,
            "client": str(client_id),
            "day": day.isoformat(),
            "role": role.value,
            "revision": revision,
            "issued_at": to_text(now),
            "counts": _counts(erasures),
            "commitment": commitment,
            "leaf_index": self._audit.append([event])[0].index,
            "keystore_backups_gone_on": self._backups_gone_on(erasures).isoformat(),
            **_finality(erasures),
            "statement": STATEMENT,
            "key": self._audit.verifier_key(),
        }
        return signed(CERTIFICATE, statement, self._signer)

    def _finished(self, client_id: UUID, day: date, role: Role) -> list[Erasure]:
        start, end = (self._midnight(day), self._midnight(day + timedelta(days=1)))
        found = self._eraser.finished(client_id, start, end)
        return [erasure for erasure in found if erasure.role is role and erasure.is_certified]

    def _backups_gone_on(self, erasures: Sequence[Erasure]) -> date:
        """Counted from the day on which the last key was gone, not from the decision."""
        last = max(erasure.destroyed_at or erasure.at for erasure in erasures)
        return self._day(last) + self._keystore_backups

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)


def _finality(erasures: Sequence[Erasure]) -> dict[str, Any]:
    """Final once all of them are; from the root keys made before they still could be opened."""
    times = [erasure.final_at for erasure in erasures if erasure.final_at]
    if len(times) < len(erasures):
        return {"final": False, "final_since": None, "condition": None}
    return {"final": True, "final_since": to_text(max(times)), "condition": FINAL_CONDITION}


def _owner(access: Access) -> tuple[UUID | None, Role] | None:
    return (access.client_id, Role.PROCESSOR) if access.role is ApiRole.CLIENT else None


def _order(position: Position) -> tuple[datetime, bytes]:
    return position.at, position.id


def commitment_of(erasures: Sequence[Erasure]) -> bytes:
    """SHA-256 over the sorted commitments of the ledger's entries (docs/formats.md)."""
    parts = sorted(erasure.commitment for erasure in erasures)
    return hashlib.sha256(_PREFIX + b"".join(parts)).digest()


def _counts(erasures: Iterable[Erasure]) -> list[dict[str, Any]]:
    """How many records went, per rule and category.

    A record whose erasure was begun twice, by a sweep that was killed and by the next one or by
    the client at the same time, went once: under the rule that came first.
    """
    found: Counter[tuple[str, str]] = Counter()
    counted: set[UUID] = set()
    for erasure in erasures:
        records = {item.record_id for item in erasure.items} - counted
        found[erasure.rule, erasure.category] += len(records)
        counted |= records
    return [
        {"rule": rule, "category": category, "count": count}
        for (rule, category), count in sorted(found.items())
        if count
    ]
