"""The demo empties its own directory, and never another."""

import stat
from pathlib import Path

import pytest

from telecom_privacy.demo.directory import MARKER, own_directory
from telecom_privacy.errors import ConfigurationError


def test_it_is_made_private_below_the_data_directory(tmp_path: Path) -> None:
    with own_directory(tmp_path / "var") as directory:
        assert directory == tmp_path / "var" / "demo"
        for path in (directory, directory.parent):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_what_an_earlier_demo_left_is_deleted(tmp_path: Path) -> None:
    with own_directory(tmp_path) as directory:
        (directory / "embedded").mkdir()
        (directory / "embedded" / "data.wt").write_bytes(b"old")
        (directory / "admin.key").write_text("old")
    with own_directory(tmp_path) as directory:
        assert [path.name for path in directory.iterdir()] == [MARKER]


def test_a_directory_that_the_demo_did_not_make_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "precious").write_text("kept")
    with pytest.raises(ConfigurationError, match="did not make"), own_directory(tmp_path):
        pass
    assert (tmp_path / "demo" / "precious").read_text() == "kept"


def test_what_links_point_to_outside_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("kept")
    with own_directory(tmp_path) as directory:
        (directory / "link").symlink_to(tmp_path / "elsewhere")
    with own_directory(tmp_path) as directory:
        assert not (directory / "link").exists()
    assert (tmp_path / "elsewhere" / "precious").read_text() == "kept"


def test_a_directory_in_use_by_another_demo_is_refused_and_kept(tmp_path: Path) -> None:
    with own_directory(tmp_path) as directory:
        (directory / "data").write_text("in use")
        with pytest.raises(ConfigurationError, match="another demo"), own_directory(tmp_path):
            pass
        assert (directory / "data").read_text() == "in use"
