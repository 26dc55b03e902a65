"""What becomes of a licence itself when its client asks to anonymise it (ROLE-5)."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.documents import Sealed, StoredLicence
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import ANONYMISED, Anonymisation, Client, licence_binding
from telecom_privacy.clients.repository import LICENCES, LicenceRepository
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import LICENCE_ANONYMISED, ErasedItem
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import month_of


class LicencePlaceholders:
    """Takes a licence out of use and, once all of it is gone, leaves a placeholder.

    The placeholder keeps the number of a client's licences true. It has a random id, the kind
    (agent or device), and nothing else: no counts either, which would be those of one person.
    """

    def __init__(
        self,
        repository: LicenceRepository,
        licences: LicenceService,
        keys: KeyService,
        versions: ContentVersions,
        eraser: Eraser,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._licences = licences
        self._keys = keys
        self._versions = versions
        self._eraser = eraser
        self._log = ChangeLog(audit, clock)
        self._clock = clock

    def begin(self, access: Access, client: Client, external_id: str) -> Anonymisation:
        """Record the intent, durably, and let nobody find the licence any more.

        One that a killed process began is returned to be finished. Raises `NotFound`, `Gone` past
        the licence's term, and `Conflict` for what is left of one.
        """
        begun = self._begun(client, external_id)
        if begun and access.may_see_licence(begun.licence.licence_id):
            access.require_whole_client()
            return begun
        licence = self._licences.reach(access, client, external_id)
        access.require_whole_client()
        if licence.is_anonymous:
            raise Conflict("this licence was anonymised")
        self._log.append("licence.anonymised", access, client.id, {"licence": str(licence.id)})
        intent = Anonymisation(licence.scope, self._clock.now(), access.actor, uuid4())
        self._repository.update_anonymisation(licence.scope, intent)
        if begun := self._begun(client, external_id):
            return begun
        raise NotFound("licence")  # it was deleted at the same moment

    def unfinished(self, before: datetime) -> list[Anonymisation]:
        """Those that began up to a time and go on."""
        return self._repository.fetch_anonymisations(before)

    def finish(self, intent: Anonymisation) -> None:
        """Leave the placeholder, erase what describes the licence, and forget the intent.

        To be called once the licence's records were erased.
        """
        scope = intent.licence
        if (licence := self._repository.fetch(scope, scope.licence_id)) is None:
            return
        with suppress(Conflict):  # it is there already
            self._leave_placeholder(licence, intent)
        self._erase(licence, intent.actor)
        self._erase_keys_above(intent)
        self._repository.delete(scope)

    def _erase(self, licence: StoredLicence, actor: str) -> None:
        """Erase what describes the licence, unless that was begun before: it counts once."""
        key = licence.sealed.key
        if not self._eraser.was_erased(key):
            self._eraser.erase(
                licence.client_id,
                Role.PROCESSOR,
                Category.LICENCE,
                LICENCE_ANONYMISED,
                [ErasedItem(licence.id, key, licence.id)],
                actor,
            )

    def _erase_keys_above(self, intent: Anonymisation) -> None:
        """Destroy the keys above the licence's records, which are gone or withheld."""
        client_id, licence_id = intent.licence.client_id, intent.licence.licence_id
        nodes = self._keys.period_nodes(client_id, Role.PROCESSOR, licence_id)
        self._eraser.erase_nodes(
            client_id,
            Role.PROCESSOR,
            Category.LICENCE,
            LICENCE_ANONYMISED,
            nodes,
            intent.actor,
            is_emptied=True,
        )

    def _begun(self, client: Client, external_id: str) -> Anonymisation | None:
        token = self._token(client.id, external_id)
        found = self._repository.fetch_by_token(client.scope(Role.PROCESSOR), token)
        return found.anonymisation if found else None

    def _leave_placeholder(self, licence: StoredLicence, intent: Anonymisation) -> None:
        now, client_id = self._clock.now(), licence.client_id
        binding = licence_binding(client_id, intent.placeholder, month_of(now))
        details = {"id": intent.placeholder_name, "label": "", "privileged": None}

        def write(key: RecordKey) -> bool:
            sealed = Sealed(
                key.reference, seal_json(key.key, details, binding), binding.month, version=1
            )
            token = self._token(client_id, intent.placeholder_name)
            stored = StoredLicence(
                intent.placeholder,
                client_id,
                token,
                sealed,
                licence.kind,
                ANONYMISED,
                None,
                now,
                now,
            )
            return self._repository.insert(licence.scope, stored)

        self._versions.insert(binding, LICENCES, intent.placeholder, write)

    def _token(self, client_id: UUID, external_id: str) -> bytes:
        return self._keys.identifier_token(client_id, "licence", external_id)
