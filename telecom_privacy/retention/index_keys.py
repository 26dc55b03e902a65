"""A month's index key dies with the last record of its month (DESIGN §3)."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from telecom_privacy.calls.model import LONGEST_CALL
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.history import first_history
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.terms import TermSettings
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import (
    ConfigurationError,
    IntegrityError,
    KeyDestroyed,
    NotFound,
)
from telecom_privacy.keys.model import index_node
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.model import Category, Option
from telecom_privacy.scope import NO_ID, Role
from telecom_privacy.storage.lease import KeepAlive
from telecom_privacy.storage.paging import TICK, Window, month_window
from telecom_privacy.traffic.service import TrafficService

_EMPTY = "empty"
"""Not a term: the key of a month in which nothing is left, and nothing can come any more."""


class IndexKeys:
    """Destroys index keys of months that are empty and that no new record can enter any more."""

    def __init__(
        self,
        keys: KeyService,
        clients: ClientService,
        settings: TermSettings,
        calls: CallService,
        traffic: TrafficService,
        eraser: Eraser,
    ) -> None:
        self._keys = keys
        self._clients = clients
        self._settings = settings
        self._calls = calls
        self._traffic = traffic
        self._eraser = eraser

    def retire_processor(self, client: Client, now: datetime) -> None:
        """Destroy a client's own index keys of the months that are over for it."""
        for window in map(month_window, self._keys.numbers.months(client.id)):
            if _is_closed(client.terms, Category.CALL, Role.PROCESSOR, window, now) and (
                self._calls.is_empty(client, window)
            ):
                self._destroy(Role.PROCESSOR, window, client.id)

    def retire_controller(self, now: datetime, keep_alive: KeepAlive) -> None:
        """Destroy the operator's index keys of the months that are over for every client.

        Also for one that joins at this moment, whatever its policy and options. `keep_alive` is
        called between months and clients.
        """
        joining = list(self._joining(now))
        for window in map(month_window, self._keys.numbers.months()):
            keep_alive()
            if (
                all(_is_past(terms, window, now) for terms in joining)
                and self._traffic.is_empty(window)
                and self._is_past_for_all(window, now, keep_alive)
            ):
                self._destroy(Role.CONTROLLER, window, NO_ID)

    def _joining(self, now: datetime) -> Iterator[Terms]:
        for policy in self._settings.policies:
            for options in ((), tuple(Option)):
                yield self._settings.terms(first_history(policy, options, now))

    def _is_past_for_all(self, window: Window, now: datetime, keep_alive: KeepAlive) -> bool:
        """One that cannot be opened may have agreed anything: its month stays."""
        for client_id in self._clients.ids():
            keep_alive()
            try:
                terms = self._clients.by_id(client_id).terms
            except (NotFound, KeyDestroyed):
                continue  # erased since it was listed
            except (IntegrityError, ConfigurationError):
                return False  # the sweep has raised the alarm
            if not _is_past(terms, window, now):
                return False
        return True

    def _destroy(self, role: Role, window: Window, client_id: UUID) -> None:
        node = index_node(role, window.month, client_id)
        self._eraser.erase_nodes(client_id, role, node.kind, _EMPTY, [node], "sweep")


def _is_past(terms: Terms, window: Window, now: datetime) -> bool:
    return _is_closed(terms, Category.TRAFFIC, Role.CONTROLLER, window, now)


def _is_closed(terms: Terms, category: Category, role: Role, window: Window, now: datetime) -> bool:
    """Whether even the last record of the month is past its term: a new one would be refused.

    A call that started in the month may have ended up to `LONGEST_CALL` later. Where no rule names
    the category, nothing of it is ever stored.
    """
    latest = window.end - TICK + LONGEST_CALL
    try:
        return terms.verdict(category, role, latest).is_due(now)
    except ConfigurationError:
        return True
