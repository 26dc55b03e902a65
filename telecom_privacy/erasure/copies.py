"""Copies of records that were made for a client to take: what is erased goes from them, too.

A package that holds a record which is gone would give it back. So whatever erases a record erases
every package that holds it (DESIGN §7): the same ledger, so that a replay does so again.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from telecom_privacy.erasure.model import ErasedItem

EXPORT = "export"
"""The ledger's category for packages: no policy names it, and no certificate counts it."""


class Copies(Protocol):
    """Knows which records lie in which packages."""

    def holding(self, client_id: UUID, records: Sequence[UUID], /) -> Sequence[ErasedItem]:
        """The client's packages that hold one of the records.

        To be asked after the records' keys are gone: a package that is only being made is told,
        and is made anew if it turns out to hold one. May be repeated. Raises `Unavailable`.
        """
        ...

    def living(self, client_id: UUID, /) -> Sequence[ErasedItem]:
        """All of the client's packages, also those that are only being made."""
        ...
