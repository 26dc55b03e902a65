"""What a worker is given to do: each function runs in a process of its own, over the routes."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from telecom_privacy.app import create_app
from telecom_privacy.bench.audio import InventedAudio
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.memory.watch import Progress
from telecom_privacy.bench.service import running_services
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.logs import configure_logging
from telecom_privacy.settings import Settings

_MEGABYTE = 1024 * 1024
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Worker:
    """Where a worker's data are, and who asks it."""

    settings: Settings
    key: str


def take_in(progress: Progress, worker: Worker, path: str, megabytes: int) -> None:
    """Take a recording that streams in."""
    with _asked(worker) as client:
        body = _Body(InventedAudio(megabytes * _MEGABYTE), progress)
        answer = client.put(
            path,
            input_stream=body,
            content_type="audio/wav",
            headers=_headers(worker),
        )
        _expect(answer.status_code, 201)


def give_out(progress: Progress, worker: Worker, path: str) -> None:
    """Send a recording, or whatever lies at a path, to nowhere."""
    with _asked(worker) as client:
        _receive(progress, worker, client, path)


def export(progress: Progress, worker: Worker, path: str) -> None:
    """Make a package, however long that takes, and send it to nowhere."""
    with _asked(worker) as client:
        posted = client.post(path, headers=_headers(worker), json={"kind": "history"})
        _expect(posted.status_code, 201)
        made = f"{path}/{posted.get_json()['id']}"
        while client.get(made, headers=_headers(worker)).get_json()["state"] != "ready":
            time.sleep(_POLL_SECONDS)
        _receive(progress, worker, client, f"{made}/package")


def sweep(progress: Progress, settings: Settings, records: int) -> None:
    """Sweep what is due: so many `records`."""
    with _services(settings) as services:
        swept = services.sweeps.run("bench", lambda state: progress(sum(state.erased.values())))
        if swept is None or sum(swept.erased.values()) != records:
            raise WrongAnswer("a sweep did not erase what was due")


class _Body(io.RawIOBase):
    """A request's body that is made while it is read; its length is found out by seeking."""

    def __init__(self, audio: InventedAudio, progress: Progress) -> None:
        self._audio = audio
        self._progress = progress
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._audio.length}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        size = min(len(buffer), self._audio.length - self._at)
        if size:
            buffer[:size] = self._audio.part(self._at, self._at + size - 1)
        self._at += size
        self._progress(self._at / _MEGABYTE)
        return size


@contextmanager
def _asked(worker: Worker) -> Iterator[Any]:
    with _services(worker.settings) as services:
        yield create_app(services).test_client()


@contextmanager
def _services(settings: Settings) -> Iterator[Services]:
    configure_logging("ERROR")
    with running_services(settings) as services:
        yield services


def _receive(progress: Progress, worker: Worker, client: Any, path: str) -> None:
    answer = client.get(path, headers=_headers(worker), buffered=False)
    _expect(answer.status_code, 200)
    received = 0
    for piece in answer.iter_encoded():
        received += len(piece)
        progress(received / _MEGABYTE)
    if received != answer.content_length:
        raise WrongAnswer("an answer ended before its length")


def _headers(worker: Worker) -> dict[str, str]:
    return {"Authorization": f"Bearer {worker.key}"}


def _expect(status: int, expected: int) -> None:
    if status != expected:
        raise WrongAnswer(f"answered {status} instead of {expected}")
