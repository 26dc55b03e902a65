"""Finding payment card data, which some notices promise never to store (RULES RET-26)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from telecom_privacy.numbers import LONGEST_E164, is_valid_e164

_GAP = "[ \u00a0\u202f.\\-]"
# Neither inside a longer number nor in a telephone number, which a plus sign begins.
_START = rf"(?<![0-9+])(?<!\+[0-9]{_GAP})(?<!\+[0-9]{{2}}{_GAP})(?<!\+[0-9]{{3}}{_GAP})"
# As cards print them. Looser groups would join telephone numbers that follow each other.
_UNGROUPED = "[0-9]{13,19}"
_LAYOUTS = (
    rf"[0-9]{{4}}({_GAP})(?:[0-9]{{4}}\2){{2}}[0-9]{{1,4}}",
    rf"[0-9]{{4}}({_GAP})(?:[0-9]{{4}}\2){{3}}[0-9]{{1,3}}",
    rf"[0-9]{{4}}({_GAP})[0-9]{{6}}\2[0-9]{{4,5}}",  # Diners Club, American Express
    rf"[0-9]{{6}}({_GAP})[0-9]{{13}}",  # UnionPay, Maestro
)
# Each looks ahead only, so that a number is found behind another that overlaps it.
_NUMBERS = tuple(
    re.compile(rf"{_START}(?=({layout})(?![0-9]))") for layout in (_UNGROUPED, *_LAYOUTS)
)
_MANY_DIGITS = re.compile(rf"(?:[0-9]{_GAP}?){{12}}[0-9]")
"""What is in every text that one of these finds, and in few others."""
_ISSUED = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}"  # Visa: 13, 16 or 19 digits
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-59]|[689][0-9])[0-9]{11}(?:[0-9]{2})?"  # Diners Club
    r"|(?:6011|64[4-9][0-9]|65[0-9]{2})[0-9]{12}(?:[0-9]{3})?"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}(?:[0-9]{3})?"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
    r"|(?:50|5[6-9]|6[0-9])[0-9]{14,17}"  # Maestro
)
_SHORT_MAESTRO = re.compile(r"(?:50|5[6-9]|6[013-9])[0-9]{11,13}")
"""Believed in groups only: ungrouped, too many other numbers look like it."""
_NAMES = re.compile(
    r"(?:card|carte)?(?:pan|cvv2?|cvc2?|cav2|csc|track[12]?data|pinblock|cryptogramme?)"
    r"|(?:card|carte|cb|pan)(?:number|num|no|numero|verification(?:code|value)?|securitycode)"
    r"|numero(?:de)?(?:carte|cb)(?:bancaire|bleue)?"
)
_PLAIN = str.maketrans("éèàùç", "eeauc")

Place = tuple[str | int, ...]


def card_data(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the places in a JSON value that hold a card number, or are named for card secrets."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _of_field(name, part, place)
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from card_data(part, (*place, number))
    elif holds_card_number(_written(value)):
        yield place


def _of_field(name: str, value: Any, place: Place) -> Iterator[Place]:
    if holds_card_number(name):
        yield place  # to name the field would be to quote it
    elif is_named_for_card_data(name) and value not in (None, ""):
        yield (*place, name)
    else:
        yield from card_data(value, (*place, name))


def _written(value: Any) -> str:
    """A text, or a number as a person would write it; a fraction is no card's number."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else ""
    return value if isinstance(value, str) else str(value)


def holds_card_number(text: str) -> bool:
    """Tell whether a text holds 13 to 19 digits, as cards group them, that are a card's number.

    Not what is a telephone number as well. Takes time linear in the length of the text.
    """
    if not _MANY_DIGITS.search(text):
        return False
    found = (match[1] for number in _NUMBERS for match in number.finditer(text))
    return any(map(_is_card_number, found))


def is_named_for_card_data(name: str) -> bool:
    """Tell whether a field is named for a card's number or its secret codes, however written."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower().translate(_PLAIN))
    return _NAMES.fullmatch(plain) is not None


def _is_card_number(written: str) -> bool:
    digits = re.sub("[^0-9]", "", written)
    is_grouped = len(written) > len(digits)
    return (
        _is_issued(digits, is_grouped)
        and _luhn(digits) == 0
        and not (len(digits) <= LONGEST_E164 and is_valid_e164(f"+{digits}"))
    )


def _is_issued(digits: str, is_grouped: bool) -> bool:
    if _ISSUED.fullmatch(digits):
        return True
    return is_grouped and _SHORT_MAESTRO.fullmatch(digits) is not None


def _luhn(digits: str) -> int:
    """The checksum of ISO/IEC 7812-1 annex B, modulo 10; 0 for a number that holds."""
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10
