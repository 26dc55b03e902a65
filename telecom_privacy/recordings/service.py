"""Reading recordings: by range, in constant memory, every opening logged."""

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.openings import Openings
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.errors import NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.http.content import Content
from telecom_privacy.keys.service import KeyService


class RecordingService:
    def __init__(
        self,
        calls: CallService,
        opener: CallOpener,
        reader: ContentReader,
        keys: KeyService,
        openings: Openings,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._opener = opener
        self._reader = reader
        self._keys = keys
        self._openings = openings
        self._clock = clock

    def open(
        self, access: Access, client: Client, call_id: str, recording_id: str
    ) -> OpenedContent:
        """Open a recording's metadata. Raises as `CallService.find_usable`."""
        call = self._calls.find_usable(access, client, call_id)
        token = self._keys.identifier_token(client.id, "recording", recording_id)
        if (stored := call.recording(token)) is None:
            raise NotFound("recording")
        key, metadata = self._opener.open_metadata(client, call, stored)
        binding = call.recording_binding(stored.record_id)
        return OpenedContent(stored.record_id, binding, key, metadata)

    def log_opening(self, access: Access, client: Client, recording: OpenedContent) -> None:
        """Log that the audio is opened, once per caller in five minutes. Durable on return."""
        details = {"record": str(recording.id), **access.statement()}
        event = Event("recording.opened", access.actor, self._clock.now(), client.id, details)
        self._openings.append_opening(event, recording.id)

    def deliverable(self, recording: OpenedContent) -> Content:
        """The audio as an answer whose bytes are read as they are sent."""
        return self._reader.deliverable(recording)

    def delete(self, access: Access, client: Client, call_id: str, recording_id: str) -> None:
        """Erase a recording for good (RET-2); no error if there is none."""
        token = self._keys.identifier_token(client.id, "recording", recording_id)
        self._calls.delete_recording(access, client, call_id, token)
