"""Licences (CAL): one per agent or device of a client, each itself personal data (ROLE-5)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.documents import Sealed, StoredLicence
from telecom_privacy.clients.licence_directory import LicenceDirectory, erased_licence
from telecom_privacy.clients.model import Client, Licence, licence_binding
from telecom_privacy.clients.professions import restated
from telecom_privacy.clients.repository import LICENCES, LicenceRepository
from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DELETED_BY_CLIENT, ErasedItem
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Invalid
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.paging import month_of

_ATTEMPTS = 5


class LicenceService(LicenceDirectory):
    """The directory of licences, and all changes to it."""

    def __init__(
        self,
        repository: LicenceRepository,
        keys: KeyService,
        versions: ContentVersions,
        eraser: Eraser,
        schedule: Schedule,
        stated: StatedProfessions,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        super().__init__(repository, keys, audit, epoch, clock)
        self._versions = versions
        self._eraser = eraser
        self._schedule = schedule
        self._stated = stated
        self._epoch = epoch

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
            self._stated.state(client.scope(Role.CONTROLLER, licence_id), details)
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

        old = erased_licence(licence.id, licence.key)
        with self._log.announced(
            "licence.changed", access, client.id, {"licence": str(licence.id)}
        ):
            self._stated.state(client.scope(Role.CONTROLLER, licence.id), details)
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
            self._erase(access, client, erased_licence(current.id, current.sealed.key))
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
