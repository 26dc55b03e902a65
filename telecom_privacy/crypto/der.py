"""The frame of a DER value (X.690): what comes before content that is too long to be built."""

SEQUENCE = 0x30
SET = 0x31
_LONGEST_SHORT_FORM = 0x7F


def context(number: int, *, constructed: bool) -> int:
    """Return the tag `[number]`, number below 31."""
    return 0x80 | (0x20 if constructed else 0) | number


def header(tag: int, length: int) -> bytes:
    """Return tag and length of a value of `length` bytes (definite form, section 8.1.3)."""
    if length <= _LONGEST_SHORT_FORM:
        return bytes([tag, length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets


def value(tag: int, *parts: bytes) -> bytes:
    """Return a whole value."""
    content = b"".join(parts)
    return header(tag, len(content)) + content
