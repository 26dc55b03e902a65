"""Forgetting objections that were withdrawn, once they decide about nothing any more."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import KeyDestroyed, NotFound
from telecom_privacy.objections.repository import ObjectionRepository
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role

_LONGEST_CALL = timedelta(days=8)
"""Longer than any call that is accepted: one that began before a withdrawal ended before this."""

_KIND = Category.RECORDING, Role.PROCESSOR


class ObjectionUpkeep:
    def __init__(
        self, repository: ObjectionRepository, clients: ClientService, clock: Clock
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._clock = clock

    def run(self, keep_alive: Callable[[], None]) -> None:
        """Forget, of all clients, what covers only calls whose recordings are past their term.

        What is due once stays due, so none of them can be handed in any more. Raises `Unavailable`;
        may be repeated. `keep_alive` is called between clients.
        """
        for client_id in self._clients.ids():
            keep_alive()
            with suppress(NotFound, KeyDestroyed):
                self._forget(self._clients.by_id(client_id))

    def _forget(self, client: Client) -> None:
        if _KIND not in client.terms.kinds():
            return
        now, scope = self._clock.now(), client.scope(Role.PROCESSOR)
        for objection_id, until in self._repository.fetch_withdrawn(scope):
            if client.terms.verdict(*_KIND, until + _LONGEST_CALL).is_due(now):
                self._repository.delete(scope, objection_id)
