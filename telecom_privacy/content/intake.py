"""Storing content: segments first, then one guarded update of its record (DESIGN §4)."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

from telecom_privacy.audit.note import Signer
from telecom_privacy.audit.receipts import receipt, stored_event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock, to_text
from telecom_privacy.content.model import stream_binding
from telecom_privacy.content.segments import Measured, Stream, store_segments
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import subkey
from telecom_privacy.crypto.tokens import content_digest
from telecom_privacy.errors import BadRequest, Unavailable
from telecom_privacy.keys.model import KeyReference, RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.storage.segments import SegmentStore

_PATIENCE_SECONDS = 23 * 3600


@dataclass(frozen=True, slots=True)
class Announced:
    """Content as it is announced.

    `id` will name its segments, `action` is for the log, `names` are what the receipt says beside
    the content, `sha256` is what the sender says.
    """

    id: UUID
    action: str
    names: Mapping[str, Any]
    media_type: str
    sha256: bytes | None


@dataclass(frozen=True, slots=True)
class Received:
    """Content whose segments are stored and that nothing refers to yet."""

    id: UUID
    key: KeyReference
    metadata: bytes = field(repr=False)
    receipt: Mapping[str, Any]


class ContentIntake:
    """Takes content in; whoever owns the record says where it goes and commits it."""

    def __init__(
        self,
        segments: SegmentStore,
        keys: KeyService,
        audit: AuditLog,
        signer: Signer,
        clock: Clock,
    ) -> None:
        self._segments = segments
        self._keys = keys
        self._audit = audit
        self._signer = signer
        self._clock = clock

    def store(
        self,
        actor: str,
        binding: Binding,
        intent: Mapping[str, Any],
        announced: Announced,
        body: Iterable[bytes],
        check: Callable[[], None],
        commit: Callable[[Received], bool],
    ) -> tuple[Received | None, bytes]:
        """Store a body and let `commit` refer to it; return it with the SHA-256 of its bytes.

        `check` is asked again once all is there: an upload may take hours. None is returned where
        `commit` finds that another was faster (it returns False). Raises `BadRequest` or
        `TooLarge` for the body; whatever is raised, nothing of it stays.
        """
        key = self._keys.issue([binding], intent)[0]
        measured, began = Measured(body), monotonic()
        try:
            place = stream_binding(binding)
            stream = store_segments(self._segments, announced.id, key.key, place, measured)
            measured.check(announced.sha256)
            check()
            self._keys.renew(key)
            if monotonic() - began > _PATIENCE_SECONDS:
                raise BadRequest("an upload may take 23 hours at most")
        except BaseException:
            # Whatever ended the upload, its pieces must not stay. Should the database be away,
            # the recorded intent lets recovery do it later.
            self._discard(key, announced.id)
            raise
        # If the commit's outcome stays unknown, only recovery may judge it by what is stored.
        received = self._logged(actor, binding, announced, key, measured, stream)
        if commit(received):
            self._keys.settle(key)
            return received, measured.sha256
        self._discard(key, announced.id)
        return None, measured.sha256

    def _logged(
        self,
        actor: str,
        binding: Binding,
        announced: Announced,
        key: RecordKey,
        measured: Measured,
        stream: Stream,
    ) -> Received:
        """Log the content and seal what is known of it, its receipt included."""
        now = self._clock.now()
        digest = content_digest(subkey(key.key, "digest"), measured.sha256)
        event = stored_event(
            announced.action, actor, now, binding.client_id, binding.record_id, digest
        )
        said = {
            **announced.names,
            "media_type": announced.media_type,
            "bytes": measured.length,
            "sha256": measured.sha256.hex(),
        }
        proof = receipt(event, self._audit.append([event])[0], said, self._signer)
        metadata = {
            **said,
            "crc32": measured.crc32,
            "segment_bytes": stream.segment_bytes,
            "header": stream.header.hex(),
            "received_at": to_text(now),
            "receipt": proof,
        }
        sealed = seal_json(key.key, metadata, binding)
        return Received(announced.id, key.reference, sealed, proof)

    def _discard(self, key: RecordKey, content_id: UUID) -> None:
        with suppress(Unavailable):
            self._segments.erase(content_id)
            self._keys.discard([key.reference])
