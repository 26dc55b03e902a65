"""A real gunicorn on databases of its own, for what an in-process client cannot do."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telecom_privacy.settings import PREFIX, Settings
from tests.builders import ANNOUNCEMENT

CONFIGURATION = Path(__file__).parents[2] / "config" / "gunicorn.conf.py"
_STARTS_WITHIN = 30


class Service:
    """Speaks HTTP/1.1 to it, also malformed."""

    def __init__(self, port: int, admin_key: str) -> None:
        self.port = port
        self._admin_key = admin_key
        self.keys = {role: self._issue(role) for role in ("platform",)}

    def request(
        self, method: str, path: str, key: str, body: object = None, **headers: str
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        sent = {"Authorization": f"Bearer {key}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent, encode_chunked="Transfer-Encoding" in sent)
        answer = connection.getresponse()
        content = answer.status, answer.read()
        connection.close()
        return content

    def as_admin(self, path: str, body: dict) -> dict:
        data, json_type = json.dumps(body), "application/json"
        status, answer = self.request("POST", path, self._admin_key, data, Content_Type=json_type)
        assert status == 201, answer
        return dict(json.loads(answer))

    def create_client(self, client: str) -> str:
        """Create a client with a licence; returns an API key of its own."""
        body = {"id": client, "name": "Cabinet", "policy": "web2contact", "options": ["recording"]}
        body |= {"contract": {"started_on": "2026-01-01"}, "announcement": ANNOUNCEMENT}
        self.as_admin("/v1/clients", body)
        licence = {"id": "licence-1", "label": "Agent", "kind": "agent"}
        self.as_admin(f"/v1/clients/{client}/licences", licence)
        return self._issue("client", client_id=client)

    def raw(self, head: list[str], body: bytes, key: str) -> bytes:
        """Send bytes as they are, say that no more come, and return whatever is answered."""
        lines = [head[0], "Host: test", f"Authorization: Bearer {key}", *head[1:], "", ""]
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall("\r\n".join(lines).encode() + body)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while received := connection.recv(65536):
                answer += received
        return answer

    def vanish(self, head: list[str], body: bytes, key: str) -> None:
        """Send part of a request and reset the connection."""
        lines = [head[0], "Host: test", f"Authorization: Bearer {key}", *head[1:], "", ""]
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall("\r\n".join(lines).encode() + body)
            linger = (1).to_bytes(4, sys.byteorder) + bytes(4)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def _issue(self, role: str, **more: str) -> str:
        answer = self.as_admin("/v1/api-keys", {"role": role, "label": role, **more})
        return str(answer["key"])


@contextmanager
def serving(
    settings: Settings, threads: int = 16, configuration: Path = CONFIGURATION
) -> Iterator[Service]:
    """Run gunicorn on a free port; it prepares its databases itself."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    chosen = {
        "PORT": str(port),
        "WORKERS": "1",
        "THREADS": str(threads),
        "MONGODB_URI": str(settings.mongodb_uri),
        "KEYSTORE_URI": str(settings.keystore_uri),
        "AUDIT_URI": str(settings.audit_uri),
        "DATABASE_PREFIX": settings.database_prefix,
        "DATA_DIR": str(settings.data_dir),
        "KEY_DIR": str(settings.key_dir),
        "MAX_RECORDING_BYTES": str(settings.max_recording_bytes),
    }
    environment = os.environ | {PREFIX + name: value for name, value in chosen.items()}
    command = [sys.executable, "-m", "gunicorn", "-c", str(configuration)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_until_ready(port)
            yield Service(port, (settings.data_dir / "admin.key").read_text().strip())
        finally:
            process.terminate()


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("gunicorn did not become ready")
