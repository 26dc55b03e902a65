"""Which checks a requisition needs and which of them stand: pure (CNIL, tiers autorisés)."""

from enum import StrEnum

from telecom_privacy.disclosure.admissibility import Law
from telecom_privacy.disclosure.model import Check, Entry, Order, Requisition
from telecom_privacy.disclosure.steps import CheckName, CheckOutcome, State, Step


class Stage(StrEnum):
    """What a requisition in `AwaitingApproval` waits for."""

    CHECKS = "checks"
    APPROVAL = "approval"


_ALWAYS = (
    CheckName.TEXT_CITED,
    CheckName.AUTHORITY_NAMED_IN_TEXT,
    CheckName.PERSON_VERIFIED,
    CheckName.RANK_AS_TEXT_REQUIRES,
    CheckName.BASIS_COVERS_CATEGORIES,
    CheckName.SCOPE_NAMED_AND_BOUNDED,
    CheckName.SECURE_CHANNEL,
    CheckName.PRIVILEGED_PROFESSION,
)
_OF_WHAT_IS_ASKED = frozenset(
    {"numbers", "number_ranges", "licences", "call_ids", "period", "categories"}
)
_ON_WHAT_IS_ASKED = frozenset(
    {
        CheckName.TEXT_CITED,
        CheckName.RANK_AS_TEXT_REQUIRES,
        CheckName.AUTHORISATION_SEEN,
        CheckName.BASIS_COVERS_CATEGORIES,
        CheckName.SCOPE_NAMED_AND_BOUNDED,
        CheckName.CASE_60_1_2,
        CheckName.PRIVILEGED_PROFESSION,
    }
)


def required(order: Order, law: Law) -> list[CheckName]:
    """The checks without which an order is not approved."""
    found = list(_ALWAYS)
    needs_one = law.basis is not None and law.basis.needs_authorisation(order.person.rank)
    if needs_one or order.authorisations:
        found.append(CheckName.AUTHORISATION_SEEN)
    if law.limiting(order.asked.categories):
        found.append(CheckName.CASE_60_1_2)
    return found


def standing(requisition: Requisition) -> dict[CheckName, Check]:
    """The last check of each name that no later correction made void."""
    found: dict[CheckName, Check] = {}
    made = iter(requisition.checks)
    for entry in requisition.entries:
        if entry.step is Step.CHECKED:
            check = next(made)
            found[check.name] = check
        elif entry.step is Step.CORRECTED:
            found = {name: one for name, one in found.items() if not _is_void(name, entry)}
    return found


def missing(requisition: Requisition, law: Law) -> list[CheckName]:
    """The required checks that were not made, or are void."""
    made = standing(requisition)
    return [name for name in required(requisition.order, law) if name not in made]


def failed(requisition: Requisition) -> list[CheckName]:
    """The checks that failed, also those that were not required."""
    made = standing(requisition).values()
    return [check.name for check in made if check.outcome is CheckOutcome.FAILED]


def stage(requisition: Requisition, law: Law) -> Stage | None:
    """What a case waits for; None in other states than `AwaitingApproval`."""
    if requisition.state is not State.AWAITING_APPROVAL:
        return None
    waits = missing(requisition, law) or failed(requisition)
    return Stage.CHECKS if waits else Stage.APPROVAL


def _is_void(name: CheckName, correction: Entry) -> bool:
    """A correction of what is asked voids the checks on that; any other one voids them all."""
    is_of_what_is_asked = _OF_WHAT_IS_ASKED.issuperset(correction.said["changed"])
    return name in _ON_WHAT_IS_ASKED if is_of_what_is_asked else True
