"""Where the root keys live. The local file is one provider; a PKCS#11 token may be another."""

from datetime import datetime
from typing import Protocol

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.scope import Role


class KeyProvider(Protocol):
    """Wraps and unwraps under root keys that never leave it. All methods raise `Unavailable`.

    There is one root key for each role, and a second one while it is being replaced.
    """

    def roots(self) -> dict[str, tuple[Role, bytes]]:
        """Map each root's id to its role and its 32-byte commitment."""
        ...

    def wrap(self, root_id: str, secret: bytes, binding: Binding) -> bytes:
        """Wrap `secret` under a root."""
        ...

    def unwrap(self, root_id: str, wrapped: bytes, binding: Binding) -> bytes:
        """Raise `IntegrityError` if `wrapped` is not authentic."""
        ...

    def create_successor(self, role: Role, now: datetime) -> str:
        """Return the id of the root that replaces the role's, making it if there is none yet."""
        ...

    def destroy_predecessor(self, role: Role, successor: str) -> None:
        """Destroy the role's root that `successor` replaces. May be repeated."""
        ...
