"""Refusals in the audit log (`http.access.RefusalLog`)."""

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.refusals import Refusals
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.http.access import Access


class AuditRefusalLog:
    """One entry for each refusal of a known caller; unknown ones are counted per minute."""

    def __init__(self, log: AuditLog, refusals: Refusals, clock: Clock) -> None:
        self._log = log
        self._refusals = refusals
        self._clock = clock

    def unauthenticated(self, source: str) -> None:
        self._refusals.count(source, self._clock.now())

    def refused(self, access: Access, route: str, slug: str) -> None:
        details = {"route": route, "slug": slug, **access.statement()}
        event = Event("access.denied", access.actor, self._clock.now(), access.client_id, details)
        self._log.append([event])
