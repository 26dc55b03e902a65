"""Erasing what the operator holds of a person, as far as the law lets it (GDPR article 17).

A legal hold that keeps something of it is not asked for here and shows nowhere: what it keeps is
withheld as in every erasure, and counts as erased.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import RIGHT_EXERCISED
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access
from telecom_privacy.policies.model import Category, Rule
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.rights.holdings import Holdings
from telecom_privacy.rights.model import Entry, Right, RightsRequest, Step
from telecom_privacy.rights.register import Register

_ERASING = (Right.ERASURE, Right.OBJECTION, Right.WITHDRAWAL, Right.POST_MORTEM)
_KEPT_FOR = frozenset({"proof", "billing", "compliance"})
"""Purposes that article 17(3)(b) and (e) keep for their whole term, whether or not it is a minimum:
accounts, proof of consents and answers, files of the law."""


@dataclass(frozen=True, slots=True)
class _Reason:
    category: str
    rule: str
    legal_basis: str


class PersonErasure:
    def __init__(
        self, register: Register, holdings: Holdings, deletion: RecordDeletion, clock: Clock
    ) -> None:
        self._register = register
        self._holdings = holdings
        self._deletion = deletion
        self._clock = clock

    def erase(self, access: Access, request_id: UUID) -> RightsRequest:
        """Erase for good what may be; note how much, and what stays under which legal ground.

        Every record goes by itself, and repeating it finishes what a kill left. Raises `Conflict`
        where nothing was asked to be erased or the identity is not verified.
        """
        request = self._register.require(access, request_id, Step.ERASED, _require_asked)
        erased, kept = self._carry_out(access, request)
        said = {"erased": erased, "kept": [_told(one, count) for one, count in kept.items()]}

        def say(current: RightsRequest) -> RightsRequest:
            now = self._clock.now()
            at = max(now, current.last_at)
            return current.after(Entry(Step.ERASED, at, now, access.actor, said))

        return self._register.note(access, request_id, Step.ERASED, say)

    def _carry_out(self, access: Access, request: RightsRequest) -> tuple[int, Counter[_Reason]]:
        erased, kept, now = 0, Counter[_Reason](), self._clock.now()
        for client, record in self._holdings.records(request.subject):
            if reason := _reason(client, record.stored, now):
                kept[reason] += 1
            else:
                self._deletion.delete(record.stored, RIGHT_EXERCISED, access.actor)
                erased += 1
        if any(True for _ in self._holdings.traffic(request.subject)):
            kept[_Reason(Category.TRAFFIC, "RET-29", "CPCE article L.34-1")] += 1
        return erased, kept


def _require_asked(request: RightsRequest) -> None:
    if request.right not in _ERASING:
        raise Conflict("this request asks for no erasure")


def _reason(client: Client, record: StoredRecord, now: datetime) -> _Reason | None:
    """Why a record stays; None if nothing keeps it."""
    role = record.scope.role
    rules = client.terms.version_in_force(now).rules_for(record.category, role)
    facts = record.occurred_at, record.events
    minimum = client.terms.minimum_until(record.category, role, facts, now)
    found = (rule for rule in rules if rule.purpose in _KEPT_FOR or _is_minimum(rule, minimum, now))
    rule = next(found, None)
    return _Reason(record.category, rule.id, rule.legal_basis) if rule else None


def _is_minimum(rule: Rule, until: datetime, now: datetime) -> bool:
    return rule.floor is not None and until > now


def _told(reason: _Reason, count: int) -> Mapping[str, Any]:
    told = {"category": reason.category, "rule": reason.rule, "legal_basis": reason.legal_basis}
    # How many calls there are is not counted: all of them stay.
    return told if reason.category == Category.TRAFFIC else {**told, "count": count}
