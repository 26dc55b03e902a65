"""The client says that it has everything; it may then close its reversibility window itself."""

from uuid import UUID

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.contract_ends import Confirmation
from telecom_privacy.clients.history import released
from telecom_privacy.clients.model import WINDOW_OVER, Client
from telecom_privacy.clients.repository import ClientRepository
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.terms import TermSettings
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access


class ContractConfirmations:
    def __init__(
        self,
        repository: ClientRepository,
        clients: ClientService,
        settings: TermSettings,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._settings = settings
        self._log = ChangeLog(audit, clock)
        self._clock = clock

    def require_open(self, client: Client) -> None:
        """Raise `Conflict` unless the contract is over and its reversibility window open."""
        now = self._clock.now()
        ended_on = client.history.contract_ended_on
        if ended_on is None or ended_on > now.astimezone(self._settings.zone).date():
            raise Conflict("the contract is not over")
        if self._settings.window_over(client.history, now):
            raise Conflict(WINDOW_OVER)

    def confirm(self, access: Access, client: Client, export_id: UUID) -> None:
        """Remember that the client says it has everything, with the package that it took."""
        self._log.append("contract.confirmed", access, client.id, {"export": str(export_id)})
        said = Confirmation(export_id, self._clock.now(), access.actor)
        self._repository.update_confirmed(client.id, said)

    def release(self, access: Access, client: Client) -> None:
        """Close the window now, at the client's wish: nothing that is hosted is kept (RET-2).

        Cannot be taken back; may be repeated. Raises as `require_open`, and `Conflict` if others
        change the client at the same time.
        """
        client = self._clients.current(client.id)
        if client.history.released_at is not None:
            return
        self.require_open(client)
        history = released(client.history, self._clock.now())
        with self._log.announced("contract.released", access, client.id, {}):
            self._clients.write_history(access, client, history)
