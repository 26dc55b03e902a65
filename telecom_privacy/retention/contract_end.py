"""The end of a contract: reminders while its window is open, then all that was hosted goes.

Once no term of the client's processor data is left, its records go one by one as all that is due,
and then its client key is destroyed, with all that lies below. It waits for late writers whether or
not a hold may keep something; where one may, also until what it keeps was withheld.
"""

from datetime import datetime, time, timedelta, tzinfo

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.contract_ends import ContractEnd
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import Held
from telecom_privacy.keys.model import client_node
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.policies.window import Window
from telecom_privacy.records.consent_proof import ConsentProofs
from telecom_privacy.retention.sources import Sources
from telecom_privacy.scope import Role

_RULE = "RET-3"
_HELD_AGAIN_AFTER = timedelta(seconds=10)
_STORED_WITHIN = timedelta(minutes=10)
"""A writer that found the window open has stored its record by then, or is given up."""

_TOLD_AFTER = timedelta(hours=1)
"""By then the records have gone also where a hold delays that: nobody can tell the two apart."""

_NOT_OVER_AGAIN_AFTER = timedelta(hours=12)


class ContractEnds:
    """Does, for one client at a time, what its contract's end asks for; may be repeated."""

    def __init__(
        self,
        clients: ClientService,
        sources: Sources,
        proofs: ConsentProofs,
        eraser: Eraser,
        notices: Notices,
        audit: AuditLog,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._clients = clients
        self._sources = sources
        self._proofs = proofs
        self._eraser = eraser
        self._notices = notices
        self._audit = audit
        self._clock = clock
        self._zone = zone

    def look(self, client: Client, actor: str) -> datetime | None:
        """Do what is due now. Returns when to look again; None: there is nothing to wait for.

        Raises `Unavailable`.
        """
        window, done = self._clients.window(client), self._clients.contract_end(client)
        if window is None or done.destroyed_at is not None:
            return None
        now = self._clock.now()
        if now >= window.closes_at:
            return self._destroy(client, window, actor, now)
        reminded_at = self._remind(client, window, done, actor)
        return min(self._tell_opened(client, window, done), reminded_at, window.closes_at)

    def _tell_opened(self, client: Client, window: Window, done: ContractEnd) -> datetime:
        """Tell that the window is open, once it is. Returns when there is more to tell."""
        ended_on = client.history.contract_ended_on
        if ended_on is None or done.opened_for == window.closes_on:
            return window.closes_at
        now, opens_at = self._clock.now(), datetime.combine(ended_on, time(), self._zone)
        if now < opens_at:
            return opens_at
        self._tell(client, NoticeType.WINDOW_OPENED, now, window)
        self._clients.note_opened(client, window)
        return window.closes_at

    def _tell(
        self, client: Client, kind: NoticeType, at: datetime, window: Window, **more: str
    ) -> None:
        data = {"closes_on": window.closes_on.isoformat(), **more}
        self._notices.announce(client.id, kind, client.id, at, data)

    def _remind(self, client: Client, window: Window, done: ContractEnd, actor: str) -> datetime:
        """Give the reminders that are due; those of a window that opened late count as one."""
        while found := done.next_reminder(window, self._zone):
            reminder, due_at = found
            now = self._clock.now()
            if now < due_at:
                return due_at
            due_on, closes_on = reminder.due_on.isoformat(), window.closes_on.isoformat()
            details = {"closes_on": closes_on, "due_on": due_on}
            self._audit.append([Event("contract.reminder_due", actor, now, client.id, details)])
            self._tell(client, NoticeType.WINDOW_CLOSING, now, window, due_on=due_on)
            self._clients.note_reminded(client, reminder)
            done = self._clients.contract_end(client)
        return window.closes_at

    def _destroy(
        self, client: Client, window: Window, actor: str, now: datetime
    ) -> datetime | None:
        if not client.hosts_nothing(now):
            return now + _NOT_OVER_AGAIN_AFTER
        settled_at = window.closes_at + _STORED_WITHIN
        if now < settled_at:  # held or not: what can be told apart would tell of a hold
            return settled_at
        self._proofs.finish_of(client)  # which nobody can make of what is gone
        try:
            self._destroy_key(client, actor, is_emptied=self._is_empty(client, now))
        except Held:
            self._tell_destroyed(client, window)
            return now + _HELD_AGAIN_AFTER  # until the records have gone one by one
        self._tell_destroyed(client, window)
        self._clients.note_destroyed(client)
        return None

    def _tell_destroyed(self, client: Client, window: Window) -> None:
        """Tell, with and without a hold at the same moment, what certificates say of both."""
        at = window.closes_at + _TOLD_AFTER
        self._tell(client, NoticeType.CONTRACT_DESTROYED, at, window)

    def _destroy_key(self, client: Client, actor: str, is_emptied: bool) -> None:
        node = client_node(client.id, Role.PROCESSOR)
        self._eraser.erase_nodes(
            client.id, Role.PROCESSOR, node.kind, _RULE, [node], actor, is_emptied
        )

    def _is_empty(self, client: Client, now: datetime) -> bool:
        return not any(
            any(True for _ in source(client, client.terms, now))
            for (_, role), source in self._sources.items()
            if role is Role.PROCESSOR
        )
