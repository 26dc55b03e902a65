"""The register of breaches: records of the operator's own, kept as proof (RULES RET-32)."""

from datetime import tzinfo

from telecom_privacy.breaches.model import Breach, Step
from telecom_privacy.breaches.sealed import breach_from, data_of, file_of
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.kept_register import KeptRegister, Sheet
from telecom_privacy.records.model import Record

CATEGORY = "breach"
"""The category of the policy files that says how long a breach is kept on the register."""

_MOST_ENTRIES = 100
_ALWAYS_TAKEN = frozenset({Step.CLOSED, Step.ANNOUNCED})


class BreachRegister(KeptRegister[Breach, Step]):
    category = CATEGORY
    name = "breach"
    action = "breach"

    def __init__(
        self, clients: ClientService, kept: KeptRecords, changes: ChangeLog, zone: tzinfo
    ) -> None:
        super().__init__(clients, kept, changes)
        self._zone = zone

    def insert(self, access: Access, breach: Breach) -> None:
        """Enter a breach. Raises `Invalid`, for card data too."""
        self._enter(access, "recorded", breach, breach.first.detected_at)

    def _opened(self, record: Record) -> Breach:
        return breach_from(record)

    def _sheet(self, breach: Breach) -> Sheet:
        closed_at = breach.closing.at if breach.closing else None
        return Sheet(data_of(breach, self._zone), file_of(breach), closed_at)

    def _require_allowed(self, breach: Breach, step: Step) -> None:
        if breach.closing and step is not Step.ANNOUNCED:
            raise Conflict("this breach is closed")
        if len(breach.entries) >= _MOST_ENTRIES and step not in _ALWAYS_TAKEN:
            raise Conflict(f"a breach takes {_MOST_ENTRIES} steps at most")
