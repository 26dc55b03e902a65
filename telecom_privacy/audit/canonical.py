"""Canonical JSON (RFC 8785): every entry of the log is written so, and receipts are."""

import json
from typing import Any

import rfc8785

_MOST = 2**53 - 1
_FAST = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 form.

    The encoder of the standard library, in C, writes the same for what nearly all entries hold.
    Raises `rfc8785.CanonicalizationError` or `UnicodeEncodeError` where there is no such form.
    """
    return _FAST.encode(value).encode() if _is_plain(value) else rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    """Whether both write it alike: fractions they do not, nor the order of some names."""
    if isinstance(value, str) or value is None or value is True or value is False:
        return True
    if type(value) is int:
        return -_MOST <= value <= _MOST
    if type(value) is dict:
        return all(
            type(name) is str and name.isascii() and _is_plain(one) for name, one in value.items()
        )
    return type(value) in (list, tuple) and all(map(_is_plain, value))
