"""How long a revoked consent refuses once it is erased: until another is given (RULES CON-3)."""

from datetime import timedelta

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import KeyDestroyed, NotFound
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.scope import Role, Scope


class Refusals:
    """Keeps the tombstones of revoked consents for as long as anything may be handed in."""

    def __init__(
        self,
        repository: RecordRepository,
        clients: ClientService,
        clock: Clock,
        tombstone_time: timedelta,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._clock = clock
        self._tombstone_time = tombstone_time

    def renew(self) -> None:
        """Keep what refuses something that may still come. Before tombstones are forgotten."""
        now = self._clock.now()
        for scope in self._repository.fetch_refusing(now):
            if self._may_come(scope):
                self._repository.renew_refusals(scope, now, now + self._tombstone_time)

    def _may_come(self, scope: Scope) -> bool:
        """Whether records of the client in this role can still be handed in."""
        try:
            client = self._clients.by_id(scope.client_id)
        except (NotFound, KeyDestroyed):
            return False
        destroyed_at = self._clients.contract_end(client).destroyed_at
        return scope.role is Role.CONTROLLER or destroyed_at is None
