"""The search that is to find nothing in the database's files must find what is there."""

from pathlib import Path

import pytest

from telecom_privacy.demo.audio import speech
from telecom_privacy.demo.search import search

NUMBER = "+33639980012"
AUDIO = speech(2, seed=1)


@pytest.mark.parametrize("written", ["+33639980012", "33639980012", "0639980012", "0033639980012"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_it_finds_a_number_however_it_is_written(
    tmp_path: Path, written: str, encoding: str
) -> None:
    (tmp_path / "data.wt").write_bytes(b"\x00\xff" + written.encode(encoding) + b"\x81")
    found = search(tmp_path, [NUMBER, "+33199001234"], [AUDIO])
    assert (found.numbers, found.audios) == (1, 0)


def test_it_finds_a_piece_of_audio_in_any_file_below_the_directory(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "journal").write_bytes(b"head" + AUDIO.content)
    found = search(tmp_path, [NUMBER], [AUDIO, speech(2, seed=2)])
    assert (found.numbers, found.audios) == (0, 1)


def test_it_finds_nothing_where_nothing_is_and_says_what_it_read(tmp_path: Path) -> None:
    (tmp_path / "data.wt").write_bytes(bytes(range(256)))
    (tmp_path / "log").write_bytes(b"nothing to see")
    found = search(tmp_path, [NUMBER], [AUDIO])
    assert (found.files, found.bytes, found.numbers, found.audios) == (2, 270, 0, 0)
