"""Binary content on its way to its record: streamed in, then attached by one guarded update."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hmac import compare_digest
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.content.intake import Announced, ContentIntake, Received
from telecom_privacy.content.segments import Measured
from telecom_privacy.errors import Conflict, Gone, PreconditionFailed
from telecom_privacy.http.access import Access
from telecom_privacy.records.model import StoredContent, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.recovery import CONTENT_INTENT
from telecom_privacy.records.repository import RecordRepository


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


Target = Callable[[], tuple[Client, StoredRecord]]
"""Return the record as it is now, or raise what forbids it to have the content."""


class ContentAttaching:
    """Who may attach what to which record is for its callers to judge, by their `Target`."""

    def __init__(
        self,
        repository: RecordRepository,
        opener: RecordOpener,
        intake: ContentIntake,
        changes: ChangeLog,
    ) -> None:
        self._repository = repository
        self._opener = opener
        self._intake = intake
        self._changes = changes

    def store(
        self,
        access: Access,
        new: NewContent,
        body: Iterable[bytes],
        target: Target,
        only_if_absent: bool = False,
    ) -> Uploaded:
        """Store a record's content, or recognise it as stored already.

        `target` is asked again once all is there. Raises what it raises, `Conflict` for other
        content, `Gone`, `PreconditionFailed`, and `BadRequest` or `TooLarge` for the body. Whatever
        is raised, nothing of the body stays.
        """
        client, record = target()
        if record.content is None:
            uploaded, sha256 = self._store_new(access, client, record, new, body, target)
            if uploaded:
                return uploaded
            client, record = target()
        else:
            sha256 = _measured(body, new.sha256) if not only_if_absent else b""
        if only_if_absent:
            raise PreconditionFailed("the record has content already")
        return self._recognised(client, record, sha256)

    def _store_new(
        self,
        access: Access,
        client: Client,
        record: StoredRecord,
        new: NewContent,
        body: Iterable[bytes],
        target: Target,
    ) -> tuple[Uploaded | None, bytes]:
        """Return also the SHA-256; None if another upload or a deletion was faster."""
        content_id = uuid4()
        names = {"id": new.record_id, "category": new.category}
        announced = Announced(content_id, "content.stored", names, new.media_type, new.sha256)
        received, sha256 = self._intake.store(
            access.actor,
            record.binding,
            _intent(client, record, content_id),
            announced,
            body,
            # What was agreed, and the record, may have changed since the upload began.
            lambda: target() and None,
            partial(self._attach, access, client, record),
        )
        uploaded = Uploaded(received.receipt, is_new=True) if received else None
        return uploaded, sha256

    def _attach(
        self, access: Access, client: Client, record: StoredRecord, received: Received
    ) -> bool:
        content = StoredContent(received.id, received.key, received.metadata)
        received_at = datetime.fromisoformat(received.receipt["received_at"])
        if self._repository.attach_content(record, content, received_at):
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


def _intent(client: Client, record: StoredRecord, content_id: UUID) -> dict[str, Any]:
    return {
        "kind": CONTENT_INTENT,
        "client": client.id,
        "document": record.token,
        "record": record.record_id,
        "content": content_id,
    }


def _measured(body: Iterable[bytes], announced: bytes | None) -> bytes:
    """Read a body to its end, and return its SHA-256. Raises `BadRequest`."""
    measured = Measured(body)
    for _ in measured:
        pass
    measured.check(announced)
    return measured.sha256
