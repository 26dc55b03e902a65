"""A month's index key dies with the last record of its month (DESIGN §3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.model import Client
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import NO_ID, Role
from telecom_privacy.storage.paging import Window, month_window
from telecom_privacy.traffic.service import TrafficService

_TICK = timedelta(milliseconds=1)


class IndexKeys:
    """Destroys index keys of months that are empty and that no new record can enter any more."""

    def __init__(
        self, keys: KeyService, calls: CallService, traffic: TrafficService, audit: AuditLog
    ) -> None:
        self._keys = keys
        self._calls = calls
        self._traffic = traffic
        self._audit = audit

    def retire(self, clients: Sequence[Client], now: datetime) -> None:
        for client in clients:
            self._retire_processor(client, now)
        self._retire_controller(clients, now)

    def _retire_processor(self, client: Client, now: datetime) -> None:
        for window in map(month_window, self._keys.index_months(client.id)):
            if _is_closed(client, Category.CALL, Role.PROCESSOR, window, now) and (
                self._calls.is_empty(client, window)
            ):
                self._destroy(Role.PROCESSOR, window, client, now)

    def _retire_controller(self, clients: Sequence[Client], now: datetime) -> None:
        for window in map(month_window, self._keys.index_months()):
            if all(
                _is_closed(client, Category.TRAFFIC, Role.CONTROLLER, window, now)
                and self._traffic.is_empty(client, window)
                for client in clients
            ):
                self._destroy(Role.CONTROLLER, window, None, now)

    def _destroy(self, role: Role, window: Window, client: Client | None, now: datetime) -> None:
        client_id = client.id if client else NO_ID
        details = {"kind": "index-key", "role": role.value, "month": window.month}
        owner = client.id if client else None
        self._audit.append([Event("key.destroyed", "sweep", now, owner, details)])
        self._keys.destroy_index(role, window.month, client_id)


def _is_closed(
    client: Client, category: Category, role: Role, window: Window, now: datetime
) -> bool:
    """Whether even the last record of the month is past its term: a new one would be refused.

    A call that started in the month may have ended up to a day later.
    """
    latest = window.end - _TICK + timedelta(days=1)
    return client.terms.verdict(category, role, latest).is_due(now)
