"""Texts, numbers and times as the formats of the package want them."""

import re
import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WHITE_SPACE = re.compile(r"\s+")
_E164 = re.compile(r"\+([0-9]{1,15})")
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_SHORT_STRING = 255


def xml_text(text: str) -> str:
    """Replace what XML 1.0 cannot hold (section 2.2): most control characters."""
    return _NOT_IN_XML.sub(_REPLACEMENT, text)


def short_string(text: str) -> str:
    """A ShortString of TS 103 280: cut to 255 characters."""
    return xml_text(text)[:_SHORT_STRING]


def visible(text: str) -> str:
    """Make a text one line in which nothing is hidden, for people.

    White space becomes one space. What has no form of its own, or turns the direction of what
    comes after it, becomes the replacement character.
    """
    spaced = _WHITE_SPACE.sub(" ", xml_text(text)).strip()
    return "".join(_REPLACEMENT if unicodedata.category(c) in _UNSEEN else c for c in spaced)


def e164_digits(number: str) -> str | None:
    """An InternationalE164 of TS 103 280: digits without `+`. None for what is not E.164."""
    found = _E164.fullmatch(number)
    return found[1] if found else None


def qualified_microseconds(moment: datetime) -> str:
    """A QualifiedMicrosecondDateTime of TS 103 280: exactly six decimals, in UTC."""
    return _utc(moment, "microseconds")


def qualified_seconds(moment: datetime) -> str:
    """A QualifiedDateTime of TS 103 280: no decimals, in UTC."""
    return _utc(moment, "seconds")


def generalized(moment: datetime) -> str:
    """A time as TS 102 657 has it in XML: `20261001081502+0000`."""
    compact = re.sub("[-:T]", "", moment.astimezone(UTC).isoformat(timespec="seconds")[:19])
    return f"{compact}+0000"


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A time for people: `01/10/2026 10:15:02 (UTC+02:00)`."""
    there = moment.astimezone(zone)
    return f"{there:%d/%m/%Y %H:%M:%S} (UTC{there.isoformat()[-6:]})"


def seconds_between(start: datetime, end: datetime) -> int:
    """Whole seconds, as they are begun and ended; never below 0."""
    return max(0, int((end - start).total_seconds()))


def _utc(moment: datetime, precision: str) -> str:
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
