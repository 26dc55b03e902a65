"""Finding and opening clients."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.clients.contract_ends import ContractEnd, Reminder
from telecom_privacy.clients.documents import StoredClient
from telecom_privacy.clients.history import agreed_at, history_from
from telecom_privacy.clients.model import OPERATOR, Client, client_binding
from telecom_privacy.clients.opening import each_openable, open_current
from telecom_privacy.clients.repository import ClientRepository
from telecom_privacy.clients.terms import TermSettings
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import DueItem, ErasedItem
from telecom_privacy.errors import ConfigurationError, Gone
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Terms, Verdict
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Category
from telecom_privacy.policies.window import Window
from telecom_privacy.scope import Role
from telecom_privacy.storage.epoch import Epoch, EpochCache
from telecom_privacy.storage.paging import Position, page_oldest_first


class ClientDirectory:
    """The clients of the operator, read only. Reading one is cached for an epoch."""

    def __init__(
        self,
        repository: ClientRepository,
        keys: KeyService,
        epoch: Epoch,
        clock: Clock,
        settings: TermSettings,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._clock = clock
        self._settings = settings
        self._by_token: EpochCache[bytes, Client] = EpochCache(epoch)
        self._by_id: EpochCache[UUID, Client] = EpochCache(epoch)

    def reach(self, access: Access, external_id: str) -> Client:
        """Return the client if `access` may reach it.

        Raises `NotFound` alike for a client that does not exist and for another's, and
        `Forbidden` when operator staff state no purpose.
        """
        client = self._reach(access, external_id)
        if _verdict(client, client.terms).is_due(self._clock.now()):
            raise Gone("the retention term of this client is over")
        return client

    def reach_hosted(self, access: Access, external_id: str) -> Client:
        """As `reach`, but raises `Gone` once nothing is hosted for the client any more.

        So no answer depends on which of its keys are destroyed already.
        """
        client = self.reach(access, external_id)
        client.require_hosted(self._clock.now())
        return client

    def reach_for_records(self, access: Access, external_id: str) -> Client:
        """As `reach_hosted`, but the operator reaches what it keeps for longer as controller."""
        if access.role is ApiRole.CLIENT:
            return self.reach_hosted(access, external_id)
        return self._reach(access, external_id)

    def _reach(self, access: Access, external_id: str) -> Client:
        access.require_purpose()
        client = self._find(external_id)
        access.require_client(client.id)
        return client

    def operator(self) -> Client:
        """Return the client under which the operator keeps records of its own."""
        return self._find(OPERATOR)

    def ids(self) -> Iterator[UUID]:
        """Yield the internal ids of all clients, those too that cannot be opened."""
        yield from self._repository.fetch_ids()

    def by_id(self, client_id: UUID) -> Client:
        """Return a client by its internal id.

        Raises `NotFound`, `KeyDestroyed` while it is being erased, `IntegrityError`, and
        `ConfigurationError` if its policy has no file.
        """
        return self._by_id.get_or_load(client_id, lambda: self._fetch(client_id))

    def current(self, client_id: UUID) -> Client:
        """Like `by_id`, but not from a cache: what is erased is judged by the newest terms."""
        return self._fetch(client_id)

    def all(self) -> Iterator[Client]:
        """Yield all clients but those that cannot be opened: each of them is an alarm."""
        yield from each_openable("client", self._repository.fetch_all(), self._opened)

    def page(self, after: Position | None, limit: int) -> tuple[list[Client], Position | None]:
        """Return a page of the clients within their term, and where the next one goes on."""
        now = self._clock.now()
        stored = (found for found in self._repository.fetch_all() if not self._is_over(found, now))
        page, more = page_oldest_first(stored, _position, after, limit)
        return list(each_openable("client", page, self._opened)), more

    def window(self, client: Client) -> Window | None:
        """The reversibility window (RET-3); None while the contract has no end."""
        return self._settings.window(client.history)

    def contract_end(self, client: Client) -> ContractEnd:
        """What was done about the end of a client's contract."""
        return self._repository.fetch_contract_end(client.id)

    def reminders(self, client: Client) -> list[Reminder]:
        """When somebody is, or was, to be reminded that the window closes; none without one.

        Of a window that the client closed itself only those that were given.
        """
        window, told_at = self.window(client), client.history.end_told_at
        if window is None or told_at is None:
            return []
        end, is_released = self.contract_end(client), client.history.released_at is not None
        return end.given_since(told_at) if is_released else end.reminders(window)

    def in_force(self, client: Client) -> dict[str, Any]:
        """What is agreed with a client now: `{policy, options, terms}`."""
        return agreed_at(client.history, self._clock.now())

    def terms(self, history: ClientHistory) -> Terms:
        """The terms under a hypothetical history, for previews."""
        return self._settings.terms(history)

    def due(self, client: Client, terms: Terms, now: datetime) -> Iterator[DueItem]:
        """Yield the client itself once its own term is over at `now`."""
        verdict = _verdict(client, terms)
        if verdict.is_due(now):
            item = ErasedItem(client.id, client.key, client.id)
            rule = verdict.rule_id or ""
            yield DueItem(item, verdict.due_at or now, rule, verdict.action)

    def _is_over(self, stored: StoredClient, now: datetime) -> bool:
        try:
            terms = self._settings.terms(history_from(stored.history))
        except ConfigurationError:
            return False  # nobody knows; opening it raises the alarm
        return _verdict(stored, terms).is_due(now)

    def _fetch(self, client_id: UUID) -> Client:
        return self._opened(self._repository.fetch(client_id))

    def _find(self, external_id: str) -> Client:
        token = self._keys.client_token(external_id)
        return self._by_token.get_or_load(
            token, lambda: self._opened(self._repository.fetch_by_token(token))
        )

    def _opened(self, stored: StoredClient | None) -> Client:
        return open_current("client", stored, self._repository.fetch, self._open_version)

    def _open_version(self, stored: StoredClient) -> Client:
        binding = client_binding(stored.id, stored.sealed.month)
        key = self._keys.open(binding, stored.sealed.key)
        history = history_from(stored.history)
        window = self._settings.window(history)
        return Client(
            id=stored.id,
            details=open_json(key, stored.sealed.payload, binding),
            started_on=stored.started_on,
            history=history,
            terms=self._settings.terms(history),
            created_at=stored.created_at,
            month=stored.sealed.month,
            key=stored.sealed.key,
            version=stored.sealed.version,
            closes_at=window.closes_at if window else None,
        )


def _verdict(client: Client | StoredClient, terms: Terms) -> Verdict:
    return terms.verdict(Category.CLIENT, Role.CONTROLLER, client.created_at)


def _position(client: StoredClient) -> Position:
    return Position(client.created_at, client.id.bytes)
