"""Licences (CAL): one per agent or device of a client, each itself personal data (ROLE-5)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.documents import Sealed, StoredLicence
from telecom_privacy.clients.model import ANONYMISED, Client, Licence, licence_binding
from telecom_privacy.clients.opening import each_openable, open_current
from telecom_privacy.clients.professions import restated
from telecom_privacy.clients.repository import LICENCES, LicenceRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DELETED_BY_CLIENT, DueItem, ErasedItem
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Gone, Invalid, KeyDestroyed, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import KeyReference, RecordKey
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Terms, Verdict
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role, Scope
from telecom_privacy.storage.epoch import Epoch, EpochCache
from telecom_privacy.storage.paging import Position, month_of, page_oldest_first
from telecom_privacy.storage.spans import Span

_ATTEMPTS = 5


class LicenceService:
    """The licences of clients. Finding one by its external id is cached for an epoch."""

    def __init__(
        self,
        repository: LicenceRepository,
        keys: KeyService,
        versions: ContentVersions,
        eraser: Eraser,
        schedule: Schedule,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._versions = versions
        self._eraser = eraser
        self._schedule = schedule
        self._log = ChangeLog(audit, clock)
        self._epoch = epoch
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
                item = _item(licence.id, licence.sealed.key)
                yield DueItem(item, verdict.due_at or now, verdict.rule_id or "", verdict.action)

    def create(
        self,
        access: Access,
        client: Client,
        details: Mapping[str, Any],
        kind: str,
        status: str,
        valid_until: date | None,
    ) -> Licence:
        """Store a new licence.

        Raises `Conflict` if the client has one with that id, or is the operator itself;
        `Forbidden` for a client that states a profession.
        """
        access.require_whole_client()
        client.require_customer()
        scope = client.scope(Role.PROCESSOR)
        token = self._token(client.id, details["id"])
        if self._repository.fetch_by_token(scope, token):
            raise Conflict("a licence with this id exists already")
        now = self._clock.now()
        details = restated(access, {}, details, now)
        if not client.terms.stores(Category.LICENCE, Role.PROCESSOR, now):
            raise Invalid({"category": ["The client's policy does not name licences."]})
        licence_id, month = uuid4(), month_of(now)
        binding = licence_binding(client.id, licence_id, month)

        def write(key: RecordKey) -> bool:
            sealed = Sealed(key.reference, seal_json(key.key, details, binding), month, 1)
            stored = StoredLicence(
                licence_id, client.id, token, sealed, kind, status, valid_until, now, now
            )
            inserted = self._repository.insert(scope, stored)
            due_at = self._verdict(client.terms, now).due_at
            self._schedule.expect(client.id, {Category.LICENCE: due_at})
            return inserted

        with self._log.announced(
            "licence.created", access, client.id, {"licence": str(licence_id)}
        ):
            self._versions.insert(binding, LICENCES, licence_id, write)
        return self.find(scope, details["id"])

    def change(
        self, access: Access, client: Client, licence: Licence, changes: Mapping[str, Any]
    ) -> Licence:
        """Change label, kind, status, validity or privilege.

        Raises `Conflict` on a race, and for what is left of an anonymised licence; `Forbidden`
        for a client that changes a privilege.
        """
        access.require_whole_client()
        scope = client.scope(Role.PROCESSOR)
        # Not from a cache: another worker may have changed it a moment ago.
        licence = self._fetch(scope, self._token(client.id, licence.external_id))
        if licence.is_anonymous:
            raise Conflict("this licence was anonymised")  # nothing may describe anybody again
        clear = {key: changes[key] for key in ("kind", "status", "valid_until") if key in changes}
        sealed = {key: changes[key] for key in changes if key not in clear}
        details = restated(access, licence.details, sealed, self._clock.now())
        binding = licence_binding(client.id, licence.id, licence.month)

        def write(key: RecordKey) -> bool:
            payload = seal_json(key.key, details, binding)
            stored = StoredLicence(
                licence.id,
                client.id,
                self._token(client.id, licence.external_id),
                Sealed(key.reference, payload, licence.month, licence.version + 1),
                clear.get("kind", licence.kind),
                clear.get("status", licence.status),
                clear.get("valid_until", licence.valid_until),
                licence.created_at,
                self._clock.now(),
            )
            written = self._repository.update(scope, stored)
            self._epoch.advance()  # before the old key goes: no cache may outlive it
            return written

        old = _item(licence.id, licence.key)
        with self._log.announced(
            "licence.changed", access, client.id, {"licence": str(licence.id)}
        ):
            self._versions.replace(binding, LICENCES, old, write, access.actor)
        return self.find(scope, licence.external_id)

    def delete(self, access: Access, client: Client, licence: Licence) -> None:
        """Erase what describes a licence (RET-2). Its calls stay until their own term.

        Raises `Conflict` if others change it again and again meanwhile.
        """
        access.require_whole_client()
        scope = client.scope(Role.PROCESSOR)
        self._epoch.advance()  # and the eraser again: a kill must not leave it in caches for long
        for _ in range(_ATTEMPTS):
            # Not from a cache, and again afterwards: the erasure leaves a newer version alone.
            if (current := self._repository.fetch(scope, licence.id)) is None:
                break
            self._erase(access, client, _item(current.id, current.sealed.key))
        else:
            raise Conflict("the licence is being changed by others")

    def _erase(self, access: Access, client: Client, item: ErasedItem) -> None:
        self._eraser.erase(
            client.id,
            Role.PROCESSOR,
            Category.LICENCE,
            DELETED_BY_CLIENT,
            [item],
            access.actor,
        )

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


def _item(licence_id: UUID, key: KeyReference) -> ErasedItem:
    return ErasedItem(licence_id, key, licence_id)
