"""Who opened a client's data, when and why, as the client reads it (DESIGN §6, ROLE-4)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.audit.accesses import Accesses, AccessQuery, DisclosedAccess
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.http.access import Access
from telecom_privacy.storage.paging import Position

_TOLD = {
    "purpose": "purpose",
    "reference": "reference",
    "record_id": "record",
    "category": "category",
    "licence": "licence",
    "export_id": "export",
    "count": "count",
}
"""What is told of an access, and how the log's entry calls it."""


class AccessReport:
    def __init__(
        self, accesses: Accesses, accounts: AccountService, audit: AuditLog, clock: Clock
    ) -> None:
        self._accesses = accesses
        self._accounts = accounts
        self._changes = ChangeLog(audit, clock)
        self._clock = clock

    def page(
        self,
        access: Access,
        client: Client,
        query: AccessQuery,
        after: Position | None,
        limit: int,
    ) -> tuple[list[dict[str, Any]], Position | None]:
        """Return a page of the openings of the client's data, newest first; logs the reading.

        Ids of records, licences and exports are internal ones, those of receipts. An actor is the
        id of an API key; its label is told for the client's own keys only. Raises `Forbidden` for a
        key that is limited to some licences.
        """
        access.require_whole_client()
        now = self._clock.now()
        found, more = self._accesses.page(client.id, query, now, after, limit)
        labels = self._accounts.labels(client.id, {_actor(one) for one in found if one.is_own})
        self._changes.append("accesses.listed", access, client.id, {"count": len(found)})
        return [_told(one, labels) for one in found], more


def _actor(access: DisclosedAccess) -> UUID:
    return UUID(str(access.entry["actor"]))


def _told(access: DisclosedAccess, labels: Mapping[UUID, str]) -> dict[str, Any]:
    entry = access.entry
    details: Any = entry["details"]
    actor = {"id": entry["actor"], "role": details.get("role"), "own": access.is_own}
    if access.is_own:
        actor["label"] = labels.get(_actor(access))
    told = {name: details[said] for name, said in _TOLD.items() if said in details}
    named = {"leaf_index": access.index, "at": entry["at"], "action": entry["action"]}
    return {**named, "actor": actor, **told}
