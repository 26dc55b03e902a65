"""What is held of a client now, on what terms, and what it decided: one page of its portal.

Nothing is opened but its consents, and to count what is restricted, the newest of them; all else is
counted. What a hold keeps counts as gone.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from telecom_privacy.audit.accesses import Accesses
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.dashboard.holdings import Held, Holdings
from telecom_privacy.dashboard.restricted import RestrictedCounts
from telecom_privacy.dashboard.upcoming import UpcomingDue
from telecom_privacy.errors import NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.policies.model import Rule
from telecom_privacy.records.model import CONSENT, Record, is_revoked
from telecom_privacy.records.search import RecordQuery, RecordSearch
from telecom_privacy.reversibility.service import ExportService
from telecom_privacy.scope import Role
from telecom_privacy.storage.paging import month_of

_MOST_CONSENTS = 500
_MOST_PACKAGES = 20
_ACCESSES_OF = timedelta(days=30)


class PrivacyOverview:
    def __init__(
        self,
        clients: ClientService,
        licences: LicenceService,
        holdings: Holdings,
        restricted: RestrictedCounts,
        upcoming: UpcomingDue,
        consents: RecordSearch,
        exports: ExportService,
        accesses: Accesses,
        changes: ChangeLog,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._licences = licences
        self._holdings = holdings
        self._restricted = restricted
        self._upcoming = upcoming
        self._consents = consents
        self._exports = exports
        self._accesses = accesses
        self._changes = changes
        self._clock = clock

    def show(self, access: Access, client: Client) -> dict[str, Any]:
        """Return the whole picture, and log that it was asked for.

        Raises `Forbidden` for a key that is limited to some licences.
        """
        access.require_whole_client()
        now = self._clock.now()
        window = self._clients.window(client)
        found = {
            "as_of": now,
            **self._clients.in_force(client),
            "rules": self._rules(client, now),
            "held": [self._held(client, one) for one in self._holdings.of(client)],
            "licences": self._licences.counts(client),
            "consents": self._consents_of(access, client),
            "contract": {
                "started_on": client.started_on,
                "ended_on": client.history.contract_ended_on,
                "closes_on": window and window.closes_on,
                "keep_account": client.history.keep_account,
            },
            "packages": self._exports.newest(access, client, _MOST_PACKAGES),
            "accesses": self._accessed(client, now - _ACCESSES_OF),
        }
        self._changes.append("privacy.read", access, client.id, {})
        return found

    def _held(self, client: Client, held: Held) -> dict[str, Any]:
        next_due, is_all = self._upcoming.of(client, held.category)
        restricted, is_counted = self._restricted.of(client, held.category)
        span = held.span
        return {
            "category": held.category,
            "count": span.count,
            "restricted": restricted,
            "restricted_complete": is_counted,
            "oldest_month": span.oldest and month_of(span.oldest),
            "newest_month": span.newest and month_of(span.newest),
            "next_due": next_due,
            "next_due_complete": is_all,
        }

    def _rules(self, client: Client, now: datetime) -> list[dict[str, Any]]:
        """The rules of the policy in force for the client's processor data."""
        rules = client.terms.version_in_force(now).rules
        return [_rule(rule) for rule in rules if rule.enabled and rule.role is Role.PROCESSOR]

    def _consents_of(self, access: Access, client: Client) -> dict[str, Any]:
        try:
            query = RecordQuery(CONSENT)
            page = self._consents.search(access, client, query, None, _MOST_CONSENTS)
        except NotFound:  # the policy keeps none for the client
            return {"items": [], "complete": True}
        return {"items": _by_purpose(page.items), "complete": page.next is None}

    def _accessed(self, client: Client, since: datetime) -> dict[str, Any]:
        own, others = (self._accesses.count(client.id, is_own, since) for is_own in (True, False))
        return {"since": since, "own": own, "others": others}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "category": rule.category,
        "trigger": rule.trigger.value,
        "duration": rule.duration and str(rule.duration),
        "action": rule.action.value,
        "legal_basis": rule.legal_basis,
    }


def _by_purpose(consents: Iterable[Record]) -> list[dict[str, Any]]:
    counts = Counter((str(one.sealed["data"]["purpose"]), _state(one)) for one in consents)
    return [
        {"purpose": purpose, "state": state, "count": count}
        for (purpose, state), count in sorted(counts.items())
    ]


def _state(consent: Record) -> str:
    return "revoked" if is_revoked(consent.stored.events) else "given"
