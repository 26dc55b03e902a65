"""Makes what tests need: a clock that moves, callers with keys, calls and audio."""

import io
import json
import math
import struct
import wave
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from flask import Flask
from werkzeug.test import TestResponse

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.clock import to_milliseconds
from telecom_privacy.http.access import ApiRole
from telecom_privacy.storage.mongo import Databases

STAFF = {"Access-Purpose": "support", "Access-Reference": "ticket 4711"}
_RAW = CodecOptions(RawBSONDocument)
NDJSON = "application/x-ndjson"
ANNOUNCEMENT = {"documented_on": "2026-01-01", "text": "This call is recorded."}


class MovableClock:
    """Starts at the real time and stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = to_milliseconds(datetime.now(UTC))
        self._started = self._now - timedelta(days=10)
        self._boot = "boot-1"

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        self._now += timedelta(**duration)

    def set(self, moment: datetime) -> None:
        self._now = to_milliseconds(moment)

    def elapsed(self) -> float:
        return (self._now - self._started).total_seconds()

    def boot(self) -> str:
        return self._boot

    def jump(self, **duration: float) -> None:
        """Move the wall clock alone, as whoever sets it wrongly does."""
        self._now += timedelta(**duration)
        self._started += timedelta(**duration)

    def restart(self, boot: str, **absence: float) -> None:
        """Switch the machine off, and on again later."""
        self._now += timedelta(**absence)
        self._started, self._boot = self._now, boot


def tone(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """A WAV file: 16 bits, mono."""
    count = int(seconds * rate)
    samples = (int(9000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(count))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return buffer.getvalue()


class Api:
    """Speaks to the service as its callers do.

    `as_("platform")` and so on pick the caller; a client's key is made with `client_key`.
    """

    def __init__(self, app: Flask, accounts: AccountService, clock: MovableClock) -> None:
        self.app = app
        self.clock = clock
        self._accounts = accounts
        self._keys: dict[str, str] = {}

    def key(self, role: str, person: str | None = None) -> str:
        """The API key of a role, or of one of several persons who have it."""
        name = person or role
        if name not in self._keys:
            self._keys[name] = self._accounts.issue("test", ApiRole(role), role)[1]
        return self._keys[name]

    def client_key(self, client: str, licences: Sequence[str] | None = None) -> str:
        name = f"{client}/{','.join(licences or ())}"
        if name not in self._keys:
            issued = self._accounts.issue("test", ApiRole.CLIENT, name, client, licences)
            self._keys[name] = issued[1]
        return self._keys[name]

    def request(
        self,
        method: str,
        path: str,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> TestResponse:
        sent = dict(headers or {})
        if key:
            sent["Authorization"] = f"Bearer {key}"
        return self.app.test_client().open(path, method=method, headers=sent, **more)

    def as_(self, role: str, method: str, path: str, **more: Any) -> TestResponse:
        return self.request(method, path, self.key(role), **more)

    def as_client(self, client: str, method: str, path: str, **more: Any) -> TestResponse:
        return self.request(method, path, self.client_key(client), **more)

    def create_client(
        self,
        client: str = "cabinet",
        options: Sequence[str] = ("recording",),
        licences: Sequence[str] = ("licence-1",),
        **more: Any,
    ) -> str:
        """Create a client with licences; returns its id."""
        body = {
            "id": client,
            "name": "Cabinet Exemple",
            "policy": "web2contact",
            "contract": {"started_on": "2026-01-01"},
            "options": list(options),
            "announcement": ANNOUNCEMENT,
            **more,
        }
        assert self.as_("admin", "POST", "/v1/clients", json=body).status_code == 201
        for licence in licences:
            self.create_licence(client, licence)
        return client

    def create_licence(self, client: str, licence: str) -> None:
        body = {"id": licence, "label": f"Agent of {licence}", "kind": "agent"}
        answer = self.as_("admin", "POST", f"/v1/clients/{client}/licences", json=body)
        assert answer.status_code == 201

    def call(self, ended_ago: timedelta = timedelta(minutes=5), **changes: Any) -> dict[str, Any]:
        """The body of a call that lasted a minute."""
        ended_at = self.clock.now() - ended_ago
        return {
            "licence_id": "licence-1",
            "direction": "in",
            "from": "+33612345678",
            "to": "+33187654321",
            "started_at": (ended_at - timedelta(minutes=1)).isoformat(),
            "answered_at": (ended_at - timedelta(seconds=50)).isoformat(),
            "ended_at": ended_at.isoformat(),
            "disposition": "ANSWERED",
            "recording_consent": "given",
            **changes,
        }

    def put_call(self, client: str, call_id: str, body: Mapping[str, Any]) -> TestResponse:
        return self.as_("platform", "PUT", f"/v1/clients/{client}/calls/{call_id}", json=body)

    def put_calls(self, client: str, calls: Mapping[str, Mapping[str, Any]]) -> TestResponse:
        """Hand in a batch."""
        lines = [json.dumps({"call_id": call_id, **body}) for call_id, body in calls.items()]
        return self.as_(
            "platform",
            "POST",
            f"/v1/clients/{client}/calls",
            data="\n".join(lines),
            content_type=NDJSON,
        )

    def put_recording(
        self,
        client: str,
        call_id: str,
        audio: bytes,
        recording_id: str | None = None,
        media_type: str = "audio/wav",
        **more: Any,
    ) -> TestResponse:
        path = recording_path(client, call_id, recording_id)
        return self.as_("platform", "PUT", path, data=audio, content_type=media_type, **more)


def recording_path(client: str, call_id: str, recording_id: str | None = None) -> str:
    end = f"recordings/{recording_id}" if recording_id else "recording"
    return f"/v1/clients/{client}/calls/{call_id}/{end}"


def raw_documents(databases: Databases) -> bytes:
    """Every stored document of the three databases, as the bytes that lie on the disk."""
    return b"".join(
        found.raw
        for database in (databases.bulk, databases.keystore, databases.audit)
        for name in database.list_collection_names()
        for found in database[name].with_options(_RAW).find()
    )
