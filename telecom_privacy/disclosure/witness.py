"""What the audit log proves about a disclosure."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.package.model import LogProof
from telecom_privacy.errors import Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.storage.kept_lease import KeptLease
from telecom_privacy.storage.lease import Lease
from telecom_privacy.storage.mongo import MongoDatabase

_LEASE = timedelta(seconds=30)
_EXTENDED_EVERY = timedelta(seconds=5)


class LogWitness:
    def __init__(self, audit: AuditLog, clock: Clock) -> None:
        self._audit = audit
        self._clock = clock

    def disclosing(self, access: Access, case_id: UUID) -> LogProof:
        """Log that a case is about to be answered, and return the proof that this is in the log."""
        said = {"requisition": str(case_id)}
        event = Event("requisition.disclosing", access.actor, self._clock.now(), None, said)
        entry = self._audit.append([event])[0]
        checkpoint = self._audit.checkpoint()
        size = int(checkpoint.splitlines()[1])  # as C2SP writes it: the name, then the size
        return LogProof(
            about="Remise des données de ce dossier",
            statement=event.statement(),
            salt=entry.salt,
            leaf=entry.leaf,
            inclusion=self._audit.inclusion(entry.index, size),
            checkpoint=checkpoint,
        )


class SealingTurn:
    """One package of a case is made at a time: it may take hours."""

    def __init__(self, bulk: MongoDatabase, clock: Clock) -> None:
        self._bulk = bulk
        self._clock = clock

    @contextmanager
    def of(self, case_id: UUID) -> Iterator[KeptLease]:
        """Raise `Unavailable` while another makes it; whose process died, gives way soon."""
        owner, lease = str(uuid4()), Lease(self._bulk, f"requisition/{case_id}", _LEASE)
        if not lease.take(owner, self._clock.now()):
            raise Unavailable("the package of this case is being made; ask again")
        with KeptLease(lease, owner, self._clock, _EXTENDED_EVERY) as kept:
            yield kept
