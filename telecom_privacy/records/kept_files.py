"""Binary content of records that the service itself keeps, whoever acts."""

from collections.abc import Callable, Iterable

from telecom_privacy.clients.model import Client
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.errors import Gone
from telecom_privacy.http.access import Access
from telecom_privacy.records.attaching import ContentAttaching, NewContent, Uploaded
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.opening import RecordOpener


class KeptFiles:
    def __init__(
        self,
        kept: KeptRecords,
        catalogue: Catalogue,
        opener: RecordOpener,
        attaching: ContentAttaching,
        max_bytes: int,
    ) -> None:
        self._kept = kept
        self._catalogue = catalogue
        self._opener = opener
        self._attaching = attaching
        self.max_bytes = max_bytes

    def store(
        self,
        access: Access,
        client: Client,
        new: NewContent,
        body: Iterable[bytes],
        check: Callable[[], None],
    ) -> Uploaded:
        """Store the content of a record that is kept, or recognise it as stored already.

        `check` raises what forbids it, before the first byte and after the last. Raises as
        `ContentAttaching.store`, and `UnsupportedMediaType`.
        """

        def target() -> tuple[Client, StoredRecord]:
            check()
            self._catalogue.require_content(client, new.category, new.media_type)
            record = self._kept.fetch(client, new.category, new.record_id).stored
            if record.content and not record.content.is_live:
                raise Gone("this content was erased")
            return client, record

        return self._attaching.store(access, new, body, target)

    def open(self, client: Client, category: str, external_id: str) -> OpenedContent:
        """Open what is known of the content. Raises `NotFound`, and `Gone` for what was erased."""
        record = self._kept.fetch(client, category, external_id).stored
        return self._opener.open_content(client, record)
