"""Finding, listing and opening licences (CAL), which are personal data themselves (ROLE-5)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.documents import StoredLicence
from telecom_privacy.clients.model import ANONYMISED, Client, Licence, licence_binding
from telecom_privacy.clients.opening import each_openable, open_current
from telecom_privacy.clients.repository import LicenceRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DueItem, ErasedItem
from telecom_privacy.errors import Gone, KeyDestroyed, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Terms, Verdict
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.epoch import Epoch, EpochCache
from telecom_privacy.storage.paging import Position, page_oldest_first
from telecom_privacy.storage.spans import Span


class LicenceDirectory:
    """The licences of clients. Finding one by its external id is cached for an epoch."""

    def __init__(
        self,
        repository: LicenceRepository,
        keys: KeyService,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._log = ChangeLog(audit, clock)
        self._clock = clock
        self._by_token: EpochCache[tuple[UUID, bytes], Licence] = EpochCache(epoch)

    def find(self, scope: Scope, external_id: str) -> Licence:
        """Return a client's licence. Raises `NotFound`."""
        token = self._token(scope.client_id, external_id)
        return self._by_token.get_or_load(
            (scope.client_id, token), lambda: self._fetch(scope, token)
        )

    def by_id(self, scope: Scope) -> Licence | None:
        """Return the licence that a scope names, also what an anonymised one left; None if gone."""
        stored = self._repository.fetch(scope, scope.licence_id)
        try:
            return self._opened(stored) if stored else None
        except (NotFound, KeyDestroyed):
            return None

    def read(self, access: Access, client: Client, external_id: str) -> Licence:
        """Like `reach`, and log it: a licence describes a person (ROLE-5)."""
        licence = self.reach(access, client, external_id)
        self._log.append("licence.read", access, client.id, {"licence": str(licence.id)})
        return licence

    def reach(self, access: Access, client: Client, external_id: str) -> Licence:
        """Like `find`, for a caller who may be limited to some licences."""
        licence = self.find(client.scope(Role.PROCESSOR), external_id)
        if not access.may_see_licence(licence.id):
            raise NotFound("licence")
        if self._verdict(client.terms, licence.created_at).is_due(self._clock.now()):
            raise Gone("the retention term of this licence is over")
        return licence

    def page(
        self, access: Access, client: Client, after: Position | None, limit: int
    ) -> tuple[list[Licence], Position | None]:
        """Return a page of the licences within their term that `access` may see, and log it.

        With it goes where the next page goes on, or None.
        """
        now = self._clock.now()
        stored = (
            licence
            for licence in self._fetch_all(client)
            if access.may_see_licence(licence.id)
            and not self._verdict(client.terms, licence.created_at).is_due(now)
        )
        page, more = page_oldest_first(stored, _position, after, limit)
        opened = list(each_openable("licence", page, self._opened))
        self._log.append("licences.listed", access, client.id, {"count": len(opened)})
        return opened, more

    def measure(self, client: Client, stored_after: datetime | None = None) -> Span:
        """Count the licences, or those that were made or changed after a time.

        What is left of anonymised ones counts, too.
        """
        found = self._fetch_all(client)
        made = [o.created_at for o in found if not stored_after or o.stored_at > stored_after]
        return Span(len(made), min(made, default=None), max(made, default=None))

    def counts(self, client: Client) -> dict[str, int]:
        """How many licences a client has, and how many of them are what anonymised ones left."""
        found = [licence.status for licence in self._fetch_all(client)]
        return {"count": len(found), "anonymised": found.count(ANONYMISED)}

    def external_ids(self, scope: Scope, licence_ids: Iterable[UUID]) -> list[str]:
        """The external ids of those of some licences that are still there."""
        found = (self._repository.fetch(scope, licence_id) for licence_id in licence_ids)
        present = (one for one in found if one and not one.anonymisation)
        return [one.external_id for one in each_openable("licence", present, self._opened)]

    def each(self, client: Client) -> Iterator[Licence]:
        """Yield all licences within their term; nothing is logged.

        One that cannot be opened is an alarm, and left out as by `page`.
        """
        now = self._clock.now()
        for licence in each_openable("licence", self._fetch_all(client), self._opened):
            if not self._verdict(client.terms, licence.created_at).is_due(now):
                yield licence

    def due(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the licences whose term is over at `now`."""
        if terms.latest_due(Category.LICENCE, Role.PROCESSOR, now) is None:
            return
        for licence in self._fetch_all(client):
            verdict = self._verdict(terms, licence.created_at)
            if verdict.is_due(now):
                item = erased_licence(licence.id, licence.sealed.key)
                yield DueItem(item, verdict.due_at or now, verdict.rule_id or "", verdict.action)

    def _verdict(self, terms: Terms, created_at: datetime) -> Verdict:
        return terms.verdict(Category.LICENCE, Role.PROCESSOR, created_at)

    def _token(self, client_id: UUID, external_id: str) -> bytes:
        return self._keys.identifier_token(client_id, "licence", external_id)

    def _fetch(self, scope: Scope, token: bytes) -> Licence:
        stored = self._repository.fetch_by_token(scope, token)
        return self._opened(stored if stored and not stored.anonymisation else None)

    def _fetch_all(self, client: Client) -> Iterator[StoredLicence]:
        found = self._repository.fetch_all(client.scope(Role.PROCESSOR))
        return (licence for licence in found if not licence.anonymisation)

    def _opened(self, stored: StoredLicence | None) -> Licence:
        def fetch(licence_id: UUID) -> StoredLicence | None:
            return stored and self._repository.fetch(stored.scope, licence_id)

        return open_current("licence", stored, fetch, self._open_version)

    def _open_version(self, stored: StoredLicence) -> Licence:
        binding = licence_binding(stored.client_id, stored.id, stored.sealed.month)
        key = self._keys.open(binding, stored.sealed.key)
        return Licence(
            id=stored.id,
            client_id=stored.client_id,
            details=open_json(key, stored.sealed.payload, binding),
            kind=stored.kind,
            status=stored.status,
            valid_until=stored.valid_until,
            created_at=stored.created_at,
            month=stored.sealed.month,
            key=stored.sealed.key,
            version=stored.sealed.version,
        )


def _position(licence: StoredLicence) -> Position:
    return Position(licence.created_at, licence.id.bytes)


def erased_licence(licence_id: UUID, key: KeyReference) -> ErasedItem:
    """A version of a licence, as the eraser takes it."""
    return ErasedItem(licence_id, key, licence_id)
