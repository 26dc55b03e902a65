"""When the professions of a client are needed no more: nothing of it can be found (LAW-3)."""

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.holds.withheld import WithheldService


class ProfessionUpkeep:
    """May be repeated, and done by several processes at once."""

    def __init__(
        self, stated: StatedProfessions, clients: ClientService, withheld: WithheldService
    ) -> None:
        self._stated = stated
        self._clients = clients
        self._withheld = withheld

    def run(self) -> None:
        """Forget those of clients that were erased and of which no hold keeps anything."""
        for client_id in self._stated.clients() - set(self._clients.ids()):
            if not self._withheld.keeps_any_of(client_id):
                self._stated.forget(client_id)
