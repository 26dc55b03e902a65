"""API keys: issued, authenticated, revoked within a second in every worker."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from telecom_privacy.accounts.model import ApiKey, hash_of, new_secret, parsed, written
from telecom_privacy.accounts.repository import API_KEYS, ApiKeyRepository
from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import (
    ConfigurationError,
    Conflict,
    IntegrityError,
    Invalid,
    KeyDestroyed,
    NotFound,
    Unauthenticated,
)
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.model import RecordKey, record_binding
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.epoch import Epoch, EpochCache
from telecom_privacy.storage.paging import Position, month_of, page_oldest_first

_USE_WRITTEN_EVERY = timedelta(minutes=1)


class AccountService:
    """Issues API keys and tells who holds one (`http.access.Authenticator`)."""

    def __init__(
        self,
        repository: ApiKeyRepository,
        keys: KeyService,
        versions: ContentVersions,
        clients: ClientService,
        licences: LicenceService,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._versions = versions
        self._clients = clients
        self._licences = licences
        self._audit = audit
        self._epoch = epoch
        self._clock = clock
        self._cache: EpochCache[UUID, ApiKey | None] = EpochCache(epoch)
        self._used_at: dict[UUID, datetime] = {}

    def authenticate(self, credential: str) -> Access:
        """Return who holds the key. Raises `Unauthenticated`, or `Unavailable`."""
        found = self._known(credential)
        if found is None:
            raise Unauthenticated("the API key is unknown, revoked or expired")
        self._note_use(found.id)
        return found.access

    def issue(
        self,
        actor: str,
        role: ApiRole,
        label: str,
        client: str | None = None,
        licences: Sequence[str] | None = None,
        expires_at: datetime | None = None,
        holder: str | None = None,
    ) -> tuple[ApiKey, str]:
        """Create a key; returns it and what its holder must send, which is never shown again.

        Raises `Invalid` for a client that is missing, superfluous or unknown, and `Conflict` for
        the operator's own, and for a second key of one `holder` of the legal staff.
        """
        client_id, licence_ids = self._owner(role, client, licences)
        if role is ApiRole.LEGAL and holder:
            self._require_no_other(holder)
        if expires_at is not None and expires_at <= self._clock.now():
            raise Invalid({"expires_at": ["lies in the past"]})
        key_id, secret = uuid4(), new_secret()[0]
        limits = (client_id, licence_ids)
        sealed = {"label": label, "holder": holder} if holder else {"label": label}
        key = self._insert(actor, key_id, secret, role, sealed, limits, expires_at)
        return key, written(key_id, secret)

    def issue_first_admin(self, actor: str, credential: str) -> None:
        """Issue an admin key whose holder has the credential already. Raises `Invalid`."""
        if (read := parsed(credential)) is None:
            raise Invalid({"key": ["is not written as an API key"]})
        sealed = {"label": "first administrator"}
        self._insert(actor, *read, ApiRole.ADMIN, sealed, (None, None), None)

    def _insert(
        self,
        actor: str,
        key_id: UUID,
        secret: bytes,
        role: ApiRole,
        sealed: Mapping[str, str],
        limits: tuple[UUID | None, frozenset[UUID] | None],
        expires_at: datetime | None,
    ) -> ApiKey:
        now = self._clock.now()
        month = month_of(now)
        binding = _binding(key_id, month)
        made: list[ApiKey] = []

        def write(key: RecordKey) -> bool:
            made.append(
                ApiKey(
                    id=key_id,
                    secret_hash=hash_of(secret),
                    role=role,
                    client_id=limits[0],
                    licence_ids=limits[1],
                    created_at=now,
                    expires_at=expires_at,
                    revoked_at=None,
                    last_used_at=None,
                    label=seal_json(key.key, sealed, binding),
                    month=month,
                    key=key.reference,
                )
            )
            self._repository.insert(made[0])
            return True

        details = {"api_key": str(key_id), "role": role.value}
        self._audit.append([Event("api-key.issued", actor, now, limits[0], details)])
        self._versions.insert(binding, API_KEYS, key_id, write)
        return made[0]

    def page(self, after: Position | None, limit: int) -> tuple[list[ApiKey], Position | None]:
        """Return a page of all keys, oldest first, and where the next one goes on."""
        return page_oldest_first(self._repository.fetch_all(), key_position, after, limit)

    def label(self, key: ApiKey) -> str:
        return self._sealed(key)["label"]

    def holder(self, key: ApiKey) -> str | None:
        """The person who holds it, if that was said."""
        return self._sealed(key).get("holder")

    def labels(self, client_id: UUID, key_ids: Iterable[UUID]) -> dict[UUID, str]:
        """The labels of those of some keys that are the client's own."""
        found = (self._repository.fetch(key_id) for key_id in key_ids)
        return {key.id: self.label(key) for key in found if key and key.client_id == client_id}

    def client_of(self, key: ApiKey) -> str | None:
        """The external id of the client that a key is bound to; None where it cannot be opened."""
        try:
            return self._clients.by_id(key.client_id).external_id if key.client_id else None
        except (NotFound, KeyDestroyed, IntegrityError, ConfigurationError):
            return None

    def revoke(self, actor: str, key_id: UUID) -> None:
        """Make a key useless everywhere within a second. Raises `NotFound`."""
        if (found := self._repository.fetch(key_id)) is None:
            raise NotFound("API key")
        details = {"api_key": str(key_id)}
        event = Event("api-key.revoked", actor, self._clock.now(), found.client_id, details)
        self._audit.append([event])
        self._repository.update_revoked(key_id, self._clock.now())
        self._epoch.advance()

    def is_same_person(self, actor: str, other: str) -> bool:
        """Whether two keys are one person's: a key is a person, but one that names its holder is
        that person's with all other keys that do."""
        return actor == other or self._person(actor) == self._person(other)

    def has_admin(self) -> bool:
        """Whether there is an admin key that works."""
        return self._repository.any_live(ApiRole.ADMIN, self._clock.now())

    def knows(self, credential: str) -> bool:
        """Whether the key was ever issued, working still or not."""
        read = parsed(credential)
        return read is not None and self._repository.fetch(read[0]) is not None

    def _known(self, credential: str) -> ApiKey | None:
        if (read := parsed(credential)) is None:
            return None
        key_id, secret = read
        found = self._cache.get_or_load(key_id, lambda: self._repository.fetch(key_id))
        return found if found and found.admits(secret, self._clock.now()) else None

    def _sealed(self, key: ApiKey) -> Mapping[str, str]:
        binding = _binding(key.id, key.month)
        return open_json(self._keys.open(binding, key.key), key.label, binding)

    def _require_no_other(self, holder: str) -> None:
        """Legal staff decides by two: one person does not have two keys that work."""
        now, person = self._clock.now(), _person_of(holder)
        legal = (key for key in self._repository.fetch_all() if key.role is ApiRole.LEGAL)
        held = (self.holder(key) for key in legal if key.is_live(now))
        if any(one and _person_of(one) == person for one in held):
            raise Conflict("this holder has a legal key that works; revoke it first")

    def _person(self, actor: str) -> str:
        with suppress(ValueError):  # no key, but the service itself
            key = self._repository.fetch(UUID(actor))
            if key and (holder := self.holder(key)):
                return _person_of(holder)
        return actor

    def _owner(
        self, role: ApiRole, client: str | None, licences: Sequence[str] | None
    ) -> tuple[UUID | None, frozenset[UUID] | None]:
        if (role is ApiRole.CLIENT) != (client is not None):
            raise Invalid({"client_id": ["goes with the role client, and only with it"]})
        if client is None:
            if licences is not None:
                raise Invalid({"licence_ids": ["goes with the role client only"]})
            return None, None
        try:
            found = self._clients.reach(Access("system", ApiRole.ADMIN), client)
            found.require_customer()
        except NotFound as error:
            raise Invalid({"client_id": ["no such client"]}) from error
        return found.id, None if licences is None else self._limits(found, licences)

    def _limits(self, client: Client, licences: Sequence[str]) -> frozenset[UUID]:
        scope = client.scope(Role.PROCESSOR)
        try:
            return frozenset(self._licences.find(scope, one).id for one in licences)
        except NotFound as error:
            raise Invalid({"licence_ids": ["no such licence"]}) from error

    def _note_use(self, key_id: UUID) -> None:
        now = self._clock.now()
        if now - self._used_at.get(key_id, datetime.min.replace(tzinfo=now.tzinfo)) < (
            _USE_WRITTEN_EVERY
        ):
            return
        self._used_at[key_id] = now
        self._repository.update_last_used(key_id, now, now - _USE_WRITTEN_EVERY)


def key_position(key: ApiKey) -> Position:
    """Where a key stands in lists: by the time it was made."""
    return Position(key.created_at, key.id.bytes)


def _person_of(holder: str) -> str:
    """A name without what spacing, punctuation, case and forms of letters tell apart."""
    plain = unicodedata.normalize("NFKC", holder).casefold()
    return "".join(filter(str.isalnum, plain)) or holder


def _binding(key_id: UUID, month: str) -> Binding:
    return record_binding(Scope(NO_ID, NO_ID, Role.CONTROLLER), "api_key", month, key_id)
