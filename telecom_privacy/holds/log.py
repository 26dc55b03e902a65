"""What the audit log says of holds: of no client, so that no client's part of it shows one."""

from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock


class HoldLog:
    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    def append(self, action: str, actor: str, hold_id: UUID, **details: str) -> None:
        """Log an act; durable on return. Raises `Unavailable`."""
        said = {"hold": str(hold_id), **details}
        self._audit.append([Event(action, actor, self._clock.now(), details=said)])
