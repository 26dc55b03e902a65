"""Where the root keys live. The local file is one provider; a PKCS#11 token may be another."""

from typing import Protocol

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.scope import Role


class KeyProvider(Protocol):
    """Wraps and unwraps under a root key that never leaves it."""

    def roots(self) -> dict[str, tuple[Role, bytes]]:
        """Map each root's id to its role and its 32-byte commitment."""
        ...

    def wrap(self, role: Role, secret: bytes, binding: Binding) -> tuple[str, bytes]:
        """Return the id of the role's current root and `secret` wrapped under it.

        Raises `Unavailable` when the provider does not answer.
        """
        ...

    def unwrap(self, root_id: str, wrapped: bytes, binding: Binding) -> bytes:
        """Raise `Unavailable`, or `IntegrityError` if `wrapped` is not authentic."""
        ...
