"""The steps of a case: what may follow, what comes of it, and how it is sealed."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.disclosure.model import Asked, OfClient, Requisition
from telecom_privacy.disclosure.sealed import file_of, requisition_from
from telecom_privacy.disclosure.steps import TRANSITIONS, State, Step
from telecom_privacy.legal_bases.model import BasisKind, DataCategory
from tests.disclosure.orders import entry, order, requisition

FINAL = {State.REJECTED, State.CANCELLED}
WAYS = {
    (BasisKind.PRODUCTION, (Step.APPROVED, Step.SEALED, Step.HANDED_OVER)): State.DISCLOSED,
    (BasisKind.PRODUCTION, (Step.APPROVED, Step.NOTHING_FOUND)): State.DISCLOSURE_NOT_AVAILABLE,
    (BasisKind.PRODUCTION, (Step.REJECTED,)): State.REJECTED,
    (BasisKind.PRODUCTION, (Step.APPROVED, Step.CANCELLED)): State.CANCELLED,
    (BasisKind.PRESERVATION, (Step.APPROVED, Step.PRESERVED)): State.PRESERVED,
    (BasisKind.PRESERVATION, (Step.APPROVED, Step.PRESERVED, Step.LAPSED)): State.EXPIRED,
}


@pytest.mark.parametrize(("kind", "steps"), sorted(WAYS))
def test_the_states_of_a_case_follow_from_its_steps(
    kind: BasisKind, steps: tuple[Step, ...]
) -> None:
    found = requisition(None, *map(entry, steps), kind=kind)
    assert found.state is WAYS[kind, steps]


def test_nothing_leaves_a_final_state() -> None:
    for kind, final in product(BasisKind, FINAL):
        assert not any(final in allowed for allowed in TRANSITIONS[kind].values())


def test_nothing_is_sealed_or_handed_over_before_the_approval() -> None:
    table = TRANSITIONS[BasisKind.PRODUCTION]
    for step in (Step.SEALED, Step.HANDED_OVER, Step.NOTHING_FOUND, Step.RECEIPT):
        assert State.AWAITING_APPROVAL not in table[step]
    assert Step.SEALED not in TRANSITIONS[BasisKind.PRESERVATION]


texts = st.text(min_size=1, max_size=20)
moments = st.integers(0, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
names = st.builds(OfClient, texts, texts)
asked = st.builds(
    Asked,
    st.tuples(texts),
    st.lists(names, max_size=3).map(tuple),
    st.lists(names, max_size=3).map(tuple),
    moments,
    moments,
    st.just("Europe/Paris"),
    st.frozensets(st.sampled_from(DataCategory), min_size=1),
)


@given(asked, texts, moments, st.integers(1, 4) | st.none())
def test_what_is_sealed_opens_as_the_same_case(
    asked: Asked, text: str, at: datetime, case: int | None
) -> None:
    said = {"check": "text_cited", "outcome": "passed", "how": text}
    checked = replace(entry(Step.CHECKED, **said), at=at, noted_at=at + timedelta(hours=1))
    known = requisition(order(asked=asked, reference=text, case=case, offence=text), checked)
    sealed = json.loads(json.dumps({"id": str(known.id), "kept": file_of(known)}))
    assert requisition_from(cast(Any, SimpleNamespace(sealed=sealed))) == known


def test_a_closed_case_says_what_closed_it() -> None:
    known: Requisition = requisition(None, entry(Step.REJECTED, reason="no text"))
    assert known.closing is not None
    assert known.closing.said == {"reason": "no text"}
    assert requisition().closing is None
