"""A body that is made while it is read."""

import io

from telecom_privacy.bench.audio import InventedAudio
from telecom_privacy.bench.memory.work import _Body


def test_it_is_read_from_the_beginning_whoever_asked_for_its_length() -> None:
    audio, told = InventedAudio(1_500_000), []
    body = _Body(audio, told.append)
    assert body.seek(0, io.SEEK_END) == 1_500_000
    body.seek(0)
    assert body.read() == audio.part(0, 1_499_999)
    assert body.read(1) == b""
    assert told[-1] == 1_500_000 / 1024 / 1024
