"""What the audit log says of holds: of no client, so that no client's part of it shows one."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict


class HoldLog:
    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    def append(self, action: str, actor: str, hold_id: UUID, **details: str) -> None:
        """Log an act; durable on return. Raises `Unavailable`."""
        said = {"hold": str(hold_id), **details}
        self._audit.append([Event(action, actor, self._clock.now(), details=said)])

    @contextmanager
    def announced(self, action: str, actor: str, hold_id: UUID, **details: str) -> Iterator[None]:
        """Log an act before it is done, so that a kill hides none.

        One that another was faster to do is followed by `….withdrawn` with the same details.
        """
        self.append(action, actor, hold_id, **details)
        try:
            yield
        except Conflict:
            self.append(f"{action}.withdrawn", actor, hold_id, **details)
            raise
