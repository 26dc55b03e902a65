"""Erasure certificates: signed, without personal data, verified offline (DESIGN §5)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from telecom_privacy.audit.model import Event, Json
from telecom_privacy.audit.note import Signer
from telecom_privacy.audit.receipts import CERTIFICATE, signed
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock, to_text
from telecom_privacy.errors import Conflict, IntegrityError, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.retention.certificate_repository import (
    CertificateRepository,
    TotalsRepository,
)
from telecom_privacy.retention.counting import Counting
from telecom_privacy.retention.model import FINAL_CONDITION, STATEMENT
from telecom_privacy.retention.totals import Totals
from telecom_privacy.scope import Role
from telecom_privacy.storage.lease import KeepAlive
from telecom_privacy.storage.paging import Position, cut

_ATTEMPTS = 10


class CertificateService:
    """Issues one certificate per client, local day and role; more erasures that day revise it."""

    def __init__(
        self,
        repository: CertificateRepository,
        totals: TotalsRepository,
        counting: Counting,
        notices: Notices,
        audit: AuditLog,
        signer: Signer,
        clock: Clock,
        zone: ZoneInfo,
        keystore_backups: timedelta,
    ) -> None:
        self._repository = repository
        self._totals = totals
        self._counting = counting
        self._notices = notices
        self._audit = audit
        self._signer = signer
        self._clock = clock
        self._zone = zone
        self._keystore_backups = keystore_backups

    def issue_missing(
        self, actor: str, keep_alive: KeepAlive, client_id: UUID | None = None
    ) -> list[str]:
        """Certify every finished erasure, or a client's, that is not certified yet.

        Returns the ids. `keep_alive` is called between them.
        """
        self._counting.count_missing(keep_alive, client_id)
        issued = []
        for certificate_id in self._totals.fetch_unissued(client_id):
            keep_alive()
            self._issue(certificate_id, actor)
            issued.append(str(certificate_id))
        return issued

    def page(
        self, access: Access, after: Position | None, limit: int
    ) -> tuple[list[dict[str, Any]], Position | None]:
        """Return the certificates that `access` may see, newest first, and where the next starts.

        A client sees those of its own data, not those of the operator's.
        """
        found = self._repository.fetch_newest_first(_owner(access), after.at if after else None)
        later = (one for one in found if after is None or one[0] < after)
        page, more = cut(list(islice(later, limit + 1)), limit, itemgetter(0))
        return [certificate for _, certificate in page], more

    def of_hosted_data(self, client_id: UUID) -> Iterator[dict[str, Any]]:
        """Yield each certificate about what is, or was, hosted for a client, newest first."""
        seen: set[str] = set()
        for _, certificate in self._repository.fetch_newest_first(
            (client_id, Role.PROCESSOR), until=None
        ):
            if certificate["id"] not in seen:  # it moves to the front when it is revised
                seen.add(certificate["id"])
                yield certificate

    def read(self, access: Access, certificate_id: UUID) -> dict[str, Any]:
        """Return a certificate. Raises `NotFound`, also for another client's."""
        found = self._repository.fetch(certificate_id, _owner(access))
        if found is None:
            raise NotFound("certificate")
        return found

    def _issue(self, certificate_id: UUID, actor: str) -> None:
        """Issue the next revision. Another sweep may be faster: then the one after that."""
        for _ in range(_ATTEMPTS):
            previous = self._repository.fetch(certificate_id, None)
            # After the previous revision was read: a later one never says less.
            if (totals := self._totals.fetch(certificate_id)) is None:
                raise IntegrityError("what a certificate is issued from is gone")
            revision, now = (previous["revision"] if previous else 0) + 1, self._clock.now()
            certificate = self._revision(totals, revision, actor, now)
            if self._repository.save(totals.about.client_id, now, certificate):
                self._tell(totals, revision, now)
                self._totals.mark_issued(totals)
                return
        raise Conflict("another process issues certificates at the same time")

    def _tell(self, totals: Totals, revision: int, now: datetime) -> None:
        """Tell the client of a certificate that it may see; of any other the operator alone."""
        about = totals.about
        data = {
            "certificate": str(totals.id),
            "day": about.day.isoformat(),
            "role": about.role.value,
            "revision": revision,
        }
        client_id = about.client_id if about.role is Role.PROCESSOR else None
        self._notices.announce(client_id, NoticeType.ERASURE_CERTIFIED, totals.id, now, data)

    def _revision(self, totals: Totals, revision: int, actor: str, now: datetime) -> dict[str, Any]:
        about, commitment = totals.about, totals.commitment.hex()
        details: dict[str, Json] = {
            "certificate": str(totals.id),
            "revision": revision,
            "commitment": commitment,
        }
        event = Event("certificate.issued", actor, now, about.client_id, details)
        statement = {
            "id": str(totals.id),
            "client": str(about.client_id),
            "day": about.day.isoformat(),
            "role": about.role.value,
            "revision": revision,
            "issued_at": to_text(now),
            "counts": _counts(totals),
            "commitment": commitment,
            "leaf_index": self._audit.append([event])[0].index,
            "keystore_backups_gone_on": self._backups_gone_on(totals, now).isoformat(),
            **_finality(totals),
            "statement": STATEMENT,
            "key": self._audit.verifier_key(),
        }
        return signed(CERTIFICATE, statement, self._signer)

    def _backups_gone_on(self, totals: Totals, now: datetime) -> date:
        """Counted from the day on which the last key was gone, not from the decision."""
        last = totals.destroyed_at or now
        return last.astimezone(self._zone).date() + self._keystore_backups


def _finality(totals: Totals) -> dict[str, Any]:
    """Final once all of them are; from the root keys made before they still could be opened."""
    if totals.not_final or totals.final_at is None:
        return {"final": False, "final_since": None, "condition": None}
    since = to_text(totals.final_at)
    return {"final": True, "final_since": since, "condition": FINAL_CONDITION}


def _counts(totals: Totals) -> list[dict[str, Any]]:
    """How many records went, per rule and category."""
    return [
        {"rule": rule, "category": category, "count": count}
        for (rule, category), count in sorted(totals.counts.items())
        if count
    ]


def _owner(access: Access) -> tuple[UUID | None, Role] | None:
    return (access.client_id, Role.PROCESSOR) if access.role is ApiRole.CLIENT else None
