"""Which looks at what an order reaches were taken, and what they leave to be corrected: pure."""

from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Conflict

MOST_CORRECTIONS = 3
"""How often an order is corrected after the first look: a mistyped number takes one or two.

Each look says yes or no. A few such answers tell little; twenty-three, each after the period was
halved, told when somebody called, to the second."""


def is_looked_up(requisition: Requisition) -> bool:
    """Whether there was a look at what a case asks for as it stands."""
    steps = [one.step for one in requisition.entries]
    return [one for one in steps if one in (Step.LOOKED, Step.CORRECTED)][-1:] == [Step.LOOKED]


def require_correctable(requisition: Requisition) -> None:
    """Raise `Conflict` for a case that was corrected too often since it was first looked at."""
    steps = [one.step for one in requisition.entries]
    since = steps[steps.index(Step.LOOKED) :] if Step.LOOKED in steps else []
    if since.count(Step.CORRECTED) >= MOST_CORRECTIONS:
        told = f"corrected {MOST_CORRECTIONS} times since it was looked at"
        raise Conflict(f"{told}: cancel this case, record it anew")
