"""Erasing records and their content because those they belong to decided it (RET-2)."""

from contextlib import suppress
from datetime import datetime

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DELETED_BY_CLIENT
from telecom_privacy.errors import Forbidden, Gone
from telecom_privacy.http.access import Access
from telecom_privacy.records.consent import Consents
from telecom_privacy.records.consent_statement import require_not_relied_on
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.permissions import Deed
from telecom_privacy.records.refusals import Refusals
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.scope import Role
from telecom_privacy.storage.spans import Span


class RecordService:
    """Deletions, and what maintenance needs."""

    def __init__(
        self,
        repository: RecordRepository,
        finder: RecordFinder,
        deletion: RecordDeletion,
        consents: Consents,
        refusals: Refusals,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._finder = finder
        self._deletion = deletion
        self._consents = consents
        self._refusals = refusals
        self._clock = clock

    def delete(self, access: Access, client: Client, category: str, external_id: str) -> None:
        """Erase a record and its content for good; no error if there is none.

        Of what the operator keeps as controller, raises `Forbidden` where a law forbids to erase it
        yet or it proves a consent that is relied on (RULES RET-14), and `Held` where a legal hold
        forbids it: its own staff may know.
        """
        if record := self._erasable(access, client, category, external_id):
            self.delete_stored(client, record, DELETED_BY_CLIENT, access.actor)

    def delete_stored(self, client: Client, record: StoredRecord, rule: str, actor: str) -> None:
        """Erase a record, which whoever calls this may erase, and its content for good."""
        with suppress(Gone):
            self._consents.finish_stored(client, record)
        self._deletion.delete(record, rule, actor)

    def finish_deleting(self, client: Client, role: Role) -> bool:
        """Erase what others had begun to delete of a client's (`erasure.deletion`)."""
        return self._deletion.finish_of(client.scope(role))

    def delete_content(
        self, access: Access, client: Client, category: str, external_id: str
    ) -> None:
        """Erase the content of a record for good, as `delete` does."""
        if record := self._erasable(access, client, category, external_id):
            self._deletion.delete_content(record, DELETED_BY_CLIENT, access.actor)

    def measure(
        self, client: Client, category: str, role: Role, stored_after: datetime | None = None
    ) -> Span:
        """Count a client's records, those too whose term is over but not yet swept.

        With `stored_after` only those that were handed in, or changed, after that.
        """
        return self._repository.measure(client.scope(role), category, stored_after)

    def forget_tombstones(self) -> None:
        """Forget the erased records whose tombstones have served their time."""
        self._refusals.renew()
        self._repository.forget_tombstones(self._clock.now())

    def _erasable(
        self, access: Access, client: Client, category: str, external_id: str
    ) -> StoredRecord | None:
        with suppress(Gone):  # with the client's keys, as everything of the kind
            found = self._finder.look_for(access, Deed.ERASE, client, category, external_id)
            if isinstance(found, StoredRecord):
                if found.scope.role is Role.CONTROLLER:
                    self._require_no_minimum(client, found)
                    require_not_relied_on(found)
                    self._deletion.require_unheld(found)
                return found
        return None

    def _require_no_minimum(self, client: Client, record: StoredRecord) -> None:
        now, facts = self._clock.now(), (record.occurred_at, record.events)
        until = client.terms.minimum_until(record.category, record.scope.role, facts, now)
        if until > now:
            raise Forbidden("a law forbids to erase this yet", "legal-minimum")
