"""Telephone numbers as E.164."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import phonenumbers

from telecom_privacy.errors import Invalid

LONGEST_E164 = 15
"""Most digits of an E.164 number, with its country code."""

_SHORT = range(2, 7)
_REMEMBERED = 1_000
_LIKE_A_NUMBER = re.compile(r"\+?[0-9][0-9 ().\-]{5,}")


class NumberReader:
    """Normalises numbers; `region` (two letters) is that of numbers in national form."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._find: Callable[[str], str | None] = self._read

    def e164(self, number: str, field: str = "number") -> str:
        """Return a number in E.164. Raises `Invalid` for `field`.

        Short codes and emergency numbers have no E.164 form and stay as dialled.
        """
        if (found := self._find(number)) is None:
            raise Invalid({field: ["Not a telephone number in E.164 or national form."]})
        return found

    def remembering(self) -> "NumberReader":
        """A reader for one batch, in which few numbers are in many calls: it keeps what it read."""
        reader = NumberReader(self._region)
        reader._find = lru_cache(_REMEMBERED)(self._read)
        return reader

    def _read(self, number: str) -> str | None:
        """The number in E.164; None for what is no number."""
        compact = number.strip()
        if compact.isascii() and compact.isdigit() and len(compact) in _SHORT:
            return compact
        try:
            parsed = phonenumbers.parse(compact, self._region)
        except phonenumbers.NumberParseException:
            return None
        if not _is_complete(parsed) or parsed.extension:
            return None
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)

    def normal(self, name: str) -> str:
        """The E.164 form of what is written like a number; anything else as it is."""
        if not _LIKE_A_NUMBER.fullmatch(name):
            return name
        try:
            return self.e164(name)
        except Invalid:
            return name

    def with_number(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Normalise the `number` of a search, if it has one. Raises `Invalid`.

        A plus sign that was not percent-encoded in the query arrives as a space.
        """
        number = query.get("number")
        return {**query, "number": None if number is None else self.e164(_with_plus(number))}


def is_valid_e164(number: str) -> bool:
    """Tell whether `+` and digits are a number that its country's plan really gives out."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def _with_plus(number: str) -> str:
    return f"+{number[1:]}" if number.startswith(" ") else number


def _is_complete(number: phonenumbers.PhoneNumber) -> bool:
    """Whether it has all of its digits: a local number without its area names nobody."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE
