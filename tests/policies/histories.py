"""Generated histories under policies that grow, shrink, and drop purposes and categories."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from telecom_privacy.policies.duration import parse_duration
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
)
from telecom_privacy.policies.triggers import Trigger
from telecom_privacy.scope import Role

KINDS = [
    (Category.RECORDING, Role.PROCESSOR),
    (Category.TRAFFIC, Role.CONTROLLER),
    ("case", Role.PROCESSOR),
    ("claim", Role.CONTROLLER),
]
NAMES = {
    "case": ["last_activity", "reviewed", "resolved", "reopened", "closed"],
    "claim": ["settled", "defaulted", "revoked", "given", "reliance_ended"],
}
BEGAN = datetime(2025, 12, 1, tzinfo=UTC)
GRACE = timedelta(days=7)


def rule(kind, purpose, trigger, duration, **bounds):
    option = bounds.pop("option", None)
    plain = {name: bounds.pop(name) for name in ("when", "unless", "not_before") if name in bounds}
    return Rule(
        "RET-1" if trigger is not Trigger.CONTRACT_ENDED else "RET-3",
        *kind,
        purpose,
        "basis",
        ("recipient",),
        trigger,
        duration and parse_duration(duration),
        Action.ARCHIVE if "archive" in bounds else Action.ERASE,
        option and OptionTerm(Option.STORAGE_EXTENSION, parse_duration(option)),
        **{name: parse_duration(value) for name, value in bounds.items()},
        **plain,
    )


def recording(duration, **bounds):
    return rule(KINDS[0], Purpose.SERVICE, Trigger.CALL_ENDED, duration, **bounds)


def traffic(purpose, duration, **bounds):
    return rule(KINDS[1], purpose, Trigger.EVENT, duration, **bounds)


def case(trigger, duration, **bounds):
    return rule(KINDS[2], "support", Trigger(trigger), duration, **bounds)


def claim(purpose, trigger, duration, **bounds):
    return rule(KINDS[3], purpose, Trigger(trigger), duration, **bounds)


def policy(name, versions):
    dated = (PolicyVersion(date.fromisoformat(day), rules) for day, rules in versions.items())
    return Policy(name, name, tuple(dated))


CONTRACT = rule(
    KINDS[0], Purpose.SERVICE, Trigger.CONTRACT_ENDED, "P1M", at_least="P30D", floor="P10D"
)
BILLING_CONTRACT = rule(KINDS[1], Purpose.BILLING, Trigger.CONTRACT_ENDED, "P1M")
SECURITY = traffic(Purpose.NETWORK_SECURITY, "P3M")

SOLVED = case("resolved", "P10D", ceiling="P1Y")
AGREED = case("event", None, ceiling="P6M")
PAID = claim("debt", "settled", "PT48H")
UNPAID = claim("debt", "event", "P3M", unless="settled", archive="P6M")

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
                SOLVED,
                case("last_activity", "P4M", floor="P1M"),
                PAID,
                UNPAID,
                claim("proof", "end_of_year", "P2M"),
            ),
            "2026-03-10": (
                recording("P2M", option="P5M", ceiling="P5M"),
                SECURITY,
                traffic(Purpose.NATIONAL_SECURITY, "P1Y"),
                case("contract_ended", "P0D", unless="keep_account"),
                case("reviewed", "P2M", when="keep_account", not_before=Trigger.CONTRACT_ENDED),
                PAID,
                claim("debt", "first_set", "P1M", when="defaulted"),
            ),
            "2026-06-01": (
                recording("P60D", at_least="P2M"),
                traffic(Purpose.BILLING, "P6M"),
                traffic(Purpose.NATIONAL_SECURITY, "P1M"),
                SOLVED,
                case("closed", "P1M"),
                AGREED,
                claim("proof", "revoked", "P2M"),
                claim("proof", "reliance_ended", "P2M"),
                UNPAID,
            ),
        },
    ),
    "bare": policy("bare", {"2018-05-25": (recording("P3M"), CONTRACT, SOLVED, PAID)}),
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
    category = st.sampled_from([Category.RECORDING, "case"])
    term = st.builds(TermChange, category, agreed, changes)
    return ClientHistory(
        (PolicyChange(draw(names), BEGAN), *later),
        draw(option_changes),
        tuple(draw(st.lists(term, max_size=3))),
        tuple(draw(contract_changes)),
    )


@st.composite
def happenings(draw, category, occurred_at):
    """The events of a record, the latest time of each name."""
    known = NAMES.get(category)
    names = draw(st.sets(st.sampled_from(known))) if known else ()
    later = instants(occurred_at, datetime(2026, 12, 31, tzinfo=UTC))
    return {name: draw(later) for name in sorted(names)}
