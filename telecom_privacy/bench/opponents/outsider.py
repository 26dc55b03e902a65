"""What opens sealed data, written from docs/formats.md alone: it uses nothing of the project."""

import base64
import hmac
import json
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NO_ID = UUID(int=0)


def committed(secret: bytes, commitment: bytes | None) -> bytes:
    """The key of a secret. Raises `ValueError` if another one was committed to."""
    stretched = HKDF(SHA256(), 64, salt=None, info=b"telecom-privacy/key/v1").derive(secret)
    if commitment is not None and not hmac.compare_digest(stretched[32:], commitment):
        raise ValueError("not the key that was committed to")
    return stretched[:32]


def binding(
    kind: str,
    role: str,
    client: UUID = NO_ID,
    licence: UUID = NO_ID,
    category: str = "",
    month: str = "",
    record: UUID = NO_ID,
) -> bytes:
    """The associated data of what is sealed."""
    texts = [role.encode(), category.encode(), month.encode()]
    parts = [b"telecom-privacy/v1", kind.encode(), client.bytes, licence.bytes, *texts]
    return b"".join(len(part).to_bytes(2, "big") + part for part in [*parts, record.bytes])


def opened(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Raises `InvalidTag` for another key or place."""
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], place)


def roots_in(key_dir: Path) -> dict[str, bytes]:
    """The root keys of a directory, by their ids."""
    files = [json.loads(path.read_text()) for path in key_dir.glob("*.key")]
    return {f["id"]: committed(base64.b64decode(f["secret"]), None) for f in files}
