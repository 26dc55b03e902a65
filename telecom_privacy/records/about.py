"""What is kept about a person: by the operator as controller, or hosted for one client."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import islice
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.errors import KeyDestroyed, NotFound
from telecom_privacy.keys.model import Node
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.due import Verdict
from telecom_privacy.records.model import Record, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.scope import Role

_BATCH = 100


class RecordsAbout:
    """Costs a query for each client and category that ever had a record about anybody."""

    def __init__(
        self,
        repository: RecordRepository,
        clients: ClientService,
        keys: KeyService,
        tokens: RecordTokens,
        opener: RecordOpener,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._keys = keys
        self._tokens = tokens
        self._opener = opener
        self._clock = clock

    def each(self, subject: str, without: Collection[str]) -> Iterator[tuple[Client, Record]]:
        """Yield all records within their term and not archived, but those of some categories.

        By client and category, then oldest first; in constant memory, and nothing is logged.
        """
        nodes = (node for node in self._keys.subjects.nodes() if node.role is Role.CONTROLLER)
        for node in sorted(nodes, key=lambda node: (node.client_id, node.category)):
            if node.category not in without:
                with suppress(NotFound, KeyDestroyed):  # gone with its client
                    yield from self._of(node, subject)

    def hosted(self, client: Client, subject: str) -> Iterator[StoredRecord]:
        """Yield what is hosted for a client about a person, also past its term or archived."""
        for node in self._keys.subjects.nodes():
            if (node.client_id, node.role) == (client.id, Role.PROCESSOR):
                with suppress(KeyDestroyed):  # gone with its category
                    yield from self._stored(client, node, subject)

    def stored(
        self, subject: str, role: Role, categories: Collection[str], client_id: UUID | None = None
    ) -> Iterator[tuple[Client, StoredRecord]]:
        """Yield the records of some categories about a subject, unopened, whatever their term says.

        Of all clients, or of one; in the order of `each`, in constant memory.
        """
        for node in sorted(self._keys.subjects.nodes(), key=lambda n: (n.client_id, n.category)):
            is_meant = client_id in (None, node.client_id) and node.category in categories
            if is_meant and node.role is role:
                with suppress(NotFound, KeyDestroyed):  # gone with its client
                    client = self._clients.by_id(node.client_id)
                    found = self._stored(client, node, subject)
                    yield from ((client, record) for record in found)

    def verdict(self, client: Client, record: StoredRecord) -> Verdict:
        return self._opener.verdict(client, record)

    def open(self, record: StoredRecord) -> Record | None:
        """Open a record; None for one that was erased at this moment."""
        return next(iter(self._opener.open_many([record])), None)

    def open_content(self, client: Client, record: Record) -> OpenedContent:
        """Open what is known of a record's content. Raises `NotFound` or `Gone`."""
        return self._opener.open_content(client, record.stored)

    def open_content_of(self, record: StoredRecord) -> OpenedContent:
        """As `open_content`, of a record that was not opened, and whatever its term says."""
        return self._opener.content_beyond_term(record)

    def _of(self, node: Node, subject: str) -> Iterator[tuple[Client, Record]]:
        client = self._clients.by_id(node.client_id)
        stored = self._stored(client, node, subject)
        live = (record for record in stored if self._is_live(client, record))
        while batch := list(islice(live, _BATCH)):
            for record in self._opener.open_many(batch):
                yield client, record

    def _stored(self, client: Client, node: Node, subject: str) -> Iterator[StoredRecord]:
        tokens = self._tokens.subjects(client.id, node.role, node.category, subject)
        return self._repository.fetch_about(client.scope(node.role), node.category, tokens)

    def _is_live(self, client: Client, record: StoredRecord) -> bool:
        verdict, now = self._opener.verdict(client, record), self._clock.now()
        return not verdict.is_due(now) and not verdict.is_archived(now)
