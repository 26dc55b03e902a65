"""The audit log's details under one key per month (`audit.details.DetailSealer`)."""

from uuid import UUID

from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.keys.model import audit_node
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.scope import Role


class AuditDetailSealer:
    """When a month's key is destroyed its details are gone, and the log still verifies."""

    def __init__(self, tree: KeyTree) -> None:
        self._tree = tree

    def seal(self, month: str, entry_id: UUID, plaintext: bytes) -> bytes:
        return seal(self._tree.current(audit_node(month)).key, plaintext, _binding(month, entry_id))

    def open(self, month: str, entry_id: UUID, sealed: bytes) -> bytes:
        """Raise `KeyDestroyed`, or `IntegrityError`."""
        key = self._tree.existing(audit_node(month)).key
        return open_sealed(key, sealed, _binding(month, entry_id))


def _binding(month: str, entry_id: UUID) -> Binding:
    return Binding("audit-detail", Role.CONTROLLER, month=month, record_id=entry_id)
