"""A disk that is full: refused with 503, and nothing of what was acknowledged is lost."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import MovableClock, recording_path
from tests.faults.harness import Service

CLIENT = "cabinet"
CALLS = f"/v1/clients/{CLIENT}/calls"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mount = shutil.which("mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root, outside of most containers")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_refuses_what_is_new_and_keeps_what_was_acknowledged(
    small_disk: Path,
) -> None:
    service = Service(small_disk)
    try:
        service.start()
        with service.api(MovableClock()) as api:
            api.create_client(CLIENT)
            platform, reader, body = api.key("platform"), api.client_key(CLIENT), api.call()
        kept: dict[str, bytes] = {}
        refused, audio = "", b""
        for number in range(100):
            name, audio = f"call-{number}", os.urandom(1_000_000)
            if _store(service, platform, name, body, audio) == 503:
                refused = name
                break
            kept[name] = audio
        assert kept
        assert refused
        subprocess.run(["mount", "-o", "remount,size=256m", str(small_disk)], check=True)
        for name, stored in kept.items():
            found = service.insist("GET", recording_path(CLIENT, name), key=reader)
            assert found.body == stored
        # The same again: a 503 does not say whether it was stored before the answer failed.
        sent = {"key": platform, "body": body}
        assert service.insist("PUT", f"{CALLS}/{refused}", **sent).status in (200, 201)
        sent = {"key": platform, "body": audio, "media_type": "audio/wav"}
        assert service.insist("PUT", recording_path(CLIENT, refused), **sent).status in (200, 201)
        found = service.insist("GET", recording_path(CLIENT, refused), key=reader)
        assert found.body == audio
    finally:
        service.stop()


def _store(service: Service, key: str, name: str, body: object, audio: bytes) -> int:
    stored = service.request("PUT", f"{CALLS}/{name}", key, body)
    if stored.status == 503:
        return 503
    assert stored.status == 201
    return service.request("PUT", recording_path(CLIENT, name), key, audio, "audio/wav").status
