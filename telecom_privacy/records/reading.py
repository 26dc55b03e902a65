"""Reading records: every opening states who, and staff why; nothing past its term is shown."""

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Forbidden, Gone
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.policies.due import Verdict
from telecom_privacy.policies.model import Purpose
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.model import Record, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.permissions import Deed, require_purpose
from telecom_privacy.restrictions.service import Restrictions


class RecordReader:
    def __init__(
        self,
        finder: RecordFinder,
        catalogue: Catalogue,
        opener: RecordOpener,
        restrictions: Restrictions,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._finder = finder
        self._catalogue = catalogue
        self._opener = opener
        self._restrictions = restrictions
        self._changes = changes
        self._clock = clock

    def read(self, access: Access, client: Client, category: str, external_id: str) -> Record:
        """Open a record for its reader, and log it. Raises as `open`."""
        record = self.open(access, client, category, external_id)
        stored = record.stored
        details = {
            "record": str(stored.record_id),
            "category": category,
            "kept_as": stored.scope.role.value,
        }
        self._changes.append("record.read", access, client.id, details)
        return record

    def open(self, access: Access, client: Client, category: str, external_id: str) -> Record:
        """Open a record that `access` may use, without logging.

        Raises as `find`, and `Forbidden` for one that is restricted.
        """

        def find() -> StoredRecord:
            return self.find(access, client, category, external_id)

        record = self._opener.open_current(client, find(), find)
        self._restrictions.require_usable(access, client, record.concerned)
        return record

    def find(self, access: Access, client: Client, category: str, external_id: str) -> StoredRecord:
        """Return a stored record that `access` may read.

        Raises `NotFound`, `Forbidden`, and `Gone` for one that was erased or is past its term, or
        past the term of the only purpose that `access` reads for.
        """
        self.require(access, client, category)
        record = self._finder.find(access, Deed.READ, client, category, external_id)
        verdict = self._opener.verdict(client, record)
        if verdict.is_due(self._clock.now()) or self._purpose_is_over(access, verdict):
            raise Gone("the retention term of this record is over")
        if not self.may_see(access, verdict):
            raise Forbidden("legal staff alone read what is archived, and only that", "archived")
        return record

    def require(self, access: Access, client: Client, category: str) -> None:
        """Raise `Forbidden` unless `access` states why, and may read the category at all."""
        require_purpose(access)
        if access.role is ApiRole.BILLING and not self._catalogue.is_for_billing(client, category):
            raise Forbidden("this category is not kept for billing", "role")

    def may_see(self, access: Access, verdict: Verdict) -> bool:
        """Tell whether a record is neither over nor archived; for legal staff: is archived."""
        now = self._clock.now()
        if verdict.is_due(now) or self._purpose_is_over(access, verdict):
            return False
        return verdict.is_archived(now) is (access.role is ApiRole.LEGAL)

    def _purpose_is_over(self, access: Access, verdict: Verdict) -> bool:
        is_billing = access.role is ApiRole.BILLING
        return is_billing and verdict.purpose_over(Purpose.BILLING, self._clock.now())
