"""What is not urgent, but must be done for every client now and then."""

import logging
from collections.abc import Callable
from itertools import islice

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import Pair
from telecom_privacy.erasure.schedule import CONTRACT_END, Schedule
from telecom_privacy.errors import KeyDestroyed, NotFound, TelecomPrivacyError, Unavailable
from telecom_privacy.policies.model import Category
from telecom_privacy.retention.index_keys import IndexKeys
from telecom_privacy.storage.lease import KeepAlive

_PAIRS_AT_ONCE = 50
_log = logging.getLogger("telecom_privacy.retention")


class Reconciliation:
    """Compares the schedule with what is known of the clients, so that lost hints are found.

    `policies` stands for the content of the policy files: by these the schedule was computed.
    """

    def __init__(self, schedule: Schedule, clients: ClientService, policies: str) -> None:
        self._schedule = schedule
        self._clients = clients
        self._policies = policies

    def run(self, keep_alive: Callable[[], object] = lambda: None) -> None:
        """Have everything looked at after a policy file changed, and what was never noted.

        Raises `Unavailable`; may be repeated. `keep_alive` is called now and then.
        """
        self._schedule.base_on(self._policies)
        pairs = (
            Pair(client_id, str(category))
            for client_id in self._clients.ids()
            for category in (*Category, CONTRACT_END)
        )
        while some := list(islice(pairs, _PAIRS_AT_ONCE)):
            keep_alive()
            self._schedule.add_missing(some)


class IndexKeyUpkeep:
    """Destroys the index keys of months that are over, of all clients and of the operator."""

    def __init__(self, index_keys: IndexKeys, clients: ClientService, clock: Clock) -> None:
        self._index_keys = index_keys
        self._clients = clients
        self._clock = clock

    def run(self, keep_alive: KeepAlive) -> None:
        """Raise `Unavailable`; may be repeated. `keep_alive` is called between clients."""
        now = self._clock.now()
        for client_id in self._clients.ids():
            keep_alive()
            try:
                self._index_keys.retire_processor(self._clients.by_id(client_id), now)
            except (NotFound, KeyDestroyed):
                continue  # erased since it was listed
            except Unavailable:
                raise
            except TelecomPrivacyError as error:
                fields = {"client": str(client_id), "error": type(error).__name__}
                _log.critical("index keys cannot be retired", extra={"fields": fields})
        self._index_keys.retire_controller(now, keep_alive)
