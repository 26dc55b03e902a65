"""Openings of content: many Range requests of one listener are one opening (DESIGN §6)."""

import hashlib
import json
from datetime import datetime, timedelta
from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.storage.cache import BoundedCache

WINDOW = timedelta(minutes=5)
_REMEMBERED = 4096


class Openings:
    """Logs an opening once per actor, record and stated purpose in five minutes.

    It does not matter which worker serves it.
    """

    def __init__(self, log: AuditLog, repository: AuditRepository) -> None:
        self._log = log
        self._repository = repository
        self._recent: BoundedCache[bytes, datetime] = BoundedCache(_REMEMBERED)

    def append_opening(self, event: Event, record_id: UUID) -> None:
        """Log that `event.actor` opens a record, unless it was logged less than 5 minutes ago.

        An opening with other details, such as another purpose or reference, is another opening.
        The entry comes first and the mark second: a crash between them costs an entry too many,
        never one too few. Raises `Unavailable`: content that cannot be logged is not to be served.
        """
        mark = _mark(event, record_id)
        if self._is_logged(mark, event.at):
            return
        self._log.append([event])
        self._repository.mark_opening(mark, event.at)
        self._recent.put(mark, event.at)

    def _is_logged(self, mark: bytes, now: datetime) -> bool:
        logged_at = self._recent.get(mark)
        if logged_at and now - logged_at < WINDOW:
            return True
        logged_at = self._repository.fetch_opening(mark)
        if logged_at is None or now - logged_at >= WINDOW:
            return False
        self._recent.put(mark, logged_at)
        return True


def _mark(event: Event, record_id: UUID) -> bytes:
    opening = [event.action, event.actor, str(record_id), dict(event.details)]
    return hashlib.sha256(json.dumps(opening, sort_keys=True).encode()).digest()
