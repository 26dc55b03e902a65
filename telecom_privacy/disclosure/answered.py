"""What was answered, line by line: what is sealed anew holds no more of it (RULES LAW-3). Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from telecom_privacy.disclosure.case_files import package_name
from telecom_privacy.disclosure.matching import Line, Matches
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Conflict

Counts: TypeAlias = Mapping[tuple[str, str, str], int]
"""How much is given of each line: what is named, category and role."""


def said_of(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """What a case notes of how much is given of each line of which anything is."""
    return [
        {
            "named": line.target.label,
            "category": line.category.value,
            "role": line.role.value,
            "given": line.given,
        }
        for line in lines
        if line.given
    ]


def require_no_more(requisition: Requisition, matches: Matches) -> None:
    """Raise `Conflict` where more is found for a line than the first package gives, or nothing at
    all where it gives something. Anything may be sealed first."""
    if (before := _answered(requisition)) is None:
        return
    now = _counts(said_of(matches.lines))
    if any(given > before.get(line, 0) for line, given in now.items()):
        raise Conflict(
            "more is found now than what was answered: it cannot be sealed anew; what came since"
            " needs an order of its own"
        )
    if before and not now:
        raise Conflict("what is found now is not what was answered: it cannot be sealed anew")


def is_less(requisition: Requisition, matches: Matches) -> bool:
    """Whether the first package gives more than what is found now."""
    before = _answered(requisition)
    return before is not None and before != _counts(said_of(matches.lines))


def _answered(requisition: Requisition) -> Counts | None:
    """What the first package gives that was sealed; None before that."""
    sealed = requisition.all(Step.SEALED)
    for number, assembled in enumerate(requisition.all(Step.ASSEMBLED), start=1):
        if sealed and sealed[0].said["name"] == package_name(number):
            return _counts(assembled.said["lines"])
    return None


def _counts(said: Iterable[Mapping[str, Any]]) -> Counts:
    return {(one["named"], one["category"], one["role"]): one["given"] for one in said}
