"""Streaming in constant memory: a worker's size while a large recording goes up and comes down."""

import os
from collections.abc import Iterator
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread

from tests.builders import MovableClock, recording_path
from tests.faults.harness import Service

MEGABYTE = 1024 * 1024
SIZE = int(os.environ.get("MEMORY_TEST_MEGABYTES", "256")) * MEGABYTE
MOST_GROWTH = 150 * MEGABYTE
PIECE = 256 * 1024
CLIENT, CALL = "cabinet", "long-call"


class Watch:
    """Samples the resident size of a process in a thread of its own."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ending = Event()
        self.first = self.most = _resident(pid)
        self._thread = Thread(target=self._sample)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    @property
    def growth(self) -> int:
        return self.most - self.first

    def _sample(self) -> None:
        while not self._ending.wait(0.02):
            self.most = max(self.most, _resident(self._pid))


def test_a_worker_does_not_grow_with_the_recording_it_stores_and_plays(tmp_path: Path) -> None:
    service = Service(tmp_path, workers=1)
    try:
        service.start()
        with service.api(MovableClock()) as api:
            api.create_client(CLIENT)
            assert api.put_call(CLIENT, CALL, api.call()).status_code == 201
            assert api.put_recording(CLIENT, CALL, b"audio", "first").status_code == 201
            writer, reader = api.key("platform"), api.client_key(CLIENT)
        (worker,) = service.worker_pids()
        with Watch(worker) as up:
            sent = _upload(service, writer)
        with Watch(worker) as down:
            received = _download(service, reader)
        print(f"{SIZE // MEGABYTE} MB: {_shown('up', up)}; {_shown('down', down)}")
        assert received == sent
        assert up.growth < MOST_GROWTH
        assert down.growth < MOST_GROWTH
    finally:
        service.stop()


def _upload(service: Service, key: str) -> bytes:
    digest = sha256()

    def pieces() -> Iterator[bytes]:
        block = os.urandom(PIECE)
        for number in range(SIZE // PIECE):
            piece = number.to_bytes(8, "big") + block[8:]
            digest.update(piece)
            yield piece

    connection = HTTPConnection("127.0.0.1", service.port, timeout=600)
    headers = _headers(key) | {"Content-Type": "audio/wav", "Content-Length": str(SIZE)}
    connection.request("PUT", recording_path(CLIENT, CALL), pieces(), headers)
    answer = connection.getresponse()
    assert answer.status == 201, answer.read()
    connection.close()
    return digest.digest()


def _download(service: Service, key: str) -> bytes:
    digest = sha256()
    connection = HTTPConnection("127.0.0.1", service.port, timeout=600)
    connection.request("GET", recording_path(CLIENT, CALL), headers=_headers(key))
    answer = connection.getresponse()
    assert answer.status == 200
    while piece := answer.read(PIECE):
        digest.update(piece)
    connection.close()
    return digest.digest()


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _resident(pid: int) -> int:
    """The resident size of a process in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _shown(way: str, watch: Watch) -> str:
    first, most = watch.first // MEGABYTE, watch.most // MEGABYTE
    return f"{way} {first} -> at most {most} MB"
