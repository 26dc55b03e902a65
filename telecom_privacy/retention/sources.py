"""Where due records come from: one source per kind of record that is stored."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

from telecom_privacy.clients.model import Client
from telecom_privacy.erasure.model import DueItem
from telecom_privacy.policies.due import Terms
from telecom_privacy.scope import Role


class DueSource(Protocol):
    """Yields what of a client is due at a time under given terms, real or hypothetical."""

    def __call__(self, client: Client, terms: Terms, now: datetime, /) -> Iterator[DueItem]: ...


Kind: TypeAlias = tuple[str, Role]
"""A category of records, and as what the operator keeps them."""

Sources: TypeAlias = Mapping[Kind, DueSource]
"""In the order in which a sweep works: what depends on another record goes before it."""
