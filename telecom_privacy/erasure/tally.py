"""Counting what goes in de-identified form (RET-27, ROLE-5)."""

from collections.abc import Sequence
from typing import Protocol

from telecom_privacy.erasure.withheld import Original


class Tally(Protocol):
    """Keeps numbers of records that are about to go, and nothing else of them."""

    def expect(self, originals: Sequence[Original]) -> None:
        """Count records, each once however often it is told, before their data goes.

        Durable on return. Raises `Unavailable`.
        """
        ...
