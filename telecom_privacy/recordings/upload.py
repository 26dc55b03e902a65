"""Storing a recording: segments first, then one guarded update of its call (DESIGN §4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any
from uuid import UUID, uuid4

from telecom_privacy.calls.model import MOST_RECORDINGS, StoredCall, StoredRecording
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.content.intake import Announced, ContentIntake, Received
from telecom_privacy.content.segments import Measured
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.errors import Conflict, Gone, PreconditionFailed
from telecom_privacy.http.access import Access
from telecom_privacy.keys.service import KeyService
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from telecom_privacy.policies.model import Category
from telecom_privacy.recordings.admission import Admission
from telecom_privacy.recordings.model import NewRecording
from telecom_privacy.scope import Role


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
        intake: ContentIntake,
        keys: KeyService,
        schedule: Schedule,
        notices: Notices,
        clock: Clock,
        max_bytes: int,
    ) -> None:
        self._clients = clients
        self._calls = calls
        self._opener = opener
        self._admission = admission
        self._intake = intake
        self._keys = keys
        self._schedule = schedule
        self._notices = notices
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
        if call.stored.party_erased_at:
            raise Gone("a person's part in this call was erased")
        self._admission.require_taken(client)
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
        intent = {
            "kind": "recording",
            "client": target.client.id,
            "call": target.call.token,
            "record": record_id,
            "categories": [Category.RECORDING],
        }

        def check() -> None:
            # What was agreed, and the call, may have changed since the upload began.
            self._target(access, self._clients.by_id(target.client.id), new)

        def commit(received: Received) -> bool:
            return self._attach(access, target, received)

        names = {"id": new.recording_id, "call_id": new.call_id}
        announced = Announced(record_id, "recording.stored", names, new.media_type, new.sha256)
        binding = target.call.recording_binding(record_id)
        received, sha256 = self._intake.store(
            access.actor, binding, intent, announced, body, check, commit
        )
        if received is None:
            return None, sha256
        self._tell(target, received.id)
        return Uploaded(received.receipt, is_new=True), sha256

    def _attach(self, access: Access, target: _Target, received: Received) -> bool:
        """Attach a recording to its call. False if the call changed meanwhile."""
        recording = StoredRecording(target.token, received.id, received.key, received.metadata)
        if self._calls.attach(target.call, recording):
            self._expect(target)
            return True
        details = {"record": str(received.id)}
        self._calls.log("recording.withdrawn", access, target.client, details)
        return False

    def _expect(self, target: _Target) -> None:
        """Note when a recording of the call falls due."""
        terms = self._clients.by_id(target.client.id).terms
        verdict = terms.verdict(Category.RECORDING, Role.PROCESSOR, target.call.ended_at)
        self._schedule.expect(target.client.id, {Category.RECORDING: verdict.due_at})

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

    def _tell(self, target: _Target, record_id: UUID) -> None:
        """Tell that a recording is stored; once, however often that is repeated."""
        data = {"call": str(target.call.record_id), "recording": str(record_id)}
        now, kind = self._clock.now(), NoticeType.RECORDING_STORED
        self._notices.announce(target.client.id, kind, record_id, now, data)

    def _recognised(self, target: _Target, sha256: bytes) -> Uploaded:
        """Compare with the recording that is stored under the same id."""
        if target.existing is None:
            raise Gone("this call is being erased")
        _, metadata = self._opener.open_metadata(target.client, target.call, target.existing)
        if not compare_digest(bytes.fromhex(metadata["sha256"]), sha256):
            raise Conflict("another recording has this id already")
        self._tell(target, target.existing.record_id)  # or whoever stored it was killed before
        return Uploaded(metadata["receipt"], is_new=False)
