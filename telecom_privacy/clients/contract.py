"""The end of a contract: told, corrected and taken back by the operator (RET-3)."""

from datetime import date, datetime

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.history import check_end, ended
from telecom_privacy.clients.model import WINDOW_OVER, Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.terms import TermSettings
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, Invalid, NotFound
from telecom_privacy.http.access import Access


class ContractService:
    def __init__(
        self, clients: ClientService, settings: TermSettings, audit: AuditLog, clock: Clock
    ) -> None:
        self._clients = clients
        self._settings = settings
        self._log = ChangeLog(audit, clock)
        self._clock = clock

    def end(self, access: Access, client: Client, ended_on: date, keep_account: bool) -> Client:
        """End the contract and open the reversibility window (RET-3), or correct its end.

        Raises `Conflict` once the window is over, or for what is no customer's, `Invalid` for an
        end before the contract began or whose window would be over already.
        """
        client.require_customer()
        client = self._clients.current(client.id)
        known = client.history
        if (known.contract_ended_on, known.keep_account) == (ended_on, keep_account):
            return client
        now = self._clock.now()
        self._require_open(client, now)
        check_end(client.started_on, ended_on, now)
        history = ended(known, now, ended_on, keep_account)
        if self._settings.window_over(history, now):
            raise Invalid({"ended_on": ["the reversibility window would be over already"]})
        said = {"ended_on": ended_on.isoformat()}
        with self._log.announced("contract.ended", access, client.id, said):
            self._clients.write_history(access, client, history)
        return self._clients.by_id(client.id)

    def resume(self, access: Access, client: Client) -> None:
        """Take back the end of the contract. What was due by it stays due.

        Raises `NotFound` if the contract has no end, `Conflict` once the window is over or for the
        operator itself.
        """
        client.require_customer()
        client = self._clients.current(client.id)
        if client.history.contract_ended_on is None:
            raise NotFound("contract end")
        now = self._clock.now()
        self._require_open(client, now)
        with self._log.announced("contract.resumed", access, client.id, {}):
            self._clients.write_history(access, client, ended(client.history, now, None, None))

    def _require_open(self, client: Client, now: datetime) -> None:
        if self._settings.window_over(client.history, now):
            raise Conflict(WINDOW_OVER)
