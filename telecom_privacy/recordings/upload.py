"""Storing a recording: segments first, then one guarded update of its call (DESIGN §4)."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from hmac import compare_digest
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.audit.note import Signer
from telecom_privacy.audit.receipts import receipt, stored_event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.calls.model import MOST_RECORDINGS, StoredCall, StoredRecording
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock, to_text
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import subkey
from telecom_privacy.crypto.tokens import content_digest
from telecom_privacy.errors import (
    BadRequest,
    Conflict,
    Gone,
    PreconditionFailed,
    Unavailable,
)
from telecom_privacy.http.access import Access
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.policies.model import Category
from telecom_privacy.recordings.admission import Admission
from telecom_privacy.recordings.intake import Measured, Stream, store_segments
from telecom_privacy.recordings.model import NewRecording
from telecom_privacy.storage.segments import SegmentStore

_PATIENCE_SECONDS = 23 * 3600


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The recording is stored: now, or by an earlier request with the same audio."""

    receipt: Mapping[str, Any]
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a recording goes: its call, and the keyed token of its id within it."""

    client: Client
    call: StoredCall
    token: bytes

    @property
    def existing(self) -> StoredRecording | None:
        return self.call.recording(self.token)


class Upload:
    def __init__(
        self,
        clients: ClientService,
        calls: CallService,
        opener: CallOpener,
        admission: Admission,
        segments: SegmentStore,
        keys: KeyService,
        audit: AuditLog,
        signer: Signer,
        clock: Clock,
        max_bytes: int,
    ) -> None:
        self._clients = clients
        self._calls = calls
        self._opener = opener
        self._admission = admission
        self._segments = segments
        self._keys = keys
        self._audit = audit
        self._signer = signer
        self._clock = clock
        self.max_bytes = max_bytes

    def store(
        self,
        access: Access,
        client: Client,
        new: NewRecording,
        body: Iterable[bytes],
        only_if_absent: bool = False,
    ) -> Uploaded:
        """Store a recording, or recognise it as stored already.

        Raises `NotFound`, `Forbidden` (admission), `Gone`, `Conflict` for other audio under the
        same id, `PreconditionFailed`, and `BadRequest` or `TooLarge` for the body. Whatever is
        raised, nothing of the body stays.
        """
        target = self._target(access, client, new)
        if target.existing is None:
            stored, sha256 = self._store_new(access, target, new, body)
            return stored or self._lost(access, client, new, sha256, only_if_absent)
        if only_if_absent:
            raise PreconditionFailed("the recording exists already")
        measured = Measured(body)
        for _ in measured:
            pass
        measured.check(new.sha256)
        return self._recognised(target, measured.sha256)

    def token(self, client: Client, recording_id: str) -> bytes:
        return self._keys.identifier_token(client.id, "recording", recording_id)

    def _target(self, access: Access, client: Client, new: NewRecording) -> _Target:
        call = self._calls.open(access, client, new.call_id)
        target = _Target(client, call.stored, self.token(client, new.recording_id))
        if target.existing and not target.existing.is_live:
            raise Gone("this recording was erased")
        if self._opener.is_over(client, Category.RECORDING, call.stored.ended_at):
            raise Gone("the retention term of this recording is over")
        self._admission.require(client, call)
        if target.existing is None and len(call.stored.recordings) >= MOST_RECORDINGS:
            raise Conflict(f"a call takes {MOST_RECORDINGS} recordings at most")
        return target

    def _store_new(
        self, access: Access, target: _Target, new: NewRecording, body: Iterable[bytes]
    ) -> tuple[Uploaded | None, bytes]:
        """Return also the audio's SHA-256; None if another upload or a deletion was faster."""
        record_id = uuid4()
        binding = target.call.recording_binding(record_id)
        intent = {
            "kind": "recording",
            "client": target.client.id,
            "call": target.call.token,
            "record": record_id,
        }
        key = self._keys.issue([binding], intent)[0]
        measured, began = Measured(body), monotonic()
        try:
            place = content_binding(binding)
            stream = store_segments(self._segments, record_id, key.key, place, measured)
            measured.check(new.sha256)
            # An upload may take hours: what was agreed, and the call, may have changed.
            target = self._target(access, self._clients.by_id(target.client.id), new)
            self._keys.renew(key)
        except BaseException:
            # Whatever ended the upload, its pieces must not stay. Should the database be away,
            # the recorded intent lets recovery do it later.
            self._discard(key, record_id)
            raise
        if monotonic() - began > _PATIENCE_SECONDS:
            self._discard(key, record_id)
            raise BadRequest("an upload may take 23 hours at most")
        # If the commit's outcome stays unknown, only recovery may judge it by what is stored.
        uploaded = self._commit(access, target, new, key, binding, measured, stream)
        if uploaded:
            self._keys.settle(key)
        else:
            self._discard(key, record_id)
        return uploaded, measured.sha256

    def _commit(
        self,
        access: Access,
        target: _Target,
        new: NewRecording,
        key: RecordKey,
        binding: Binding,
        measured: Measured,
        stream: Stream,
    ) -> Uploaded | None:
        """Log the recording and attach it to its call. None if the call changed meanwhile."""
        now = self._clock.now()
        digest = content_digest(subkey(key.key, "digest"), measured.sha256)
        client_id = target.client.id
        event = stored_event(
            "recording.stored", access.actor, now, client_id, binding.record_id, digest
        )
        said = {
            "id": new.recording_id,
            "call_id": new.call_id,
            "media_type": new.media_type,
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
        recording = StoredRecording(target.token, binding.record_id, key.reference, sealed)
        if not self._calls.attach(target.call, recording):
            self._calls.log(
                "recording.withdrawn", access, target.client, {"record": str(binding.record_id)}
            )
            return None
        return Uploaded(proof, is_new=True)

    def _lost(
        self,
        access: Access,
        client: Client,
        new: NewRecording,
        sha256: bytes,
        only_if_absent: bool,
    ) -> Uploaded:
        """Judge by what another request made of the call in the meantime."""
        target = self._target(access, client, new)
        if target.existing and only_if_absent:
            raise PreconditionFailed("the recording exists already")
        return self._recognised(target, sha256)

    def _recognised(self, target: _Target, sha256: bytes) -> Uploaded:
        """Compare with the recording that is stored under the same id."""
        if target.existing is None:
            raise Gone("this call is being erased")
        _, metadata = self._opener.open_metadata(target.client, target.call, target.existing)
        if not compare_digest(bytes.fromhex(metadata["sha256"]), sha256):
            raise Conflict("another recording has this id already")
        return Uploaded(metadata["receipt"], is_new=False)

    def _discard(self, key: RecordKey, record_id: UUID) -> None:
        with suppress(Unavailable):
            self._segments.erase(record_id)
            self._keys.discard([key.reference])


def content_binding(binding: Binding) -> Binding:
    """The place of the audio itself, beside the metadata sealed under the same key."""
    return replace(binding, kind="content")
