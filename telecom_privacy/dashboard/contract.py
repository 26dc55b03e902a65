"""The end of a contract as the client sees it: what it took, what is left, and its own last word.

Nothing here depends on a hold: what one keeps counts as gone, and the destruction that the client
wishes is accepted and certified in the same way whether or not a part of it is deferred.
"""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from telecom_privacy.clients.confirmation import ContractConfirmations
from telecom_privacy.clients.contract_ends import Confirmation
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.dashboard.holdings import Held, Holdings
from telecom_privacy.dashboard.restricted import RestrictedCounts
from telecom_privacy.errors import Conflict, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.policies.window import Window
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.reversibility.model import StoredExport
from telecom_privacy.reversibility.service import ExportService

_MOST_SHOWN = 50


class ContractDesk:
    """Every method raises `Forbidden` for a key that is limited to some licences."""

    def __init__(
        self,
        clients: ClientService,
        confirmations: ContractConfirmations,
        exports: ExportService,
        holdings: Holdings,
        restricted: RestrictedCounts,
        certificates: CertificateService,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._clients = clients
        self._confirmations = confirmations
        self._exports = exports
        self._holdings = holdings
        self._restricted = restricted
        self._certificates = certificates
        self._clock = clock
        self._zone = zone

    def show(self, access: Access, client: Client) -> dict[str, Any]:
        """Return the window, the reminders, the packages and what none of them has.

        Raises `NotFound` while the contract has no end.
        """
        access.require_whole_client()
        client = self._clients.current(client.id)
        if (window := self._clients.window(client)) is None:
            raise NotFound("contract end")
        packages = self._exports.newest(access, client, _MOST_SHOWN)
        taken = next((one for one in packages if _is_taken(one)), None)
        return {
            **self._window(client, window),
            "reminders": self._clients.reminders(client),
            "packages": packages,
            "left": self._left(client, window, taken),
            "confirmation": self._confirmation(client),
            "certificates": self._certified(access, window),
        }

    def confirm(
        self,
        access: Access,
        client: Client,
        export_id: UUID,
        destroy_early: bool,
        records: int | None,
    ) -> Mapping[str, Any]:
        """Note that the client has everything; with `destroy_early` destroy what is hosted for it.

        That takes two steps: without `records` it only answers how many records would go, and with
        that number everything goes, for good. May be repeated. Raises `NotFound`, and `Conflict`
        outside of the window, for a package that leaves anything out or was not taken as a
        whole, and if another number of records is held by now.
        """
        access.require_whole_client()
        client = self._clients.current(client.id)
        if client.history.released_at is None:
            self._confirmations.require_open(client)
            self._require_taken(self._exports.find(access, client, export_id))
            if destroy_early and records is None:
                return {**self.show(access, client), "records": self._holdings.total(client)}
            if destroy_early and records != self._holdings.total(client):
                raise Conflict("another number of records is held by now: ask for it again")
            self._confirmations.confirm(access, client, export_id)
            if destroy_early:
                self._confirmations.release(access, client)
        return self.show(access, client)

    def _window(self, client: Client, window: Window) -> dict[str, Any]:
        now, history = self._clock.now(), client.history
        today = now.astimezone(self._zone).date()
        is_over = window.closes_at <= now
        return {
            "state": "closed" if is_over else "open" if _is_open(client, today) else "announced",
            "ended_on": history.contract_ended_on,
            "keep_account": history.keep_account,
            "closes_on": window.closes_on,
            "closes_at": window.closes_at,
            "days_left": 0 if is_over else (window.closes_on - today).days + 1,
            "closed_by_client": history.released_at is not None,
        }

    def _left(self, client: Client, window: Window, taken: StoredExport | None) -> dict[str, Any]:
        """What is in no package of everything that the client has taken as a whole."""
        held = []
        if self._clock.now() < window.closes_at:
            stored_after = self._holdings.stored_after
            held = stored_after(client, taken.as_of) if taken else self._holdings.of(client)
        since = taken.as_of if taken else None
        return {
            "since": since,
            "categories": [self._counted(client, one, since) for one in held],
        }

    def _counted(self, client: Client, held: Held, since: datetime | None) -> dict[str, Any]:
        restricted, is_counted = self._restricted.of(client, held.category, since)
        return {
            "category": held.category,
            "count": held.span.count,
            "restricted": restricted,
            "restricted_complete": is_counted,
        }

    def _confirmation(self, client: Client) -> Confirmation | None:
        """The last one, unless the contract's end was told anew since."""
        said, told_at = self._clients.contract_end(client).confirmed, client.history.end_told_at
        return said if said and told_at and said.at >= told_at else None

    def _certified(self, access: Access, window: Window) -> list[dict[str, Any]]:
        """The certificates of the days since the window closed, newest first."""
        first = window.closes_at.astimezone(self._zone).date().isoformat()
        page, _ = self._certificates.page(access, None, _MOST_SHOWN)
        return [one for one in page if one["day"] >= first]

    @staticmethod
    def _require_taken(export: StoredExport) -> None:
        if not _is_taken(export):
            raise Conflict(
                "name a package of the kind reversibility that leaves nothing out "
                "(audio, valid_for, restricted) and was taken as a whole"
            )


def _is_taken(export: StoredExport) -> bool:
    return export.everything and any(one.whole for one in export.fetched)


def _is_open(client: Client, today: date) -> bool:
    ended_on = client.history.contract_ended_on
    return ended_on is not None and ended_on <= today
