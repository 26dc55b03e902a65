"""What the audit log says of a client and what is its own: internal ids, never what names them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from uuid import UUID

from telecom_privacy.audit.model import Event, Json
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access


class ChangeLog:
    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    def append(
        self, action: str, access: Access, client_id: UUID | None, details: Mapping[str, Json]
    ) -> None:
        said = {**details, **access.statement()}
        self._audit.append([Event(action, access.actor, self._clock.now(), client_id, said)])

    @contextmanager
    def announced(
        self, action: str, access: Access, client_id: UUID | None, details: Mapping[str, Json]
    ) -> Iterator[None]:
        """Log a change before it is made, so that a kill hides none.

        One that another was faster to make is followed by `….withdrawn` with the same details.
        """
        self.append(action, access, client_id, details)
        try:
            yield
        except Conflict:
            self.append(f"{action}.withdrawn", access, client_id, details)
            raise
