"""What every ciphertext is bound to: the associated data of all sealing (docs/formats.md)."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from telecom_privacy.scope import NO_ID, Role

_FORMAT = "telecom-privacy/v1"
_ID = (16).to_bytes(2, "big")


@dataclass(frozen=True, slots=True)
class Binding:
    """The place a sealed thing belongs to; anywhere else it does not open.

    `kind` says what is sealed (`record`, `content`, `client-key` …), `month` is `YYYY-MM` or empty.
    """

    kind: str
    role: Role
    client_id: UUID = NO_ID
    licence_id: UUID = NO_ID
    category: str = ""
    month: str = ""
    record_id: UUID = NO_ID

    def encode(self) -> bytes:
        """Every part behind its length (2 bytes, big-endian): no two bindings encode alike."""
        parts = (
            _part(_FORMAT),
            _part(self.kind),
            _ID + self.client_id.bytes,
            _ID + self.licence_id.bytes,
            _part(self.role.value),
            _part(self.category),
            _part(self.month),
            _ID + self.record_id.bytes,
        )
        return b"".join(parts)


@lru_cache(maxsize=512)
def _part(text: str) -> bytes:
    """One of the few kinds, roles, categories and months, as it stands in a binding."""
    part = text.encode()
    return len(part).to_bytes(2, "big") + part
