"""Erasure certificates: signed, without personal data, verified offline (DESIGN §5)."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
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
from telecom_privacy.erasure.model import REPLACED, Erasure
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.retention.model import STATEMENT
from telecom_privacy.retention.repository import CertificateRepository
from telecom_privacy.storage.paging import Position

_PREFIX = b"telecom-privacy/certificate-commitment/v1\n"


class CertificateService:
    """Issues one certificate per client and local day; more erasures that day revise it."""

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

    def issue_missing(self, actor: str) -> list[str]:
        """Certify every finished erasure that is not certified yet. Returns the ids."""
        groups: defaultdict[tuple[UUID, date], list[Erasure]] = defaultdict(list)
        for erasure in self._eraser.uncertified():
            groups[erasure.client_id, self._day(erasure.at)].append(erasure)
        issued = []
        for (client_id, day), erasures in groups.items():
            if any(erasure.rule != REPLACED for erasure in erasures):
                issued.append(self._issue(client_id, day, actor))
            self._eraser.mark_certified(erasure.id for erasure in erasures)
        return issued

    def page(
        self, access: Access, after: Position | None, limit: int
    ) -> tuple[list[dict[str, Any]], Position | None]:
        """Return certificates, newest first, and where the next page starts."""
        found = self._repository.fetch_newest_first(access.client_id, after.at if after else None)
        later = (one for one in found if after is None or _order(one[0]) < _order(after))
        page = list(islice(later, limit))
        return [one for _, one in page], page[-1][0] if len(page) == limit else None

    def read(self, access: Access, certificate_id: UUID) -> dict[str, Any]:
        """Return a certificate. Raises `NotFound`, also for another client's."""
        found = self._repository.fetch(certificate_id)
        if found is None or (access.role is ApiRole.CLIENT and found[0] != access.client_id):
            raise NotFound("certificate")
        return found[1]

    def _issue(self, client_id: UUID, day: date, actor: str) -> str:
        start, end = (self._midnight(day), self._midnight(day + timedelta(days=1)))
        erasures = [e for e in self._eraser.finished(client_id, start, end) if e.rule != REPLACED]
        previous = self._repository.fetch_of_day(client_id, day.isoformat())
        certificate_id = previous["id"] if previous else str(uuid4())
        revision = previous["revision"] + 1 if previous else 1
        commitment = commitment_of(erasures).hex()
        now = self._clock.now()
        details = {"certificate": certificate_id, "revision": revision, "commitment": commitment}
        event = Event("certificate.issued", actor, now, client_id, details)
        statement = {
            "id": certificate_id,
            "client": str(client_id),
            "day": day.isoformat(),
            "revision": revision,
            "issued_at": to_text(now),
            "counts": _counts(erasures),
            "commitment": commitment,
            "leaf_index": self._audit.append([event])[0].index,
            "keystore_backups_gone_on": (day + self._keystore_backups).isoformat(),
            "final": False,
            "statement": STATEMENT,
            "key": self._audit.verifier_key(),
        }
        certificate = signed(CERTIFICATE, statement, self._signer)
        self._repository.save(UUID(certificate_id), client_id, now, certificate)
        return certificate_id

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)


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
