"""What must hold for every history, checked against the slow oracle."""

from datetime import UTC, datetime, timedelta
from itertools import chain

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import Duration, add
from telecom_privacy.policies.history import ClientHistory, PolicyChange
from telecom_privacy.policies.model import Option

from .histories import (
    BEGAN,
    CHANGING,
    GRACE,
    KINDS,
    changes,
    happenings,
    histories,
    instants,
    occurrences,
    option_changes,
)
from .oracle import Oracle, is_reached
from .samples import PARIS, POLICIES

simple = st.builds(ClientHistory, st.just((PolicyChange("web2contact", BEGAN),)), option_changes)


def due(client, occurred_at):
    return Terms(client, POLICIES, PARIS).verdict(*KINDS[0], occurred_at).due_at


@settings(max_examples=300)
@given(histories(), st.sampled_from(KINDS), occurrences, st.sampled_from([0, 1, 7, 20]), st.data())
def test_the_verdict_is_the_slow_oracle_s(client, kind, occurred_at, grace_days, data):
    grace = timedelta(days=grace_days)
    events = data.draw(happenings(kind[0], occurred_at))
    terms = Terms(client, CHANGING, PARIS, grace)
    oracle = Oracle(client, CHANGING, grace, *kind, events)
    assume(oracle.is_named())
    verdict = terms.verdict(*kind, occurred_at, events)
    due_at, _ = oracle.judge(occurred_at)
    unused_at, purposes = oracle.judge(occurred_at, archive=False)
    assert verdict.due_at == due_at
    assert verdict.archived_from == (unused_at if unused_at != due_at else None)
    found = {term.purpose: (term.starts_at, term.due_at) for term in verdict.purposes}
    assert found == purposes
    assert (verdict.rule_id is None) == (due_at is None or not purposes)

    now = data.draw(instants(occurred_at, datetime(2028, 1, 1, tzinfo=UTC)))
    for moment in (now, due_at or now):
        for purpose, (start, end) in purposes.items():
            readable = start <= moment and (end is None or moment < end)
            assert verdict.purpose_over(purpose, moment) is not readable


@settings(max_examples=300)
@given(histories(), st.sampled_from(KINDS), occurrences, st.sampled_from([0, 7]), st.data())
def test_a_query_up_to_the_bounds_finds_all_that_is_due(
    client, kind, occurred_at, grace_days, data
):
    events = data.draw(happenings(kind[0], occurred_at))
    terms = Terms(client, CHANGING, PARIS, timedelta(days=grace_days))
    assume(kind in terms.kinds())
    due_at = terms.verdict(*kind, occurred_at, events).due_at
    assume(due_at is not None)
    for now in (due_at, due_at + timedelta(days=data.draw(st.integers(0, 400)))):
        assert is_reached(terms.reach(*kind, now), occurred_at, events)
        latest = terms.latest_due(*kind, now)
        assert events or (latest is not None and occurred_at <= latest)


@given(histories(), st.sampled_from(KINDS), occurrences, st.data())
def test_what_is_judged_quickly_is_judged_as_by_the_verdict_whatever_was_asked_before(
    client, kind, occurred_at, data
):
    terms = Terms(client, CHANGING, PARIS)
    assume(kind in terms.kinds())
    verdict = terms.verdict(*kind, occurred_at)
    moments = instants(occurred_at, datetime(2028, 1, 1, tzinfo=UTC))
    for now in data.draw(st.lists(moments, min_size=1, max_size=3)):
        near = (now, now + timedelta(seconds=30), verdict.due_at or now)
        assert [terms.is_due(*kind, occurred_at, one) for one in near] == [
            verdict.is_due(one) for one in near
        ]


@given(simple, occurrences)
def test_a_recording_lives_between_its_shortest_and_its_longest_term(client, occurred_at):
    longest = add(occurred_at, Duration(6), PARIS)
    assert occurred_at + timedelta(days=90) <= due(client, occurred_at) <= longest


@given(simple, occurrences, st.booleans(), st.timedeltas(timedelta(milliseconds=1), GRACE * 20))
def test_what_is_due_stays_due_whatever_comes_later(client, occurred_at, on, later):
    due_at = due(client, occurred_at)
    assume(due_at >= BEGAN)  # an earlier change would be part of the initial state
    changed = client.with_option(Option.STORAGE_EXTENSION, on, due_at + later)
    assert due(changed, occurred_at) == due_at


@given(simple, occurrences, changes)
def test_taking_the_extension_never_erases_sooner_nor_does_losing_it_without_grace(
    client, occurred_at, at
):
    others = (change.effective_at for change in client.options)
    last = max(chain([at], others)) + timedelta(hours=1)
    before = due(client, occurred_at)
    assert due(client.with_option(Option.STORAGE_EXTENSION, True, last), occurred_at) >= before
    lost = due(client.with_option(Option.STORAGE_EXTENSION, False, last), occurred_at)
    assert lost <= before
    assert lost == before or lost >= min(before, last + GRACE)


@given(simple, occurrences, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_a_later_call_is_due_later_but_for_the_ends_of_months(client, occurred_at, later):
    first, second = due(client, occurred_at), due(client, occurred_at + later)
    assert second > first - timedelta(days=4)
