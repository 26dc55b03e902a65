"""Reading recordings: by range, in constant memory, every opening logged."""

from collections.abc import Iterator

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.openings import Openings
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.streaming import Layout, decrypt_segments
from telecom_privacy.errors import NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.keys.service import KeyService
from telecom_privacy.recordings.model import Recording
from telecom_privacy.recordings.upload import content_binding
from telecom_privacy.storage.segments import SegmentStore


class RecordingService:
    def __init__(
        self,
        calls: CallService,
        opener: CallOpener,
        segments: SegmentStore,
        keys: KeyService,
        openings: Openings,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._opener = opener
        self._segments = segments
        self._keys = keys
        self._openings = openings
        self._clock = clock

    def open(self, access: Access, client: Client, call_id: str, recording_id: str) -> Recording:
        """Open a recording's metadata. Raises `NotFound`, or `Gone` past its term."""
        call = self._calls.find(access, client, call_id)
        token = self._keys.identifier_token(client.id, "recording", recording_id)
        if (stored := call.recording(token)) is None:
            raise NotFound("recording")
        key, metadata = self._opener.open_metadata(client, call, stored)
        return Recording(call, stored, key, metadata)

    def log_opening(self, access: Access, client: Client, recording: Recording) -> None:
        """Log that the audio is opened, once per caller in five minutes. Durable on return."""
        record_id = recording.stored.record_id
        details = {"record": str(record_id), **access.statement()}
        event = Event("recording.opened", access.actor, self._clock.now(), client.id, details)
        self._openings.append_opening(event, record_id)

    def read(self, recording: Recording, first: int, last: int) -> Iterator[bytes]:
        """Yield the audio's bytes `first` to `last`, both included, reading only their segments.

        Raises `IntegrityError` where a segment is missing or altered.
        """
        layout = recording.layout
        for number, plaintext in self._plaintexts(recording, layout, first, last):
            start = layout.start_of(number)
            cut = plaintext[max(0, first - start) : last + 1 - start]
            yield bytes(cut)

    def delete(self, access: Access, client: Client, call_id: str, recording_id: str) -> None:
        """Erase a recording for good (RET-2); no error if there is none."""
        token = self._keys.identifier_token(client.id, "recording", recording_id)
        self._calls.delete_recording(access, client, call_id, token)

    def _plaintexts(
        self, recording: Recording, layout: Layout, first: int, last: int
    ) -> Iterator[tuple[int, bytearray]]:
        content = recording.stored.record_id
        numbers = range(layout.segment_of(first), layout.segment_of(last) + 1)
        stored = self._segments.fetch(content, numbers[0], numbers[-1])
        binding = content_binding(recording.call.recording_binding(content))
        opened = decrypt_segments(
            recording.key, binding, layout, recording.header, zip(numbers, stored, strict=True)
        )
        return zip(numbers, opened, strict=True)
