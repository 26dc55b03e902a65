"""Recordings in and out of the store, as the platform and the client's players send and ask."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from telecom_privacy.bench.audio import InventedAudio
from telecom_privacy.bench.calls import invent
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.service import service
from telecom_privacy.bench.tenant import Tenant
from telecom_privacy.calls.model import MAIN_RECORDING
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import ApiRole
from telecom_privacy.http.body import PIECE_BYTES
from telecom_privacy.recordings.model import NewRecording
from telecom_privacy.recordings.service import RecordingService
from telecom_privacy.recordings.upload import Upload

MEGABYTE = 1024 * 1024


class Recordings:
    """Stores recordings, each with a call of its own, and reads parts of them."""

    def __init__(self, tenant: Tenant, seed: int, name: str = "recorded") -> None:
        """The ids of its calls begin with `name`."""
        services = tenant.services
        self._tenant = tenant
        self._name = name
        self._platform = tenant.access(ApiRole.PLATFORM)
        self._customer = tenant.access(ApiRole.CLIENT)
        self._client = service(services, ClientService).reach_hosted(self._customer, tenant.client)
        self._upload = service(services, Upload)
        self._recordings = service(services, RecordingService)
        self._chance = Random(seed)  # noqa: S311 - invented data, not a secret
        self._numbers = count()

    def new_call(self) -> str:
        """Hand in a call that has no recording yet; returns its id."""
        call_id = f"{self._name}-{next(self._numbers)}"
        started_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
        self._tenant.load([invent(call_id, 0, 1, started_at, self._chance)])
        return call_id

    def store(self, call_id: str, body: Iterator[bytes]) -> None:
        new = NewRecording(call_id, MAIN_RECORDING, "audio/wav", None)
        if not self._upload.store(self._platform, self._client, new, body).is_new:
            raise WrongAnswer("the service did not take a new recording")

    def read(self, call_id: str, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes `first` to `last`, both included, as a player is answered."""
        found = self._recordings.open(self._customer, self._client, call_id, MAIN_RECORDING)
        self._recordings.log_opening(self._customer, self._client, found)
        yield from self._recordings.deliverable(found).read(first, last)

    def stored(self, audio: InventedAudio) -> str:
        """Store audio with a new call; returns the call's id."""
        call_id = self.new_call()
        self.store(call_id, audio.pieces(PIECE_BYTES))
        return call_id
