"""What stays of a call without the other party: what is listed, and nothing else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telecom_privacy.calls.party import is_other_party, without_other_party

NUMBERS = st.sampled_from(["+33612345678", "+33187654321", "15", None])
FACTS = {
    "licence_id": "licence-1",
    "started_at": "2026-01-01T08:00:00Z",
    "answered_at": None,
    "ended_at": "2026-01-01T08:01:00Z",
    "disposition": "ANSWERED",
    "recording_consent": "given",
}


def sealed(direction: str, call: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "call-1",
        "call": {**FACTS, "direction": direction, **call},
        "receipt": {"digest": "00"},
        "original": "ff",
        "history": [{"was": {"caller_name": "Camille"}}],
    }


@pytest.mark.parametrize(("direction", "side"), [("in", "from"), ("out", "to")])
def test_only_the_side_that_is_not_the_clients_is_the_other_party(
    direction: str, side: str
) -> None:
    call = {"direction": direction, "from": "+33611111111", "to": "+33622222222"}
    assert is_other_party(call, call[side])
    own = "to" if side == "from" else "from"
    assert not is_other_party(call, call[own])


@settings(max_examples=30)
@given(
    st.sampled_from(["in", "out"]),
    NUMBERS,
    NUMBERS,
    st.dictionaries(st.sampled_from(["caller_name", "route", "platform", "leg"]), st.text()),
    st.sets(st.sampled_from(["note", "tags"])),
)
def test_nothing_stays_that_is_not_listed(
    direction: str, caller: str | None, called: str | None, more: dict[str, str], keep: set[str]
) -> None:
    call = {"from": caller, "to": called, "note": "n", "tags": ["t"], **more}
    left = without_other_party(sealed(direction, call), keep)
    other, own = ("from", "to") if direction == "in" else ("to", "from")
    kept = {name: call[name] for name in keep}
    assert left == {
        "id": "call-1",
        "call": {**FACTS, "direction": direction, own: call[own], other: None, **kept},
        "receipt": {"digest": "00"},
    }
