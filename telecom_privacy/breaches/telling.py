"""Telling the webhooks of clients that they were noted as told of a breach (`breach.announced`).

Order: the notice in the register, which is the recorded intent → the webhooks → the step
`announced`. A kill in between neither tells a client of what was not noted, nor leaves it untold.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from uuid import UUID, uuid5

from telecom_privacy.breaches.model import Breach, Entry, Step
from telecom_privacy.breaches.register import BreachRegister
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.isolation import succeeds
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.notices.model import Data, NoticeType
from telecom_privacy.notices.service import Notices


class BreachTelling:
    def __init__(
        self, register: BreachRegister, clients: ClientService, notices: Notices, clock: Clock
    ) -> None:
        self._register = register
        self._clients = clients
        self._notices = notices
        self._clock = clock

    def finish(self, breach: Breach) -> Breach:
        """Announce what was noted, once, however often it is called. Raises `Unavailable`."""
        noted = breach.unannounced
        if not noted:
            return breach
        for number, entry in noted.items():
            for client_id in self._told(entry):
                self._announce(breach, client_id, number)
        *_, last = noted.values()
        whose, done = Access(last.actor, ApiRole.DPO), partial(self._done, noted)
        return self._register.note(whose, breach.id, Step.ANNOUNCED, done)

    def resume(self, keep_alive: Callable[[], None]) -> int:
        """Finish what killed processes began; return how many. Raises `Unavailable`."""
        finished = 0
        for _, breach in self._register.each(is_open=True):
            keep_alive()
            if breach.unannounced:
                finish = partial(self.finish, breach)
                finished += succeeds(finish, "a breach cannot be announced", breach=breach.id)
        return finished

    def _done(self, noted: Mapping[int, Entry], breach: Breach) -> Breach:
        """As it is where another was faster; a notice that came meanwhile stays to be announced."""
        if breach.unannounced != noted:
            return breach
        *_, last = noted.values()
        now = self._clock.now()
        return breach.after(Entry(Step.ANNOUNCED, now, now, last.actor))

    def _told(self, noted: Entry) -> Iterable[UUID]:
        if noted.said["clients"] is not None:
            found: Iterable[UUID] = noted.said["clients"]
            return found
        operator = self._clients.operator().id
        return (one for one in self._clients.ids() if one != operator)

    def _announce(self, breach: Breach, client_id: UUID, number: int) -> None:
        named = uuid5(breach.id, str(client_id))
        data: Data = {"breach": str(breach.id), "notice": number}
        kind = NoticeType.BREACH_ANNOUNCED
        self._notices.announce(client_id, kind, named, self._clock.now(), data)
