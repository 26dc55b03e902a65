"""What every ciphertext is bound to: the associated data of all sealing (docs/formats.md)."""

from dataclasses import dataclass
from uuid import UUID

from telecom_privacy.scope import NO_ID, Role

_FORMAT = b"telecom-privacy/v1"


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
            _FORMAT,
            self.kind.encode(),
            self.client_id.bytes,
            self.licence_id.bytes,
            self.role.value.encode(),
            self.category.encode(),
            self.month.encode(),
            self.record_id.bytes,
        )
        return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
