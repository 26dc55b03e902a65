"""Clients: created, changed with effect from a date, and the end of their contracts."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.contract_ends import Reminder
from telecom_privacy.clients.directory import ClientDirectory
from telecom_privacy.clients.documents import Sealed, StoredClient
from telecom_privacy.clients.history import (
    Agreed,
    agreed_at,
    change_details,
    changed,
    effective_moment,
    first_history,
    history_document,
)
from telecom_privacy.clients.model import OPERATOR, Client, client_binding
from telecom_privacy.clients.professions import restated
from telecom_privacy.clients.repository import CLIENTS, ClientRepository
from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.clients.terms import TermSettings
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import ErasedItem
from telecom_privacy.erasure.schedule import CONTRACT_END, Schedule
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Invalid
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.agreed import check_agreed_term
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Category, Option
from telecom_privacy.policies.window import Window
from telecom_privacy.scope import Role
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.paging import month_of


class ClientService(ClientDirectory):
    """The directory of clients, and all changes to it."""

    def __init__(
        self,
        repository: ClientRepository,
        keys: KeyService,
        versions: ContentVersions,
        schedule: Schedule,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
        settings: TermSettings,
        stated: StatedProfessions,
    ) -> None:
        super().__init__(repository, keys, epoch, clock, settings)
        self._schedule = schedule
        self._versions = versions
        self._stated = stated
        self._epoch = epoch
        self._log = ChangeLog(audit, clock)

    def create(
        self,
        access: Access,
        details: Mapping[str, Any],
        policy: str,
        started_on: date,
        options: list[Option],
        terms: Agreed | None = None,
    ) -> Client:
        """Store a new client; what it agreed is its initial state. Raises as `take_over`."""
        history = first_history(policy, options, self._clock.now(), terms)
        return self.take_over(access, details, started_on, history)

    def take_over(
        self, access: Access, details: Mapping[str, Any], started_on: date, history: ClientHistory
    ) -> Client:
        """Store a client that comes from elsewhere, with all that it agreed there, as it was dated.

        Raises `Conflict` if its id is taken, `Invalid` for the policies and the terms.
        """
        for change in history.policies:
            self._require_policy(change.policy)
        for term in history.terms:
            self._check_terms(history, term.effective_at, {term.category: term.duration})
        if details["id"] == OPERATOR:
            raise Conflict("this id is the operator's own")
        return self._create(access, details, started_on, history)

    def ensure_operator(self, access: Access, policy: str) -> None:
        """Create the client under which the operator keeps records of its own, unless it is there.

        Raises `Invalid` if there is no such policy.
        """
        self._require_policy(policy)
        if self._repository.fetch_by_token(self._keys.client_token(OPERATOR)):
            return
        now = self._clock.now()
        today = now.astimezone(self._settings.zone).date()
        with suppress(Conflict):  # another machine, that starts at the same time, was faster
            history = first_history(policy, [], now)
            self._create(access, {"id": OPERATOR, "name": OPERATOR}, today, history)

    def _create(
        self, access: Access, details: Mapping[str, Any], started_on: date, history: ClientHistory
    ) -> Client:
        now = self._clock.now()
        client_id, month = uuid4(), month_of(now)
        token = self._keys.client_token(details["id"])
        if self._repository.fetch_by_token(token):
            raise Conflict("a client with this id exists already")

        def write(key: RecordKey) -> bool:
            sealed = _sealed(client_id, month, details, key, version=1)
            stored = StoredClient(
                client_id, token, sealed, started_on, history_document(history), now
            )
            inserted = self._repository.insert(stored)
            self._schedule.expect(client_id, {Category.CLIENT: None})
            return inserted

        agreed = agreed_at(history, now)
        said = {**agreed, "terms": {name: str(term) for name, term in agreed["terms"].items()}}
        with self._log.announced("client.created", access, client_id, said):
            self._stated.begin(client_id, details)
            self._versions.insert(client_binding(client_id, month), CLIENTS, client_id, write)
        return self.by_id(client_id)

    def change(
        self,
        access: Access,
        client: Client,
        details: Mapping[str, Any],
        effective_on: date | datetime | None,
        policy: str | None = None,
        options: list[Option] | None = None,
        terms: Agreed | None = None,
    ) -> Client:
        """Change what describes a client at once, and its policy, options and terms with a date.

        Raises `Invalid`, and `Conflict` if somebody else changed the client at the same time.
        """
        client = self._fetch(client.id)  # not from a cache: it would lose against itself
        now = self._clock.now()
        at = effective_moment(effective_on, now, self._settings.zone)
        if policy is not None:
            self._require_policy(policy)
        history = changed(client.history, at, policy, options, terms)
        self._check_terms(history, at, terms or {})
        described = restated(access, client.details, details, now)
        said = change_details(details, policy, options, terms)
        with self._log.announced("client.changed", access, client.id, said):
            self._stated.state(client.scope(Role.CONTROLLER), described)
            self._store(access, client, described, history)
        return self.by_id(client.id)

    def supposed(
        self,
        client: Client,
        storage_extension: bool | None = None,
        policy: str | None = None,
        terms: Agreed | None = None,
    ) -> Terms:
        """The terms that would hold if such changes were made now, for previews.

        Raises `Invalid` for changes that could not be made.
        """
        now = self._clock.now()
        if policy is not None:
            self._require_policy(policy)
        history = changed(client.history, now, policy, terms=terms)
        self._check_terms(history, now, terms or {})
        if storage_extension is not None:
            history = history.with_option(Option.STORAGE_EXTENSION, storage_extension, now)
        return self.terms(history)

    def agreeable(self, client: Client, policy: str | None, terms: Agreed) -> Agreed:
        """Those of some terms that the client could agree now, under this policy or its own.

        Raises `Invalid` if there is no such policy.
        """
        if policy is not None:
            self._require_policy(policy)
        now = self._clock.now()
        history = changed(client.history, now, policy) if policy else client.history
        found: dict[str, Duration | None] = {}
        for category, duration in terms.items():
            with suppress(Invalid):
                self._check_terms(history, now, {category: duration})
                found[category] = duration
        return found

    def write_history(self, access: Access, client: Client, history: ClientHistory) -> None:
        """Store dated facts that were added to those of `client` as it was just read.

        Raises `Conflict` if it changed since.
        """
        self._store(access, client, client.details, history)

    def _store(
        self,
        access: Access,
        client: Client,
        details: Mapping[str, Any],
        history: ClientHistory,
    ) -> None:
        """Write the next version: what is sealed gets a new key (DESIGN §3)."""

        def write(key: RecordKey) -> bool:
            stored = StoredClient(
                client.id,
                self._keys.client_token(client.external_id),
                _sealed(client.id, client.month, details, key, client.version + 1),
                client.started_on,
                history_document(history),
                client.created_at,
            )
            written = self._repository.update(stored)
            self._epoch.advance()  # before the old key goes: no cache may outlive it
            self._schedule.touch(client.id, [CONTRACT_END])
            return written

        old = ErasedItem(client.id, client.key, client.id)
        binding = client_binding(client.id, client.month)
        self._versions.replace(binding, CLIENTS, old, write, access.actor)

    def note_opened(self, client: Client, window: Window) -> None:
        """Remember that somebody was told that the reversibility window is open."""
        self._repository.update_opened(client.id, window.closes_on)

    def note_reminded(self, client: Client, reminder: Reminder) -> None:
        """Remember that somebody was reminded that the reversibility window closes."""
        self._repository.update_reminded(client.id, reminder.due_on, self._clock.now())

    def note_destroyed(self, client: Client) -> None:
        """Remember that the key of all that was hosted for a client is gone."""
        self._repository.update_destroyed(client.id, self._clock.now())

    def _require_policy(self, policy: str) -> None:
        if policy not in self._settings.policies:
            known = ", ".join(sorted(self._settings.policies))
            raise Invalid({"policy": [f"no such policy; known: {known}"]})

    def _check_terms(self, history: ClientHistory, at: datetime, terms: Agreed) -> None:
        policy = self._settings.policies[history.policy_in_force(at)]
        version = policy.version_on(at.astimezone(self._settings.zone).date())
        for category, duration in terms.items():
            if duration is not None:
                check_agreed_term(version, category, duration)


def _sealed(
    client_id: UUID, month: str, details: Mapping[str, Any], key: RecordKey, version: int
) -> Sealed:
    payload = seal_json(key.key, details, client_binding(client_id, month))
    return Sealed(key.reference, payload, month, version)
