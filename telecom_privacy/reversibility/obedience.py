"""By which terms a package was made: it lives only as long as these hold."""

import hashlib
from typing import Any

import rfc8785

from telecom_privacy.clients.history import history_document
from telecom_privacy.clients.model import Client
from telecom_privacy.reversibility.model import StoredExport


class ObeyedTerms:
    """`policies` stands for the content of the policy files."""

    def __init__(self, policies: str) -> None:
        self._policies = policies

    def of(self, client: Client) -> str:
        """Name what decides, until when the client's records may be given out (SHA-256, hex)."""
        history = rfc8785.dumps(_plain(history_document(client.history)))
        return hashlib.sha256(self._policies.encode() + history).hexdigest()

    def are_of(self, export: StoredExport, client: Client) -> bool:
        """Whether a package was made by what decides of a client's records now."""
        return export.terms == self.of(client)


def _plain(value: Any) -> Any:
    """Times of a history as text: canonical JSON has none."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)
