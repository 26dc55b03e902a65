"""Who may do what with records, by the role in which the operator keeps them (API.md "Roles")."""

from collections.abc import Mapping
from enum import Enum

from telecom_privacy.errors import Forbidden, NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.scope import Role

Allowed = Mapping[Role, frozenset[ApiRole]]


class Deed(Enum):
    """What is done with a record."""

    WRITE = "write"
    READ = "read"
    ERASE = "erase"
    REPORT = "report"
    """To report an event of it."""
    RESTRICT = "restrict"


def _allowed(processor: set[ApiRole], controller: set[ApiRole]) -> Allowed:
    return {Role.PROCESSOR: frozenset(processor), Role.CONTROLLER: frozenset(controller)}


_TABLE: Mapping[Deed, Allowed] = {
    Deed.WRITE: _allowed({ApiRole.PLATFORM, ApiRole.CLIENT}, {ApiRole.PLATFORM, ApiRole.DPO}),
    Deed.READ: _allowed(
        {ApiRole.CLIENT, ApiRole.SUPPORT, ApiRole.LEGAL},
        {ApiRole.DPO, ApiRole.SUPPORT, ApiRole.BILLING, ApiRole.LEGAL},
    ),
    Deed.ERASE: _allowed({ApiRole.CLIENT}, {ApiRole.DPO}),
    Deed.RESTRICT: _allowed({ApiRole.CLIENT}, {ApiRole.DPO}),
    Deed.REPORT: _allowed({ApiRole.CLIENT, ApiRole.PLATFORM}, {ApiRole.DPO, ApiRole.PLATFORM}),
}
_STATING_A_PURPOSE = frozenset({ApiRole.DPO, ApiRole.SUPPORT, ApiRole.LEGAL})


def callers(deed: Deed) -> list[ApiRole]:
    """The roles of API keys that may do it with some record."""
    return sorted(frozenset().union(*_TABLE[deed].values()))


def roles_for(access: Access, deed: Deed) -> list[Role]:
    """The roles of the operator in whose records `access` may do it."""
    return [role for role, allowed in _TABLE[deed].items() if access.role in allowed]


def require(access: Access, deed: Deed, role: Role | None) -> None:
    """Raise `Forbidden` unless `access` may do it with what is kept in `role`.

    For a client what the operator keeps as controller does not exist: `NotFound`. So it is for
    everybody where nothing of the kind is kept at all (None).
    """
    if role is not None and access.role in _TABLE[deed][role]:
        return
    if role is None or access.role is ApiRole.CLIENT:
        raise NotFound("record")
    raise Forbidden(f"the role {access.role} may not do this with {role} data", "role")


def require_purpose(access: Access) -> None:
    """Operator staff state why they open records (ROLE-4); billing's own reason is known."""
    if access.role in _STATING_A_PURPOSE:
        access.require_stated_purpose()
