"""Texts, numbers and times in the forms that ETSI's types ask for (TS 103 280)."""

import re
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from telecom_privacy.disclosure.package import formats
from telecom_privacy.disclosure.package.xml import element, text

MICROSECONDS = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z"
SECONDS = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
PARIS = ZoneInfo("Europe/Paris")

texts = st.text(st.characters(), max_size=40)  # surrogates and controls, too
zones = st.integers(min_value=-14 * 60, max_value=14 * 60).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    max_value=datetime(9998, 12, 31),  # noqa: DTZ001
    timezones=zones,
)


@given(moments)
def test_a_time_keeps_exactly_six_decimals_in_utc(moment: datetime) -> None:
    written = formats.qualified_microseconds(moment)
    assert re.fullmatch(MICROSECONDS, written)
    assert datetime.fromisoformat(written) == moment


@given(moments)
def test_a_time_of_seconds_has_no_decimals(moment: datetime) -> None:
    written = formats.qualified_seconds(moment)
    assert re.fullmatch(SECONDS, written)
    assert moment - datetime.fromisoformat(written) < timedelta(seconds=1)


@given(moments)
def test_a_generalized_time_has_no_punctuation(moment: datetime) -> None:
    written = formats.generalized(moment)
    assert re.fullmatch(r"[0-9]{14}\+0000", written)
    assert written[:14] == re.sub("[^0-9]", "", formats.qualified_seconds(moment))


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert formats.local(first, PARIS) == "25/10/2026 02:30:00 (UTC+02:00)"
    assert formats.local(first + timedelta(hours=1), PARIS) == "25/10/2026 02:30:00 (UTC+01:00)"


@given(st.from_regex(r"\+[0-9]{1,15}", fullmatch=True))
def test_e164_loses_its_plus_alone(number: str) -> None:
    digits = formats.e164_digits(number)
    assert f"+{digits}" == number


@pytest.mark.parametrize("number", ["3639", "+", "", "+33 6", "+٣٣", "+1234567890123456", "+33\n"])
def test_what_is_not_e164_gets_no_such_form(number: str) -> None:
    assert formats.e164_digits(number) is None


@given(texts)
@example("\r\n")
def test_any_text_can_stand_in_an_element_and_comes_back(said: str) -> None:
    written = text(element("name", said))
    read = ElementTree.fromstring(written).text or ""  # noqa: S314  # what was just written here
    assert read == formats.xml_text(said)


@given(texts)
def test_any_text_can_be_seen_whole_on_one_line(said: str) -> None:
    shown = formats.visible(said)
    assert shown.isprintable() or not any(c in shown for c in "\n\r\t\x00\x1b\u202e\u2066\u200b")
    assert len(shown.splitlines()) <= 1
    assert formats.visible(shown) == shown


@given(st.text("abcé ł日-'", max_size=40))
def test_an_ordinary_text_is_shown_as_it_is(said: str) -> None:
    assert formats.visible(said) == " ".join(said.split())


@given(texts)
def test_a_short_string_is_at_most_255_characters(said: str) -> None:
    assert len(formats.short_string(said * 20)) <= 255


@given(moments, st.timedeltas(min_value=-timedelta(1), max_value=timedelta(1)))
def test_seconds_between_are_never_negative(start: datetime, length: timedelta) -> None:
    seconds = formats.seconds_between(start, start + length)
    assert 0 <= seconds <= max(0.0, length.total_seconds())
