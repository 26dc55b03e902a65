"""What counts the calls of a package."""

import io
from zipfile import ZipFile

import pytest

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.micro.exports import calls_in


def _package(**files: str) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as package:
        for name, content in files.items():
            package.writestr(f"some-id/data/{name}.jsonl", content)
    return buffer.getvalue()


def test_each_line_of_the_list_is_a_call() -> None:
    assert calls_in(_package(records="{}\n", calls="{}\n{}\n")) == 2
    assert calls_in(_package(calls="")) == 0


def test_a_package_without_the_list_is_a_wrong_answer() -> None:
    with pytest.raises(WrongAnswer):
        calls_in(_package(records="{}\n"))
