"""The states of a request: every step that is not written down by hand here is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product
from uuid import UUID, uuid4

import pytest

from telecom_privacy.rights.model import TRANSITIONS, Entry, Right, RightsRequest, State, Step

NOW = datetime(2026, 1, 10, tzinfo=UTC)
ALLOWED = {
    ("received", "identity_asked"): "identity_asked",
    ("received", "identity_verified"): "verified",
    ("received", "extended"): "received",
    ("received", "refused"): "refused",
    ("identity_asked", "identity_asked"): "identity_asked",
    ("identity_asked", "identity_verified"): "verified",
    ("identity_asked", "extended"): "identity_asked",
    ("identity_asked", "refused"): "refused",
    ("verified", "extended"): "verified",
    ("verified", "referred"): "verified",
    ("verified", "agreed"): "verified",
    ("verified", "controller_told"): "verified",
    ("answered", "controller_told"): "answered",
    ("verified", "taken"): "verified",
    ("verified", "erased"): "verified",
    ("verified", "client_answered"): "verified",
    ("verified", "answered"): "answered",
    ("verified", "refused"): "refused",
    ("answered", "agreed"): "answered",
    ("answered", "client_answered"): "answered",
    ("refused", "agreed"): "refused",
    ("refused", "client_answered"): "refused",
}


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_only_the_steps_of_the_table_are_taken(state: State, step: Step) -> None:
    assert TRANSITIONS[step].get(state) == ALLOWED.get((state.value, step.value))


def test_a_request_is_what_its_steps_made_of_it() -> None:
    request = RightsRequest(uuid4(), Right.ACCESS, "subject", "contact", NOW)
    client = str(UUID(int=7))
    steps: list[tuple[Step, Mapping[str, str]]] = [
        (Step.IDENTITY_VERIFIED, {}),
        (Step.REFERRED, {"client": client, "agreed_by": "person"}),
        (Step.ANSWERED, {"outcome": "referred"}),
        (Step.CLIENT_ANSWERED, {"client": client, "outcome": "granted"}),
    ]
    for step, said in steps:
        request = request.after(Entry(step, NOW, NOW, "key", said))
    assert request.state is State.ANSWERED
    (referral,) = request.referrals
    assert (referral.client_id, referral.agreed_by) == (UUID(int=7), "person")
    assert referral.answer
    assert referral.answer["outcome"] == "granted"
