"""A client that gives up all that is hosted for it before its time: nothing of it is kept (RET-2).

It counts for processor data alone, from its own instant on, without grace; a legal minimum goes
before it, and what was due sooner stays due as it was.
"""

from dataclasses import replace
from datetime import datetime

from telecom_privacy.policies.model import Action
from telecom_privacy.policies.verdict import PurposeTerm, Verdict

RULE = "RET-2"


def released(verdict: Verdict, due_at: datetime) -> Verdict:
    """Return the verdict on a record whose client has given it up: it is due then at the latest."""
    if verdict.due_at is not None and verdict.due_at <= due_at:
        return verdict
    archived_from = verdict.archived_from
    return Verdict(
        due_at,
        RULE,
        tuple(_cut(term, due_at) for term in verdict.purposes),
        Action.ERASE,
        archived_from if archived_from and archived_from < due_at else None,
    )


def _cut(term: PurposeTerm, due_at: datetime) -> PurposeTerm:
    if term.due_at is not None and term.due_at <= due_at:
        return term
    return replace(term, due_at=due_at, rule_id=RULE)
