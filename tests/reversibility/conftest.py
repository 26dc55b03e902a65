"""A client with calls, and how its packages are asked for and read."""

import io
import time
import zipfile
from typing import Any

import pytest

from tests.builders import Api, tone

EXPORTS = "/v1/clients/cabinet/exports"
_PATIENCE_SECONDS = 120


@pytest.fixture
def recorded(api: Api) -> Api:
    """A client with three calls, two of them recorded."""
    api.create_client()
    for name in ("one", "two", "three"):
        api.put_call("cabinet", name, api.call())
    for name in ("one", "two"):
        api.put_recording("cabinet", name, tone(1.5))
    return api


class Portal:
    """The client's portal, as far as packages are concerned."""

    def __init__(self, api: Api, client: str = "cabinet") -> None:
        self.api = api
        self._client = client
        self._exports = EXPORTS.replace("cabinet", client)

    def ask(self, **wish: Any) -> str:
        """Ask for a package; return its path."""
        body = {"kind": "reversibility", **wish}
        made = self.api.as_client(self._client, "POST", self._exports, json=body)
        assert made.status_code == 201, made.text
        return f"{self._exports}/{made.json['id']}"

    def made(self, **wish: Any) -> str:
        """Ask for a package and wait until it is ready."""
        path = self.ask(**wish)
        assert self.state(path) == "ready"
        return path

    def state(self, path: str) -> str:
        """How an export ended, once it is not being prepared any more."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while (state := str(self.show(path)["state"])) == "preparing":
            assert time.monotonic() < until
            time.sleep(0.05)
        return state

    def show(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.as_client(self._client, "GET", path).json
        return found

    def fetch(self, path: str) -> bytes:
        answer = self.api.as_client(self._client, "GET", f"{path}/package")
        assert answer.status_code == 200, answer.text
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        return bytes(answer.data)

    def delete(self, path: str) -> None:
        assert self.api.as_client(self._client, "DELETE", path).status_code == 204

    def status(self, path: str) -> int:
        return self.api.as_client(self._client, "GET", f"{path}/package").status_code


@pytest.fixture
def portal(recorded: Api) -> Portal:
    return Portal(recorded)


def files_of(data: bytes) -> dict[str, bytes]:
    """The files of a package by their paths in its folder."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
