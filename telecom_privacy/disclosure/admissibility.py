"""What stands against a requisition by the text that it cites: pure (RULES LAW-1, LAW-3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from telecom_privacy.disclosure.model import Order
from telecom_privacy.legal_bases.model import Condition, DataCategory, LegalBasis


class FaultName(StrEnum):
    BASIS_NOT_IN_FORCE = "basis_not_in_force"
    WRONG_AUTHORITY = "wrong_authority"
    WRONG_RANK = "wrong_rank"
    CATEGORY_NOT_COVERED = "category_not_covered"
    AUTHORISATION_MISSING = "authorisation_missing"
    AUTHORISATION_NOT_PRIOR = "authorisation_not_prior"
    OFFENCE_MISSING = "offence_missing"
    CASE_MISSING = "case_missing"
    CASE_UNKNOWN = "case_unknown"
    PENALTY_MISSING = "penalty_missing"
    PENALTY_TOO_LOW = "penalty_too_low"
    CHANNEL_REASON_MISSING = "channel_reason_missing"
    ENFORCING_AUTHORITY_MISSING = "enforcing_authority_missing"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something for which no requisition is approved; `detail` names no person and no number."""

    name: FaultName
    detail: str


@dataclass(frozen=True, slots=True)
class Law:
    """What is in force on a local day: that on which an order was received, or today.

    `basis` is None where the text that is cited was not; `conditions` limit the basis.
    """

    day: date
    basis: LegalBasis | None
    conditions: Sequence[Condition] = ()

    def limiting(self, categories: frozenset[DataCategory]) -> list[Condition]:
        """The conditions that concern a request for these categories."""
        return [one for one in self.conditions if one.categories & categories]


def faults(order: Order, law: Law) -> list[Fault]:
    """Return all that stands against an order, none if it may be approved."""
    if law.basis is None:
        detail = f"the text that is cited is not in force on {law.day}"
        return [Fault(FaultName.BASIS_NOT_IN_FORCE, detail)]
    return [
        *_wrong_asker(order, law.basis),
        *_not_covered(order, law.basis),
        *_not_authorised(order, law),
        *_outside_conditions(order, law),
        *_wrong_channel(order, law.basis),
        *_not_notified(order, law.basis),
    ]


def _wrong_asker(order: Order, basis: LegalBasis) -> Iterator[Fault]:
    if order.authority.kind not in basis.authorities:
        detail = f"{basis.id} does not name the authority {order.authority.kind}"
        yield Fault(FaultName.WRONG_AUTHORITY, detail)
    if order.person.rank not in basis.ranks_of(order.authority.kind):
        detail = f"{basis.id} names no {order.person.rank} of {order.authority.kind}"
        yield Fault(FaultName.WRONG_RANK, detail)


def _not_covered(order: Order, basis: LegalBasis) -> Iterator[Fault]:
    covered = basis.categories_for(order.person.rank)
    for category in sorted(order.asked.categories - covered):
        whose = f" for a {order.person.rank}" if category in basis.categories else ""
        detail = f"{basis.id} does not cover {category}{whose}"
        yield Fault(FaultName.CATEGORY_NOT_COVERED, detail)


def _not_authorised(order: Order, law: Law) -> Iterator[Fault]:
    if law.basis is None or not law.basis.needs_authorisation(order.person.rank):
        return
    wanted = law.basis.authorisations
    found = [one for one in order.authorisations if one.kind in wanted]
    if not found:
        detail = f"{law.basis.id} needs an authorisation: {' or '.join(sorted(wanted))}"
        yield Fault(FaultName.AUTHORISATION_MISSING, detail)
    elif all(one.date > law.day for one in found):
        detail = "the authorisation was given after the order was received"
        yield Fault(FaultName.AUTHORISATION_NOT_PRIOR, detail)


def _outside_conditions(order: Order, law: Law) -> Iterator[Fault]:
    for condition in law.limiting(order.asked.categories):
        if not order.offence:
            yield Fault(FaultName.OFFENCE_MISSING, f"{condition.id} depends on the offence")
        yield from _outside_cases(order, condition)


def _outside_cases(order: Order, condition: Condition) -> Iterator[Fault]:
    case = condition.case(order.case)
    if order.case is None:
        yield Fault(FaultName.CASE_MISSING, f"say which case of {condition.id} applies")
    elif case is None:
        yield Fault(FaultName.CASE_UNKNOWN, f"{condition.id} has no case {order.case}")
    elif minimum := case.minimum_penalty_months:
        penalty = order.maximum_penalty_months
        asked = f"case {case.number} of {condition.id} asks for {minimum} months at least"
        if penalty is None:
            yield Fault(FaultName.PENALTY_MISSING, asked)
        elif penalty < minimum:
            yield Fault(FaultName.PENALTY_TOO_LOW, asked)


def _wrong_channel(order: Order, basis: LegalBasis) -> Iterator[Fault]:
    if basis.channel and order.channel != basis.channel and not order.no_channel_reason:
        detail = f"orders under {basis.id} come by {basis.channel}; say why this one did not"
        yield Fault(FaultName.CHANNEL_REASON_MISSING, detail)


def _not_notified(order: Order, basis: LegalBasis) -> Iterator[Fault]:
    if basis.is_notified(order.asked.categories) and order.enforcing_authority is None:
        detail = f"{basis.id}: say whether the enforcing authority was notified"
        yield Fault(FaultName.ENFORCING_AUTHORITY_MISSING, detail)
