"""An API key: shown once, kept as a hash."""

import base64
import hashlib
import os
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.model import KeyReference

_PREFIX = "tpk"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as stored. `secret_hash` is SHA-256 of 256 random bits, so it needs no salt."""

    id: UUID
    secret_hash: bytes
    role: ApiRole
    client_id: UUID | None
    licence_ids: frozenset[UUID] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    label: bytes
    month: str
    key: KeyReference

    def admits(self, secret: bytes, now: datetime) -> bool:
        """Tell whether `secret` is this key's and the key is neither revoked nor expired."""
        return compare_digest(hash_of(secret), self.secret_hash) and self.is_live(now)

    def is_live(self, now: datetime) -> bool:
        """Tell whether the key is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def access(self) -> Access:
        return Access(str(self.id), self.role, self.client_id, self.licence_ids)


@dataclass(frozen=True, slots=True)
class DescribedKey:
    """A key as its client knows it: `licence_ids` are external ones; None: it is not limited."""

    key: ApiKey
    label: str = field(repr=False)
    licence_ids: Sequence[str] | None = field(repr=False)


def new_secret() -> tuple[bytes, bytes]:
    """Return a random secret and its hash."""
    secret = os.urandom(_SECRET_BYTES)
    return secret, hash_of(secret)


def hash_of(secret: bytes) -> bytes:
    return hashlib.sha256(secret).digest()


def written(key_id: UUID, secret: bytes) -> str:
    """What the holder sends: `tpk_<id>_<secret in base64url>`."""
    return f"{_PREFIX}_{key_id.hex}_{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"


def parsed(credential: str) -> tuple[UUID, bytes] | None:
    """Read what `written` wrote, to the letter; None for anything else."""
    _, _, rest = credential.partition("_")
    key_id, _, secret = rest.partition("_")
    try:
        found = UUID(hex=key_id), base64.urlsafe_b64decode(secret + "=")
    except (ValueError, Base64Error):
        return None
    # Decoding forgives foreign characters and spare bits; a key has one spelling only.
    return found if written(*found) == credential else None
