import pytest

from telecom_privacy.archive.paths import checked_path
from telecom_privacy.errors import IntegrityError


@pytest.mark.parametrize("path", ["a", "data/calls.csv", "a/..b/c.", "données/é"])
def test_paths_that_go_down_are_taken(path: str) -> None:
    assert checked_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\b", "C:/a", "a\nb", "a\x1b[2J", "a\udcff"],
)
def test_paths_that_could_do_harm_are_refused_in_plain_characters(path: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        checked_path(path)
    assert str(refused.value).isascii()
    assert str(refused.value).isprintable()
