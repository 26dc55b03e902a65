"""A time stamp authority that is away for a while, and one that answers wrongly."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from telecom_privacy.crypto.timestamp_authority import PATIENCE_SECONDS, TimestampAuthority
from telecom_privacy.crypto.timestamps import verify_stamp
from telecom_privacy.reversibility.attempts import LEASE
from telecom_privacy.reversibility.preparation import RENEW_AFTER
from telecom_privacy.reversibility.stamping import PAUSES, Stamping
from tests.crypto.timestamping import Authority, serving

CONTENT = b"what was signed"
REPLY = "application/timestamp-reply"


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    with serving(tmp_path) as authority:
        yield authority


def stamp(authority: Authority, tries: int) -> bytes | None:
    client = TimestampAuthority(authority.url, authority.root)
    return Stamping(client, pauses=[0.0] * tries).stamp(CONTENT)


def test_an_authority_that_keeps_silent_does_not_outlast_the_lease_of_a_preparation() -> None:
    longest = sum(PAUSES) + len(PAUSES) * PATIENCE_SECONDS
    assert longest < (LEASE - RENEW_AFTER).total_seconds()


def test_an_authority_that_is_away_is_asked_again_and_then_let_be(authority: Authority) -> None:
    usual, asked = authority.answer, []

    def refuse_twice(request: bytes) -> tuple[int, str, bytes]:
        asked.append(request)
        return usual(request) if len(asked) == 3 else (503, REPLY, b"")

    authority.answer = refuse_twice
    assert stamp(authority, tries=2) is None
    asked.clear()
    given = stamp(authority, tries=3)
    assert given is not None
    verify_stamp(given, CONTENT, authority.root)


def test_a_wrong_stamp_is_none_and_is_not_asked_for_again(authority: Authority) -> None:
    asked = []

    def answer_wrongly(request: bytes) -> tuple[int, str, bytes]:
        asked.append(request)
        return 200, REPLY, b"junk"

    authority.answer = answer_wrongly
    assert stamp(authority, tries=3) is None
    assert len(asked) == 1
