"""A client that gives up what is hosted for it: due at once, but not before a legal minimum."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.facts import FOREVER
from telecom_privacy.policies.history import ContractChange
from telecom_privacy.policies.window import reversibility_window
from telecom_privacy.scope import Role

from .histories import BEGAN, CHANGING, GRACE, KINDS, happenings, histories, instants, occurrences
from .samples import PARIS, POLICIES, history, paris

ENDED_ON = date(2026, 5, 31)
GIVEN_UP = paris("2026-06-10 15:00")


def given_up(client, at):
    """The history of a client that gives up, from `at` on, all that is hosted for it."""
    known = client.contract_in_force(at) or ContractChange(None, None, at)
    said = replace(known, effective_at=at, released=True)
    return replace(client, contracts=(*client.contracts, said))


def test_what_is_hosted_is_due_at_that_instant_and_the_operator_s_own_is_not():
    kept = history(ended_on=ENDED_ON)
    before, after = (Terms(c, POLICIES, PARIS) for c in (kept, given_up(kept, GIVEN_UP)))
    call = ("call", Role.PROCESSOR, paris("2026-05-01 12:00"))
    assert before.verdict(*call).due_at == paris("2026-07-01 00:00")
    assert (after.verdict(*call).due_at, after.verdict(*call).rule_id) == (GIVEN_UP, "RET-2")
    traffic = ("traffic", Role.CONTROLLER, paris("2026-05-01 12:00"))
    assert after.verdict(*traffic) == before.verdict(*traffic)
    gone = ("recording", Role.PROCESSOR, paris("2026-01-01 12:00"))
    assert after.verdict(*gone) == before.verdict(*gone)


def test_the_window_closes_at_that_instant():
    kept = history(ended_on=ENDED_ON)
    assert reversibility_window(kept, POLICIES, PARIS).closes_on == date(2026, 6, 30)
    window = reversibility_window(given_up(kept, GIVEN_UP), POLICIES, PARIS)
    assert (window.closes_on, window.closes_at) == (date(2026, 6, 10), GIVEN_UP)


RESUMED_FIRST = replace(
    history(),
    contracts=(
        ContractChange(ENDED_ON, False, paris("2026-04-02 00:00")),
        ContractChange(None, False, paris("2026-04-01 00:00")),
    ),
)


def test_what_was_decided_last_of_the_contract_counts_in_whatever_order_it_is_listed():
    assert RESUMED_FIRST.contract_ended_on == ENDED_ON
    in_order = replace(RESUMED_FIRST, contracts=RESUMED_FIRST.contracts[::-1])
    at_once = replace(
        in_order, contracts=tuple(replace(c, effective_at=GIVEN_UP) for c in in_order.contracts)
    )
    assert (in_order.contract_ended_on, at_once.contract_ended_on) == (ENDED_ON, ENDED_ON)
    assert at_once.contract_in_force(GIVEN_UP) == at_once.contracts[-1]


@settings(max_examples=200)
@given(histories(), st.sampled_from(KINDS), occurrences, st.data())
def test_nothing_lives_longer_and_a_legal_minimum_goes_before(client, kind, occurred_at, data):
    at = data.draw(instants(BEGAN, paris("2028-01-01 00:00")))
    events = data.draw(happenings(kind[0], occurred_at))
    before = Terms(client, CHANGING, PARIS, GRACE)
    after = Terms(given_up(client, at), CHANGING, PARIS, GRACE)
    if kind not in before.kinds():
        return
    old = before.verdict(*kind, occurred_at, events)
    new = after.verdict(*kind, occurred_at, events)
    if kind[1] is Role.CONTROLLER:
        assert new == old
        return
    minimum = after.minimum_until(*kind, (occurred_at, events), at)
    if minimum == FOREVER:
        assert new == old
        return
    latest = max(at, occurred_at, minimum)
    assert new.due_at == min(filter(None, (old.due_at, latest)))
    assert all(term.due_at and term.due_at <= new.due_at for term in new.purposes)

    now = max(new.due_at, at)
    reach = after.reach(*kind, now)
    assert occurred_at <= reach.occurred_by
    assert after.latest_due(*kind, now) >= occurred_at
    assert not after.verdict(*kind, at + timedelta(days=1)).is_due(at)
