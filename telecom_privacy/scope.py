"""To whom a record belongs, and in which role the operator holds it (RULES ROLE-1..10)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

NO_ID = UUID(int=0)
"""Stands where a key or record belongs to no client or to no licence in particular."""


class Role(StrEnum):
    """The operator's role under GDPR article 4(7) and 4(8)."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"


@dataclass(frozen=True, slots=True)
class Scope:
    """The owner of a record. It picks the collection and the key, and is bound to every ciphertext.

    `client_id` and `licence_id` are random internal ids, never the external ones, which are
    personal data (DESIGN §2).
    """

    client_id: UUID
    licence_id: UUID
    role: Role
