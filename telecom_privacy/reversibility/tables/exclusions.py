"""What is not in a package, and on which ground.

Everything said here follows from the policy files, from what was asked for, from the restrictions
that the client itself placed and from what is in the package: no hold and no disclosure can show.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from telecom_privacy.erasure.model import OBJECTED
from telecom_privacy.policies.model import Category
from telecom_privacy.policies.term import Term
from telecom_privacy.reversibility.model import Kind, Wish
from telecom_privacy.reversibility.selection import LeftOut
from telecom_privacy.reversibility.tables.schema import Field, Table, Type

EXCLUSIONS = Table(
    name="exclusions",
    path="exclusions",
    title="What is not in the package, and on which ground",
    fields=(
        Field("number", "The row's number", Type.INTEGER),
        Field("category", "Of what; empty: of every category"),
        Field(
            "reason",
            "Why, in one word",
            values=(
                "controller_data",
                "objected",
                "restricted",
                "due_soon",
                "audio_not_wanted",
                "outside_period",
                "other_persons",
            ),
        ),
        Field("explanation", "Why, in a sentence"),
        Field("legal_ground", "The law or agreement that it rests on"),
        Field("rule", "The promise that it rests on, if any"),
        Field("records", "How many records; empty where nobody counts them", Type.INTEGER),
    ),
    primary_key=("number",),
)

_PROCESSOR = "The client's own instruction (GDPR article 28(3)(a))"
_RESTRICTED = (
    "What is restricted is kept, and not used. It is in a package that is asked for with"
    " `restricted`: for the person concerned, or for a legal claim (GDPR article 18(2))."
)


@dataclass(frozen=True, slots=True)
class Excluded:
    """What is not in the package of what the client has; `restricted` by category."""

    left_out: Mapping[LeftOut, int]
    restricted: Mapping[str, int]
    objected: int
    silent_recordings: int


def exclusion_rows(
    wish: Wish, controller: Iterable[Term], processor: Iterable[Term], excluded: Excluded
) -> Iterator[Mapping[str, Any]]:
    """Yield numbered rows: what was wanted so first, what the operator keeps as controller last."""
    rows = [
        *_by_wish(wish, excluded),
        *_by_objection(excluded),
        *_by_restriction(excluded),
        *_due_soon(processor, excluded),
        *_as_controller(controller),
    ]
    for number, row in enumerate(rows, start=1):
        yield {"number": number, **row}


def _by_wish(wish: Wish, excluded: Excluded) -> Iterator[dict[str, Any]]:
    if wish.start or wish.end:
        said = "What occurred outside the period that was asked for."
        yield {"reason": "outside_period", "explanation": said, "legal_ground": _PROCESSOR}
    if wish.kind is Kind.SUBJECT:
        yield {
            "reason": "other_persons",
            "explanation": "What is about others than the person asked for.",
            "legal_ground": "Rights and freedoms of others (GDPR articles 15(4) and 20(4))",
        }
    if excluded.silent_recordings:
        yield {
            "category": Category.RECORDING.value,
            "reason": "audio_not_wanted",
            "explanation": "The audio of these recordings was not asked for.",
            "legal_ground": _PROCESSOR,
            "records": excluded.silent_recordings,
        }


def _by_objection(excluded: Excluded) -> Iterator[dict[str, Any]]:
    if excluded.objected:
        yield {
            "category": Category.RECORDING.value,
            "reason": "objected",
            "explanation": "The callers of these calls objected: no recording of them is kept.",
            "legal_ground": "Objection to the recording (GDPR article 21)",
            "rule": OBJECTED,
            "records": excluded.objected,
        }


def _by_restriction(excluded: Excluded) -> Iterator[dict[str, Any]]:
    for category, count in sorted(excluded.restricted.items()):
        yield {
            "category": str(category),
            "reason": "restricted",
            "explanation": _RESTRICTED,
            "legal_ground": "Restriction of processing (GDPR article 18)",
            "rule": "DSR-7",
            "records": count,
        }


def _due_soon(processor: Iterable[Term], excluded: Excluded) -> Iterator[dict[str, Any]]:
    grounds = {(t.rule.category, t.rule_id): t.rule.legal_basis for t in processor}
    for left, count in sorted(excluded.left_out.items(), key=lambda one: _order(one[0])):
        yield {
            "category": str(left.category),
            "reason": "due_soon",
            "explanation": "Falls due while the package was wanted to last.",
            "legal_ground": grounds.get((left.category, left.rule)),
            "rule": left.rule,
            "records": count,
        }


def _as_controller(terms: Iterable[Term]) -> Iterator[dict[str, Any]]:
    said = {(t.rule.category, t.rule_id, t.rule.legal_basis) for t in terms}
    for category, rule, ground in sorted(said):
        yield {
            "category": category,
            "reason": "controller_data",
            "explanation": "Where there is any, the operator keeps it as controller of its own.",
            "legal_ground": ground,
            "rule": rule,
        }


def _order(left: LeftOut) -> tuple[str, str]:
    return str(left.category), left.rule
