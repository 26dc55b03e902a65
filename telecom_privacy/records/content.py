"""Reading the binary content of a record, every opening logged (API.md "Other records")."""

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.openings import Openings
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.http.access import Access
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.reading import RecordReader


class RecordContent:
    def __init__(
        self, opener: RecordOpener, reader: RecordReader, openings: Openings, clock: Clock
    ) -> None:
        self._opener = opener
        self._reader = reader
        self._openings = openings
        self._clock = clock

    def open(
        self, access: Access, client: Client, category: str, external_id: str
    ) -> OpenedContent:
        """Open what is known of the content. Raises as `RecordReader.open`, and `NotFound`."""
        record = self._reader.open(access, client, category, external_id)
        return self._opener.open_content(client, record.stored)

    def log_opening(self, access: Access, client: Client, content: OpenedContent) -> None:
        """Log that it is opened, once per caller in five minutes. Durable on return."""
        place = content.binding
        details = {
            "record": str(place.record_id),
            "category": place.category,
            "kept_as": place.role,
            **access.statement(),
        }
        event = Event("content.opened", access.actor, self._clock.now(), client.id, details)
        self._openings.append_opening(event, content.id)
