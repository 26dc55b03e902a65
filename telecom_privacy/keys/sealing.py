"""Small records: a JSON object under its record key."""

import json
from collections.abc import Mapping
from typing import Any

from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def seal_json(key: bytes, content: Mapping[str, Any], binding: Binding) -> bytes:
    """Seal a JSON object at the place of `binding` (docs/formats.md)."""
    return seal(key, _ENCODER.encode(content).encode(), binding)


def open_json(key: bytes, sealed: bytes, binding: Binding) -> dict[str, Any]:
    """Open what `seal_json` made. Raises `IntegrityError`."""
    content: dict[str, Any] = json.loads(open_sealed(key, sealed, binding))
    return content
