import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.archive import bag
from telecom_privacy.errors import IntegrityError


@given(st.binary(min_size=32, max_size=32), st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_manifest_line_is_one_line_and_is_read_back(sha256: bytes, path: str) -> None:
    line = bag.manifest_line(sha256, path)
    assert line.count(b"\n") == 1
    assert b"\r" not in line
    assert bag.parse_manifest_line(line) == (sha256, path)


def test_paths_are_escaped_as_the_rfc_says_and_no_further() -> None:
    line = bag.manifest_line(bytes(32), "data/100 %\r\n%0A é")
    assert line == f"{'00' * 32}  data/100 %25%0D%0A%250A é\n".encode()


ZEROS = b"00" * 32


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        ZEROS + b"  data/a",
        ZEROS + b" data/a\n",
        ZEROS + b"  data/100%\n",
        ZEROS + b"  data/%0a\n",
        ZEROS.upper() + b"  data/\xff\n",
        b"AA" * 32 + b"  data/a\n",
        b"00" * 31 + b"  data/a\n",
        b"zz" * 32 + b"  data/a\n",
    ],
)
def test_lines_of_another_shape_are_refused(line: bytes) -> None:
    with pytest.raises(IntegrityError):
        bag.parse_manifest_line(line)


def test_the_elements_of_the_information_are_read_back_on_one_line_each() -> None:
    text = bag.info_text([("Source-Organization", "A:\r\n  B"), (bag.PAYLOAD_OXUM, "10.2")])
    assert text == b"Source-Organization: A: B\nPayload-Oxum: 10.2\n"
    assert bag.parse_info(text) == {"Source-Organization": "A: B", "Payload-Oxum": "10.2"}
    with pytest.raises(IntegrityError):
        bag.parse_info(b"\xff")


@given(st.lists(st.binary().map(lambda one: one.replace(b"\n", b""))), st.integers(1, 9))
def test_lines_are_the_same_however_the_bytes_arrive(lines: list[bytes], size: int) -> None:
    data = b"".join(line + b"\n" for line in lines)
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(bag.lines_of(pieces)) == [line + b"\n" for line in lines]
    assert list(bag.lines_of([*pieces, b"x"]))[len(lines) :] == [b"x"]


def test_an_endless_line_is_given_up() -> None:
    with pytest.raises(IntegrityError, match="too long"):
        list(bag.lines_of(bytes(1024) for _ in range(100)))
