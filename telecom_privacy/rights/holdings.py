"""What the operator holds of a person as controller, and answers itself (ROLE-1, DSR-4)."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.errors import Invalid, KeyDestroyed, NotFound
from telecom_privacy.numbers import NumberReader
from telecom_privacy.records.about import RecordsAbout
from telecom_privacy.records.model import Record
from telecom_privacy.restrictions.model import Reason
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.rights.register import CATEGORY
from telecom_privacy.scope import Role
from telecom_privacy.traffic.service import TrafficService


class Holdings:
    def __init__(
        self,
        records: RecordsAbout,
        traffic: TrafficService,
        clients: ClientService,
        numbers: NumberReader,
        restrictions: Restrictions,
    ) -> None:
        self._records = records
        self._traffic = traffic
        self._clients = clients
        self._numbers = numbers
        self._restrictions = restrictions

    def records(self, subject: str) -> Iterator[tuple[Client, Record]]:
        """Yield the records about a person; the register of requests itself is not among them."""
        return self._records.each(subject, {CATEGORY})

    def traffic(self, subject: str) -> Iterator[Mapping[str, Any]]:
        """Yield the traffic records with a person's number, within their term, newest first."""
        number = self.number_of(subject)
        return self._traffic.about(number, self._client) if number else iter(())

    def restriction(self, client: Client, record: Record) -> Reason | None:
        """Why the use of a record is restricted, but for the person itself; None if it is not."""
        role = Role.CONTROLLER
        return self._restrictions.reasons(client, role, [record], lambda one: one.concerned)[0]

    def number_of(self, subject: str) -> str | None:
        """The number in E.164 by which a person is known; None where it is none."""
        with suppress(Invalid):
            return self._numbers.e164(subject)
        return None

    def content(self, client: Client, record: Record) -> OpenedContent:
        """Open what is known of a record's content. Raises `Gone`."""
        return self._records.open_content(client, record)

    def _client(self, client_id: UUID) -> Client | None:
        with suppress(NotFound, KeyDestroyed):
            return self._clients.by_id(client_id)
        return None
