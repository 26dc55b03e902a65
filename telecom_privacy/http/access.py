"""Who calls, and what an authenticator promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from telecom_privacy.errors import Forbidden, NotFound


class ApiRole(StrEnum):
    """Roles of API keys (API.md "Roles")."""

    PLATFORM = "platform"
    CLIENT = "client"
    SUPPORT = "support"
    LEGAL = "legal"
    DPO = "dpo"
    BILLING = "billing"
    AUDITOR = "auditor"
    ADMIN = "admin"


DISPUTE = "dispute"
PURPOSES = ("support", "restore", DISPUTE)
_STAFF_READERS = frozenset({ApiRole.SUPPORT})


@dataclass(frozen=True, slots=True)
class Access:
    """An authenticated caller.

    `actor` is the API key's id. A client's key has a `client_id`, and `licence_ids` if it is
    limited to some licences. `purpose` and `reference` are what operator staff state (ROLE-4).
    """

    actor: str
    role: ApiRole
    client_id: UUID | None = None
    licence_ids: frozenset[UUID] | None = None
    purpose: str | None = None
    reference: str | None = None

    def require_client(self, client_id: UUID) -> None:
        """A client's key reaches its own client only: any other does not exist for it."""
        if self.role is ApiRole.CLIENT and self.client_id != client_id:
            raise NotFound("client")

    def require_purpose(self) -> None:
        """Operator staff state a purpose and a reference to open a client's data (ROLE-4)."""
        if self.role in _STAFF_READERS:
            self.require_stated_purpose()

    def require_stated_purpose(self) -> None:
        """Raise `Forbidden` unless a purpose and a reference are stated."""
        if self.purpose not in PURPOSES or not self.reference:
            raise Forbidden(
                f"send Access-Purpose: {' | '.join(PURPOSES)} and Access-Reference",
                "access-purpose-missing",
            )

    def require_whole_client(self) -> None:
        """Refuse a client's key that is limited to some licences."""
        if self.licence_ids is not None:
            raise Forbidden("this key is limited to some licences", "licence-limited")

    @property
    def reads_restricted(self) -> bool:
        """Whether restricted data may be read: by staff, for a legal claim (RULES DSR-7)."""
        is_staff = self.role not in (ApiRole.CLIENT, ApiRole.PLATFORM)
        return is_staff and self.purpose == DISPUTE and bool(self.reference)

    def may_see_licence(self, licence_id: UUID) -> bool:
        return self.licence_ids is None or licence_id in self.licence_ids

    def statement(self) -> Mapping[str, str]:
        """What the audit log says of the caller beyond its id."""
        stated = {"role": self.role.value}
        if self.purpose and self.reference:
            stated |= {"purpose": self.purpose, "reference": self.reference}
        return stated


class Authenticator(Protocol):
    """Tells who holds a credential."""

    def authenticate(self, credential: str) -> Access:
        """Raise `Unauthenticated` unless `credential` is a live API key."""
        ...


class RefusalLog(Protocol):
    """Is told of every refusal."""

    def unauthenticated(self, source: str) -> None: ...

    def refused(self, access: Access, route: str, slug: str) -> None: ...
