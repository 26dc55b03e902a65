"""How a case ended, as it counts."""

import pytest

from telecom_privacy.disclosure.steps import Step
from telecom_privacy.legal_bases.model import BasisKind
from telecom_privacy.transparency.model import Outcome
from telecom_privacy.transparency.tallying import outcome_of
from tests.disclosure.orders import entry, requisition

PRODUCTIONS = [
    ((), Outcome.PENDING),
    ((Step.APPROVED,), Outcome.PENDING),
    ((Step.APPROVED, Step.PARTIAL, Step.SEALED), Outcome.PENDING),
    ((Step.APPROVED, Step.SEALED, Step.HANDED_OVER), Outcome.GRANTED),
    ((Step.APPROVED, Step.PARTIAL, Step.SEALED, Step.HANDED_OVER), Outcome.PARTLY),
    ((Step.APPROVED, Step.PRESERVED, Step.NOTHING_FOUND), Outcome.NOTHING_FOUND),
    ((Step.REJECTED,), Outcome.REFUSED),
    ((Step.APPROVED, Step.CANCELLED), Outcome.WITHDRAWN),
]
PRESERVATIONS = [
    ((Step.APPROVED,), Outcome.PENDING),
    ((Step.APPROVED, Step.PRESERVED), Outcome.GRANTED),
    ((Step.APPROVED, Step.PRESERVED, Step.LAPSED, Step.CLOSED), Outcome.GRANTED),
    ((Step.REJECTED,), Outcome.REFUSED),
]


@pytest.mark.parametrize(
    ("kind", "steps", "outcome"),
    [
        *((BasisKind.PRODUCTION, *case) for case in PRODUCTIONS),
        *((BasisKind.PRESERVATION, *case) for case in PRESERVATIONS),
    ],
)
def test_the_steps_of_a_case_say_how_it_ended(
    kind: BasisKind, steps: tuple[Step, ...], outcome: Outcome
) -> None:
    assert outcome_of(requisition(None, *map(entry, steps), kind=kind)) is outcome
