"""What must hold for every history, checked against the slow oracle."""

from datetime import UTC, date, datetime, timedelta
from itertools import chain

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import Duration, add, parse_duration
from telecom_privacy.policies.history import (
    ClientHistory,
    ContractChange,
    OptionChange,
    PolicyChange,
    TermChange,
)
from telecom_privacy.policies.model import (
    Action,
    Category,
    Option,
    OptionTerm,
    Policy,
    PolicyVersion,
    Purpose,
    Rule,
    Trigger,
)
from telecom_privacy.scope import Role

from .oracle import Oracle
from .samples import PARIS, POLICIES

KINDS = [(Category.RECORDING, Role.PROCESSOR), (Category.TRAFFIC, Role.CONTROLLER)]
BEGAN = datetime(2025, 12, 1, tzinfo=UTC)
GRACE = timedelta(days=7)


def rule(kind, purpose, trigger, duration, **bounds):
    option = bounds.pop("option", None)
    return Rule(
        "RET-1" if trigger is not Trigger.CONTRACT_ENDED else "RET-3",
        *kind,
        purpose,
        "basis",
        ("recipient",),
        trigger,
        parse_duration(duration),
        Action.ERASE,
        option and OptionTerm(Option.STORAGE_EXTENSION, parse_duration(option)),
        **{name: parse_duration(value) for name, value in bounds.items()},
    )


def recording(duration, **bounds):
    return rule(KINDS[0], Purpose.SERVICE, Trigger.CALL_ENDED, duration, **bounds)


def traffic(purpose, duration, **bounds):
    return rule(KINDS[1], purpose, Trigger.EVENT, duration, **bounds)


def policy(name, versions):
    dated = (PolicyVersion(date.fromisoformat(day), rules) for day, rules in versions.items())
    return Policy(name, name, tuple(dated))


CONTRACT = rule(
    KINDS[0], Purpose.SERVICE, Trigger.CONTRACT_ENDED, "P1M", at_least="P30D", floor="P10D"
)
BILLING_CONTRACT = rule(KINDS[1], Purpose.BILLING, Trigger.CONTRACT_ENDED, "P1M")
SECURITY = traffic(Purpose.NETWORK_SECURITY, "P3M")

# Terms grow and shrink, purposes and whole categories come and go.
CHANGING = {
    "changing": policy(
        "changing",
        {
            "2018-05-25": (
                recording("P90D", option="P6M", ceiling="P1Y"),
                CONTRACT,
                traffic(Purpose.BILLING, "P1Y", floor="P2M"),
                BILLING_CONTRACT,
                SECURITY,
            ),
            "2026-03-10": (
                recording("P2M", option="P5M", ceiling="P1Y"),
                SECURITY,
                traffic(Purpose.NATIONAL_SECURITY, "P1Y"),
            ),
            "2026-06-01": (
                recording("P60D", at_least="P2M"),
                traffic(Purpose.BILLING, "P6M"),
                traffic(Purpose.NATIONAL_SECURITY, "P1M"),
            ),
        },
    ),
    "bare": policy("bare", {"2018-05-25": (recording("P3M"), CONTRACT)}),
    "traffic_only": policy("traffic_only", {"2018-05-25": (SECURITY,)}),
}


def instants(start, end):
    hours = int((end - start) / timedelta(hours=1))
    return st.integers(0, hours).map(lambda hour: start + timedelta(hours=hour))


changes = instants(BEGAN, datetime(2026, 12, 1, tzinfo=UTC))
occurrences = instants(datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
option_changes = st.lists(
    st.builds(OptionChange, st.just(Option.STORAGE_EXTENSION), st.booleans(), changes), max_size=5
).map(tuple)
agreed = st.sampled_from([None, *map(parse_duration, ("P10D", "P4M", "P8M", "P0D"))])


ended_on = st.none() | st.dates(date(2025, 12, 15), date(2026, 12, 1))
contract_changes = st.lists(st.builds(ContractChange, ended_on, st.booleans(), changes), max_size=3)


@st.composite
def histories(draw):
    names = st.sampled_from(sorted(CHANGING))
    later = draw(st.lists(st.builds(PolicyChange, names, changes), max_size=3))
    term = st.builds(TermChange, st.just(Category.RECORDING), agreed, changes)
    return ClientHistory(
        (PolicyChange(draw(names), BEGAN), *later),
        draw(option_changes),
        tuple(draw(st.lists(term, max_size=3))),
        tuple(draw(contract_changes)),
    )


simple = st.builds(ClientHistory, st.just((PolicyChange("web2contact", BEGAN),)), option_changes)


def due(client, occurred_at):
    return Terms(client, POLICIES, PARIS).verdict(*KINDS[0], occurred_at).due_at


@settings(max_examples=400)
@given(histories(), st.sampled_from(KINDS), occurrences, st.sampled_from([0, 1, 7, 20]), st.data())
def test_the_verdict_is_the_slow_oracle_s(client, kind, occurred_at, grace_days, data):
    grace = timedelta(days=grace_days)
    terms = Terms(client, CHANGING, PARIS, grace)
    oracle = Oracle(client, CHANGING, grace, *kind)
    assume(oracle.is_named())
    verdict = terms.verdict(*kind, occurred_at)
    due_at, purposes = oracle.judge(occurred_at)
    assert verdict.due_at == due_at
    found = {term.purpose: (term.starts_at, term.due_at) for term in verdict.purposes}
    assert found == purposes
    assert (verdict.rule_id is None) == (due_at is None or not purposes)

    now = data.draw(instants(occurred_at, datetime(2028, 1, 1, tzinfo=UTC)))
    for moment in (now, due_at or now):
        if verdict.is_due(moment):
            assert terms.latest_due(*kind, moment) >= occurred_at
        for purpose, (start, end) in purposes.items():
            readable = start <= moment and (end is None or moment < end)
            assert verdict.purpose_over(purpose, moment) is not readable


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
