"""Binary content as an answer, read only where it is asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from flask import Flask, Response

from telecom_privacy.errors import PreconditionFailed, RangeNotSatisfiable
from telecom_privacy.http.content import Content, delivered, is_unchanged, not_modified

AUDIO = bytes(range(256))
ETAG = f'"{sha256(AUDIO).hexdigest()}"'
asked: list[tuple[int, int]] = []


def read(first: int, last: int) -> Iterator[bytes]:
    asked.append((first, last))
    yield AUDIO[first : last + 1]


CONTENT = Content(
    length=len(AUDIO),
    media_type="audio/ogg; codecs=opus",
    etag=sha256(AUDIO).hexdigest(),
    sha256=sha256(AUDIO).digest(),
    modified_at=datetime(2026, 3, 29, 1, 2, 3, 999_000, tzinfo=UTC),
    read=read,
)


@pytest.fixture(autouse=True)
def _nothing_read() -> None:
    asked.clear()


def answer(method: str = "GET", **headers: str) -> Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with Flask(__name__).test_request_context(method=method, headers=sent):
        return not_modified(CONTENT) if is_unchanged(CONTENT) else delivered(CONTENT)


def test_the_whole_content_names_its_state() -> None:
    found = answer()
    assert found.get_data() == AUDIO
    assert found.headers["ETag"] == ETAG
    assert found.headers["Last-Modified"] == "Sun, 29 Mar 2026 01:02:03 GMT"
    assert found.headers["Content-Type"] == "audio/ogg; codecs=opus"


def test_only_the_bytes_of_a_range_are_read() -> None:
    assert answer(Range="bytes=5-9").get_data() == AUDIO[5:10]
    assert asked == [(5, 9)]


def test_the_parts_of_several_ranges_are_read_one_by_one() -> None:
    found = answer(Range="bytes=0-1,250-")
    assert len(found.get_data()) == int(found.headers["Content-Length"])
    assert asked == [(0, 1), (250, 255)]


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-1"}, {"If_None_Match": ETAG}])
def test_head_and_unchanged_content_read_nothing(headers: dict[str, str]) -> None:
    head = answer("HEAD", **headers)
    assert head.get_data() == b""
    assert head.status_code == (304 if "If_None_Match" in headers else 200)
    assert answer(If_None_Match="*").status_code == 304
    assert asked == []


def test_what_cannot_be_met_is_an_error() -> None:
    with pytest.raises(RangeNotSatisfiable):
        answer(Range="bytes=256-")
    with pytest.raises(PreconditionFailed):
        answer(If_Match='"other"')
    assert answer(If_Match=ETAG).status_code == 200


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (ETAG, 206),
        (f"W/{ETAG}", 200),
        ('"other"', 200),
        ("Sun, 29 Mar 2026 01:02:03 GMT", 206),
        ("Sun, 29 Mar 2026 01:02:04 GMT", 200),
        ("Sun, 29 Mar 2026 01:02:02 GMT", 200),
        ("nonsense", 200),
    ],
)
def test_a_range_is_given_only_of_what_the_condition_names(condition: str, status: int) -> None:
    assert answer(Range="bytes=0-1", If_Range=condition).status_code == status
