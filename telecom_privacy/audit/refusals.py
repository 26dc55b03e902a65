"""Unauthenticated refusals: anyone can cause them, so they are counted, not logged one by one."""

import threading
from collections import Counter
from datetime import datetime

from telecom_privacy import clock
from telecom_privacy.audit.model import Event, Json
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.errors import TelecomPrivacyError

OTHER_SOURCES = "other"
_MOST_SOURCES = 256
_ACTOR = "anonymous"


class Refusals:
    """Counts per minute and source; each count becomes one `access.refused` entry.

    At most 256 sources are told apart at a time, the rest is counted together. Counts that were not
    yet logged are lost with their worker.
    """

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._counts: Counter[tuple[datetime, str]] = Counter()
        self._lock = threading.Lock()

    def count(self, source: str, now: datetime) -> None:
        """Count one refusal, and log those of earlier minutes."""
        minute = now.replace(second=0, microsecond=0)
        with self._lock:
            is_room = (minute, source) in self._counts or len(self._counts) < _MOST_SOURCES
            self._counts[minute, source if is_room else OTHER_SOURCES] += 1
        self.flush(now)

    def flush(self, now: datetime) -> None:
        """Log the refusals of the minutes before this one; to be called with every request.

        While they cannot be logged they are kept, and no request fails because of them.
        """
        self._log_before(now.replace(second=0, microsecond=0), now)

    def close(self, now: datetime) -> None:
        """Log all that is left."""
        self._log_before(datetime.max.replace(tzinfo=now.tzinfo), now)

    def _log_before(self, minute: datetime, now: datetime) -> None:
        with self._lock:
            due = {key: count for key, count in self._counts.items() if key[0] < minute}
            for key in due:
                del self._counts[key]
        try:
            self._log.append([_event(key, count, now) for key, count in due.items()])
        except TelecomPrivacyError:
            with self._lock:
                self._counts.update(due)


def _event(key: tuple[datetime, str], count: int, now: datetime) -> Event:
    minute, source = key
    details: dict[str, Json] = {"source": source, "count": count, "minute": clock.to_text(minute)}
    return Event("access.refused", _ACTOR, now, details=details)
