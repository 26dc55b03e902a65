"""Who objected to being recorded, since when and until when.

An objection is asked by the time a call began: so it covers what comes after it and nothing before,
whenever the recording arrives, and no upload can race it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.http.access import Access
from telecom_privacy.keys.service import KeyService
from telecom_privacy.objections.model import Objection
from telecom_privacy.objections.repository import ObjectionRepository
from telecom_privacy.scope import Role


class Objections:
    def __init__(
        self,
        repository: ObjectionRepository,
        keys: KeyService,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._changes = changes
        self._clock = clock

    def object(self, access: Access, client: Client, number: str) -> None:
        """Record no call with a number in E.164 any more; repeating it changes nothing.

        Raises `Forbidden` for a key that is limited to some licences.
        """
        access.require_whole_client()
        now, scope = self._clock.now(), client.scope(Role.PROCESSOR)
        if self.in_force(client, [number], now):
            return
        objection = Objection(uuid4(), self._mark(client, number), scope, now)
        details = {"objection": str(objection.id)}
        self._changes.append("recording.objected", access, client.id, details)
        self._repository.insert(objection)

    def withdraw(self, access: Access, client: Client, number: str) -> None:
        """Let calls with a number be recorded again; no error if nobody objected. Raises alike."""
        access.require_whole_client()
        now, scope = self._clock.now(), client.scope(Role.PROCESSOR)
        self._changes.append("recording.objection_withdrawn", access, client.id, {})
        self._repository.withdraw(scope, self._mark(client, number), now)

    def in_force(self, client: Client, numbers: Sequence[str], at: datetime) -> bool:
        """Whether one of some numbers had objected by a time."""
        marks = [self._mark(client, number) for number in numbers]
        scope = client.scope(Role.PROCESSOR)
        return bool(marks) and self._repository.in_force(scope, marks, at)

    def _mark(self, client: Client, number: str) -> bytes:
        return self._keys.identifier_token(client.id, "objection", number)
