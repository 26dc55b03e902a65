"""Storing the binary content of a record: voicemail, files (API.md "Other records")."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest
from typing import Any
from uuid import uuid4

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.content.intake import Announced, ContentIntake, Received
from telecom_privacy.content.segments import Measured
from telecom_privacy.errors import Conflict, Gone, PreconditionFailed
from telecom_privacy.http.access import Access
from telecom_privacy.records.catalogue import Catalogue
from telecom_privacy.records.consent_statement import require_not_following
from telecom_privacy.records.finding import RecordFinder
from telecom_privacy.records.model import StoredContent, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.permissions import Deed
from telecom_privacy.records.recovery import CONTENT_INTENT
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class NewContent:
    """Content as it is announced, for a record. `sha256` is what its `Content-Digest` says."""

    category: str
    record_id: str
    media_type: str
    sha256: bytes | None


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The content is stored: now, or by an earlier request with the same bytes."""

    receipt: Mapping[str, Any]
    is_new: bool


class RecordUpload:
    def __init__(
        self,
        repository: RecordRepository,
        clients: ClientService,
        catalogue: Catalogue,
        finder: RecordFinder,
        opener: RecordOpener,
        intake: ContentIntake,
        changes: ChangeLog,
        max_bytes: int,
    ) -> None:
        self._repository = repository
        self._clients = clients
        self._catalogue = catalogue
        self._finder = finder
        self._opener = opener
        self._intake = intake
        self._changes = changes
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
        record = self._target(access, client, new)
        if record.content is None:
            uploaded, sha256 = self._store_new(access, client, record, new, body)
            if uploaded:
                return uploaded
            record = self._target(access, client, new)
        else:
            sha256 = _measured(body, new.sha256) if not only_if_absent else b""
        if only_if_absent:
            raise PreconditionFailed("the record has content already")
        return self._recognised(client, record, sha256)

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

    def _store_new(
        self,
        access: Access,
        client: Client,
        record: StoredRecord,
        new: NewContent,
        body: Iterable[bytes],
    ) -> tuple[Uploaded | None, bytes]:
        """Return also the SHA-256; None if another upload or a deletion was faster."""
        content_id = uuid4()
        intent = {
            "kind": CONTENT_INTENT,
            "client": client.id,
            "document": record.token,
            "record": record.record_id,
            "content": content_id,
        }

        def check() -> None:
            # What was agreed, and the record, may have changed since the upload began.
            self._target(access, self._clients.by_id(client.id), new)

        names = {"id": new.record_id, "category": new.category}
        announced = Announced(content_id, "content.stored", names, new.media_type, new.sha256)
        commit = partial(self._attach, access, client, record)
        received, sha256 = self._intake.store(
            access.actor, record.binding, intent, announced, body, check, commit
        )
        uploaded = Uploaded(received.receipt, is_new=True) if received else None
        return uploaded, sha256

    def _attach(
        self, access: Access, client: Client, record: StoredRecord, received: Received
    ) -> bool:
        content = StoredContent(received.id, received.key, received.metadata)
        if self._repository.attach_content(record, content):
            return True
        details = {"record": str(record.record_id)}
        self._changes.append("content.withdrawn", access, client.id, details)
        return False

    def _recognised(self, client: Client, record: StoredRecord, sha256: bytes) -> Uploaded:
        """Compare with the content that the record has."""
        if record.content is None:
            raise Gone("this record is being erased")
        opened = self._opener.open_content(client, record)
        if not compare_digest(opened.sha256, sha256):
            raise Conflict("the record has other content already")
        return Uploaded(opened.metadata["receipt"], is_new=False)


def _measured(body: Iterable[bytes], announced: bytes | None) -> bytes:
    """Read a body to its end, and return its SHA-256. Raises `BadRequest`."""
    measured = Measured(body)
    for _ in measured:
        pass
    measured.check(announced)
    return measured.sha256
