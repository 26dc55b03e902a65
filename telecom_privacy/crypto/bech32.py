"""Bech32 (BIP 173), the spelling of age's keys: reading it."""

from collections.abc import Iterable

_CHARACTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH = 6


def decode(text: str) -> tuple[str, bytes]:
    """Return the human-readable part, in small letters, and the data.

    Raises `ValueError` for what is not Bech32: the checksum finds any four wrong characters.
    """
    if text not in (text.lower(), text.upper()):
        raise ValueError("capital and small letters are mixed")
    prefix, separator, rest = text.lower().rpartition("1")
    values = [_CHARACTERS.index(character) for character in rest]
    if not separator or not prefix.isascii() or len(values) < _CHECKSUM_LENGTH:
        raise ValueError("not the form of Bech32")
    if _checksum([*_expanded(prefix), *values]) != 1:
        raise ValueError("the checksum is wrong")
    return prefix, _octets(values[:-_CHECKSUM_LENGTH])


def _expanded(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _checksum(values: Iterable[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum


def _octets(values: list[int]) -> bytes:
    """Join groups of 5 bits; those that fill up the last octet have to be less than 5 zeros."""
    number = 0
    for value in values:
        number = number << 5 | value
    length, padding = divmod(5 * len(values), 8)
    if padding >= 5 or number & ((1 << padding) - 1):
        raise ValueError("the padding is wrong")
    return (number >> padding).to_bytes(length, "big")
