"""Clients: created, reached by their external id, changed with effect from a date."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.history import (
    Agreed,
    agreed_at,
    change_details,
    changed,
    check_end,
    effective_moment,
    first_history,
    history_document,
    history_from,
)
from telecom_privacy.clients.model import OPERATOR, Client
from telecom_privacy.clients.repository import CLIENTS, ClientRepository, Sealed, StoredClient
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.model import DueItem, ErasedItem
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Gone, Invalid, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.http.cursor import page_oldest_first
from telecom_privacy.keys.model import RecordKey, record_binding
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.agreed import check_agreed_term
from telecom_privacy.policies.due import Terms, Verdict
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Category, Option, Policy
from telecom_privacy.policies.window import Window, reversibility_window
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.storage.epoch import Epoch, EpochCache
from telecom_privacy.storage.paging import Position


@dataclass(frozen=True, slots=True)
class TermSettings:
    """What decides due dates besides a client's own history."""

    policies: Mapping[str, Policy]
    zone: tzinfo
    grace: timedelta

    def terms(self, history: ClientHistory) -> Terms:
        return Terms(history, self.policies, self.zone, self.grace)


class ClientService:
    """The clients of the operator. Reading one is cached for an epoch."""

    def __init__(
        self,
        repository: ClientRepository,
        keys: KeyService,
        versions: ContentVersions,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
        settings: TermSettings,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._versions = versions
        self._audit = audit
        self._epoch = epoch
        self._clock = clock
        self._settings = settings
        self._by_token: EpochCache[bytes, Client] = EpochCache(epoch)
        self._by_id: EpochCache[UUID, Client] = EpochCache(epoch)

    def reach(self, access: Access, external_id: str) -> Client:
        """Return the client if `access` may reach it.

        Raises `NotFound` alike for a client that does not exist and for another's, and
        `Forbidden` when operator staff state no purpose.
        """
        access.require_purpose()
        client = self._find(external_id)
        access.require_client(client.id)
        if self._verdict(client, client.terms).is_due(self._clock.now()):
            raise Gone("the retention term of this client is over")
        return client

    def by_id(self, client_id: UUID) -> Client:
        """Return a client by its internal id. Raises `NotFound`."""
        return self._by_id.get_or_load(client_id, lambda: self._fetch(client_id))

    def all(self) -> Iterator[Client]:
        for stored in self._repository.fetch_all():
            yield self._opened(stored)

    def page(self, after: Position | None, limit: int) -> tuple[list[Client], str | None]:
        """Return a page of the clients within their term, and the cursor of the next one."""
        now = self._clock.now()
        stored = (found for found in self._repository.fetch_all() if not self._is_over(found, now))
        page, more = page_oldest_first(stored, _position, after, limit)
        return [self._opened(found) for found in page], more

    def create(
        self,
        access: Access,
        details: Mapping[str, Any],
        policy: str,
        started_on: date,
        options: list[Option],
    ) -> Client:
        """Store a new client. Raises `Conflict` if its id is taken, `Invalid` for the policy."""
        self._require_policy(policy)
        if details["id"] == OPERATOR:
            raise Conflict("this id is the operator's own")
        now = self._clock.now()
        client_id, month = uuid4(), f"{now:%Y-%m}"
        token = self._keys.client_token(details["id"])
        if self._repository.fetch_by_token(token):
            raise Conflict("a client with this id exists already")
        history = first_history(policy, options, now)

        def write(key: RecordKey) -> bool:
            sealed = self._sealed(client_id, month, details, key, version=1)
            stored = StoredClient(
                client_id, token, sealed, started_on, None, history_document(history), now
            )
            return self._repository.insert(stored)

        self._log("client.created", access, client_id, {"policy": policy, "options": list(options)})
        self._versions.insert(_binding(client_id, month), CLIENTS, client_id, write)
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
        at = effective_moment(effective_on, self._clock.now(), self._settings.zone)
        if policy is not None:
            self._require_policy(policy)
        history = changed(client.history, at, policy, options, terms)
        self._check_terms(history, at, terms or {})
        self._log(
            "client.changed", access, client.id, change_details(details, policy, options, terms)
        )
        self._store(access, client, {**client.details, **details}, history, client.keep_account)
        return self.by_id(client.id)

    def end_contract(
        self, access: Access, client: Client, ended_on: date, keep_account: bool
    ) -> tuple[Client, Window]:
        """End the contract and open the reversibility window (RET-3).

        Raises `Conflict` if it has ended on another day, `Invalid` if it began later.
        """
        client = self._fetch(client.id)
        already = client.history.contract_ended_on
        if already is not None and (already, client.keep_account) != (ended_on, keep_account):
            raise Conflict("the contract has ended already, on another day or other terms")
        check_end(client.started_on, ended_on, self._clock.now())
        if already is None:
            history = replace(client.history, contract_ended_on=ended_on)
            self._log("contract.ended", access, client.id, {"ended_on": ended_on.isoformat()})
            self._store(access, client, client.details, history, keep_account)
        return self.by_id(client.id), self.window(ended_on)

    def window(self, ended_on: date) -> Window:
        return reversibility_window(ended_on, self._settings.zone)

    def in_force(self, client: Client) -> dict[str, Any]:
        """What is agreed with a client now: `{policy, options, terms}`."""
        return agreed_at(client.history, self._clock.now())

    def terms(self, history: ClientHistory) -> Terms:
        """The terms under a hypothetical history, for previews."""
        return self._settings.terms(history)

    def due(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the client itself once its own term is over at `now`."""
        verdict = self._verdict(client, terms)
        if verdict.is_due(now):
            item = ErasedItem(client.id, client.key, client.id)
            yield DueItem(item, verdict.due_at or now, verdict.rule_id or "")

    def _verdict(self, client: Client | StoredClient, terms: Terms) -> Verdict:
        return terms.verdict(Category.CLIENT, Role.CONTROLLER, client.created_at)

    def _is_over(self, stored: StoredClient, now: datetime) -> bool:
        terms = self._settings.terms(history_from(stored.history))
        return self._verdict(stored, terms).is_due(now)

    def _fetch(self, client_id: UUID) -> Client:
        return self._opened(self._repository.fetch(client_id))

    def _find(self, external_id: str) -> Client:
        token = self._keys.client_token(external_id)
        return self._by_token.get_or_load(
            token, lambda: self._opened(self._repository.fetch_by_token(token))
        )

    def _opened(self, stored: StoredClient | None) -> Client:
        if stored is None:
            raise NotFound("client")
        binding = _binding(stored.id, stored.sealed.month)
        key = self._keys.open(binding, stored.sealed.key)
        history = history_from(stored.history)
        return Client(
            id=stored.id,
            details=open_json(key, stored.sealed.payload, binding),
            started_on=stored.started_on,
            keep_account=stored.keep_account,
            history=history,
            terms=self._settings.terms(history),
            created_at=stored.created_at,
            month=stored.sealed.month,
            key=stored.sealed.key,
            version=stored.sealed.version,
        )

    def _store(
        self,
        access: Access,
        client: Client,
        details: Mapping[str, Any],
        history: ClientHistory,
        keep_account: bool | None,
    ) -> None:
        """Write the next version: what is sealed gets a new key (DESIGN §3)."""

        def write(key: RecordKey) -> bool:
            stored = StoredClient(
                client.id,
                self._keys.client_token(client.external_id),
                self._sealed(client.id, client.month, details, key, client.version + 1),
                client.started_on,
                keep_account,
                history_document(history),
                client.created_at,
            )
            return self._repository.update(stored)

        old = ErasedItem(client.id, client.key, client.id)
        binding = _binding(client.id, client.month)
        self._versions.replace(binding, CLIENTS, old, write, access.actor)
        self._epoch.advance()

    def _sealed(
        self,
        client_id: UUID,
        month: str,
        details: Mapping[str, Any],
        key: RecordKey,
        version: int,
    ) -> Sealed:
        payload = seal_json(key.key, details, _binding(client_id, month))
        return Sealed(key.reference, payload, month, version)

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

    def _log(
        self, action: str, access: Access, client_id: UUID, details: Mapping[str, Any]
    ) -> None:
        event = Event(
            action, access.actor, self._clock.now(), client_id, {**details, **access.statement()}
        )
        self._audit.append([event])


def _position(client: StoredClient) -> Position:
    return Position(client.created_at, client.id.bytes)


def _binding(client_id: UUID, month: str) -> Binding:
    scope = Scope(client_id, NO_ID, Role.CONTROLLER)
    return record_binding(scope, Category.CLIENT, month, client_id)
