"""Storing the binary content of a record: voicemail, files (API.md "Other records")."""

from collections.abc import Iterable

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Gone
from telecom_privacy.http.access import Access
from telecom_privacy.records.attaching import ContentAttaching, NewContent, Uploaded
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.consent_statement import require_not_following
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.permissions import Deed
from telecom_privacy.scope import Role


class RecordUpload:
    def __init__(
        self,
        clients: ClientService,
        catalogue: Catalogue,
        finder: RecordFinder,
        opener: RecordOpener,
        attaching: ContentAttaching,
        max_bytes: int,
    ) -> None:
        self._clients = clients
        self._catalogue = catalogue
        self._finder = finder
        self._opener = opener
        self._attaching = attaching
        self.max_bytes = max_bytes

    def store(
        self,
        access: Access,
        client: Client,
        new: NewContent,
        body: Iterable[bytes],
        only_if_absent: bool = False,
    ) -> Uploaded:
        """Store a record's content, or recognise it as stored already.

        Raises `NotFound`, `Forbidden`, `UnsupportedMediaType`, `Gone`, `Conflict` for other
        content, `PreconditionFailed`, and `BadRequest` or `TooLarge` for the body. Whatever is
        raised, nothing of the body stays.
        """

        def target() -> tuple[Client, StoredRecord]:
            current = self._clients.by_id(client.id)
            return current, self._target(access, current, new)

        return self._attaching.store(access, new, body, target, only_if_absent)

    def _target(self, access: Access, client: Client, new: NewContent) -> StoredRecord:
        def find() -> StoredRecord:
            return self._finder.find(access, Deed.WRITE, client, new.category, new.record_id)

        record = find()
        self._opener.require_within_term(client, record)
        if record.scope.role is Role.CONTROLLER:  # where the service keeps proofs of its own
            require_not_following(self._opener.open_current(client, record, find))
        if record.content and not record.content.is_live:
            raise Gone("this content was erased")
        self._catalogue.require_content(client, new.category, new.media_type)
        return record
