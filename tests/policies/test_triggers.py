"""What starts a term, one trigger after the other, with dates worked by hand (RULES §2)."""

from datetime import date, timedelta

import pytest

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.history import ClientHistory, PolicyChange
from telecom_privacy.policies.model import Action, Policy, PolicyVersion, Rule
from telecom_privacy.policies.triggers import EVENTS, Trigger
from telecom_privacy.scope import Role

from .samples import JOINED, PARIS, contract, paris

OCCURRED = paris("2026-01-15 10:00")
TICK = timedelta(milliseconds=1)


def rule(trigger, duration, action="erase", purpose="support", **more):
    lengths = {"archive", "floor", "at_least"} & more.keys()
    return Rule(
        "RET-8",
        "case",
        Role.CONTROLLER,
        purpose,
        "basis",
        ("recipient",),
        Trigger(trigger),
        parse_duration(duration),
        Action(action),
        **{**more, **{name: parse_duration(more[name]) for name in lengths}},
    )


def verdict(*rules, events=None, occurred=OCCURRED, contracts=()):
    policies = {"sample": Policy("sample", "A notice", (PolicyVersion(date(2018, 5, 25), rules),))}
    client = ClientHistory((PolicyChange("sample", JOINED),), contracts=contracts)
    happened = {name: paris(at) for name, at in (events or {}).items()}
    return Terms(client, policies, PARIS).verdict("case", Role.CONTROLLER, occurred, happened)


def due(*rules, **more):
    return verdict(*rules, **more).due_at


OF_THE_RECORD = ["call_ended", "event", "first_set"]
LENGTHS = [
    ("2026-01-15 10:00", "PT48H", "2026-01-17 10:00"),
    ("2026-03-28 12:00", "PT48H", "2026-03-30 13:00"),  # summer time begins on the 29th
    ("2026-10-24 12:00", "PT48H", "2026-10-26 11:00"),  # and ends on the 25th
    ("2026-01-15 10:00", "P14D", "2026-01-29 10:00"),
    ("2026-03-20 10:00", "P14D", "2026-04-03 11:00"),
    ("2026-01-15 10:00", "P60D", "2026-03-16 10:00"),
    ("2026-01-31 10:00", "P1M", "2026-02-28 10:00"),
    ("2025-08-31 10:00", "P6M", "2026-02-28 10:00"),
    ("2027-08-31 10:00", "P6M", "2028-02-29 10:00"),  # a leap year
    ("2026-01-15 10:00", "P13M", "2027-02-15 10:00"),
    ("2024-02-29 10:00", "P1Y", "2025-02-28 10:00"),
    ("2024-02-29 10:00", "P10Y", "2034-02-28 10:00"),
]


@pytest.mark.parametrize("trigger", OF_THE_RECORD)
@pytest.mark.parametrize(("occurred", "text", "over"), LENGTHS)
def test_a_term_of_the_record_itself_runs_from_its_time(trigger, occurred, text, over):
    found = verdict(rule(trigger, text), occurred=paris(occurred))
    assert found.due_at == paris(over)
    assert not found.is_due(paris(over) - TICK)
    assert found.is_due(paris(over))


@pytest.mark.parametrize("trigger", ["first_set", "event", "call_ended", "end_of_year"])
def test_no_event_moves_such_a_term(trigger):
    events = dict.fromkeys(sorted(EVENTS), "2026-05-01 10:00")
    assert due(rule(trigger, "P1Y"), events=events) == due(rule(trigger, "P1Y"))


@pytest.mark.parametrize(
    ("occurred", "text", "over"),
    [
        ("2026-01-15 10:00", "P3Y", "2030-01-01 00:00"),
        ("2026-12-31 23:59", "P3Y", "2030-01-01 00:00"),
        ("2027-01-01 00:00", "P3Y", "2031-01-01 00:00"),  # still 2026 in UTC
        ("2026-06-01 10:00", "P0D", "2027-01-01 00:00"),
        ("2026-06-01 10:00", "P2M", "2027-03-01 00:00"),
    ],
)
def test_a_term_from_the_end_of_the_year_ends_with_its_last_day(occurred, text, over):
    assert due(rule("end_of_year", text), occurred=paris(occurred)) == paris(over)


@pytest.mark.parametrize("trigger", ["last_activity", "last_contact", "reviewed"])
def test_a_term_runs_anew_from_the_latest_event_and_before_from_the_beginning(trigger):
    kept = rule(trigger, "P5Y")
    assert due(kept) == paris("2031-01-15 10:00")
    assert due(kept, events={trigger: "2028-02-29 09:00"}) == paris("2033-02-28 09:00")


AWAITED = [
    "answered",
    "closed",
    "completed",
    "discovered",
    "reliance_ended",
    "resolved",
    "revoked",
    "settled",
]


@pytest.mark.parametrize("trigger", AWAITED)
def test_a_term_that_an_event_starts_has_no_end_before_it(trigger):
    kept = rule(trigger, "P5Y")
    assert verdict(kept).due_at is None
    assert verdict(kept).rule_id is None
    assert due(kept, events={"last_activity": "2026-05-01 10:00"}) is None
    assert due(kept, events={trigger: "2026-05-01 10:00"}) == paris("2031-05-01 10:00")


@pytest.mark.parametrize("trigger", AWAITED)
def test_what_is_kept_no_longer_than_an_event_is_due_with_it(trigger):
    found = verdict(rule(trigger, "P0D"), events={trigger: "2026-05-01 10:00"})
    assert found.due_at == paris("2026-05-01 10:00")
    assert found.is_due(paris("2026-05-01 10:00"))


@pytest.mark.parametrize(
    ("trigger", "opposite"),
    [
        ("revoked", "given"),
        ("resolved", "reopened"),
        ("closed", "reopened"),
        ("settled", "defaulted"),
    ],
)
def test_an_opposite_cancels_what_happened_before_it_only(trigger, opposite):
    kept = rule(trigger, "P10D")
    assert due(kept, events={trigger: "2026-05-01 10:00", opposite: "2026-05-03 10:00"}) is None
    again = {opposite: "2026-05-01 10:00", trigger: "2026-05-03 10:00"}
    assert due(kept, events=again) == paris("2026-05-13 10:00")


def test_an_opposite_that_comes_after_the_term_revives_nothing():
    late = {"resolved": "2026-05-01 10:00", "reopened": "2026-05-12 10:00"}
    assert due(rule("resolved", "P10D"), events=late) == paris("2026-05-11 10:00")


DEBT = [rule("settled", "PT48H"), rule("event", "P3Y", "archive", unless="settled", archive="P5Y")]


def test_ret_18_an_unsettled_entry_is_archived_after_three_years_and_erased_after_five():
    found = verdict(*DEBT)
    assert found.archived_from == paris("2029-01-15 10:00")
    assert found.due_at == paris("2031-01-15 10:00")
    assert found.action is Action.ERASE
    assert not found.is_archived(paris("2029-01-15 10:00") - TICK)
    assert found.is_archived(paris("2029-01-15 10:00"))
    assert not found.is_archived(paris("2031-01-15 10:00"))
    assert found.purpose_over("support", paris("2029-01-15 10:00"))


@pytest.mark.parametrize("settled", ["2026-03-28 12:00", "2029-01-14 12:00"])
def test_ret_18_a_settled_entry_goes_48_hours_later_and_is_never_archived(settled):
    found = verdict(*DEBT, events={"settled": settled})
    assert found.due_at == paris(settled) + timedelta(hours=48)
    assert found.archived_from is None


def test_ret_18_what_is_settled_in_the_archive_does_not_come_out_of_it():
    found = verdict(*DEBT, events={"settled": "2030-05-01 10:00"})
    assert found.archived_from == paris("2029-01-15 10:00")
    assert found.due_at == paris("2030-05-03 10:00")


def test_ret_18_a_payment_that_bounces_leaves_the_entry_unsettled():
    bounced = {"settled": "2026-05-01 10:00", "defaulted": "2026-05-02 10:00"}
    assert verdict(*DEBT, events=bounced).due_at == paris("2031-01-15 10:00")


PROSPECT = [rule("resolved", "P0D"), rule("reviewed", "P6M")]


def test_of_two_triggers_the_first_that_is_over_erases():
    assert due(*PROSPECT) == paris("2026-07-15 10:00")
    assert due(*PROSPECT, events={"reviewed": "2026-07-01 10:00"}) == paris("2027-01-01 10:00")
    both = {"reviewed": "2026-07-01 10:00", "resolved": "2026-08-01 10:00"}
    assert due(*PROSPECT, events=both) == paris("2026-08-01 10:00")


def test_no_other_rule_erases_before_a_legal_minimum():
    proof = [rule("event", "P3Y", floor="P3Y"), rule("resolved", "P0D")]
    assert due(*proof, events={"resolved": "2026-08-01 10:00"}) == paris("2029-01-15 10:00")
    awaited = [rule("answered", "P3Y", floor="P3Y"), rule("resolved", "P0D")]
    assert due(*awaited, events={"resolved": "2026-08-01 10:00"}) is None


ACCOUNT = [
    rule("contract_ended", "P0D", unless="keep_account"),
    rule("last_activity", "P5Y", when="keep_account", not_before=Trigger.CONTRACT_ENDED),
]


def ended(ended_on, keep_account, at="2026-05-01 10:00"):
    return contract(ended_on and date.fromisoformat(ended_on), paris(at), keep_account)


def test_ret_22_an_account_lives_with_the_contract():
    assert due(*ACCOUNT) is None
    assert due(*ACCOUNT, events={"last_activity": "2026-02-01 10:00"}) is None


def test_ret_22_an_account_that_is_not_kept_goes_with_the_last_day_of_the_contract():
    assert due(*ACCOUNT, contracts=(ended("2026-05-10", False),)) == paris("2026-05-11 00:00")


def test_ret_22_a_kept_account_goes_after_five_years_without_activity():
    kept = (ended("2026-05-10", True),)
    assert due(*ACCOUNT, contracts=kept) == paris("2031-05-11 00:00")
    active = {"last_activity": "2028-03-01 10:00"}
    assert due(*ACCOUNT, events=active, contracts=kept) == paris("2033-03-01 10:00")


def test_the_contract_counts_as_it_was_known_at_each_moment():
    kept = rule("contract_ended", "P1M", at_least="P30D")
    first = ended("2026-05-10", False)
    assert due(kept, contracts=(first,)) == paris("2026-06-11 00:00")
    corrected = ended("2026-05-20", False, at="2026-06-01 10:00")
    assert due(kept, contracts=(first, corrected)) == paris("2026-06-21 00:00")
    resumed = ended(None, None, at="2026-06-01 10:00")
    assert due(kept, contracts=(first, resumed)) is None
    again = ended("2027-01-31", False, at="2026-12-01 10:00")
    assert due(kept, contracts=(first, resumed, again)) == paris("2027-03-03 00:00")


def test_a_contract_resumed_after_the_term_revives_nothing():
    resumed = ended(None, None, at="2026-06-11 00:00")
    found = due(rule("contract_ended", "P1M"), contracts=(ended("2026-05-10", False), resumed))
    assert found == paris("2026-06-11 00:00")
    in_time = ended(None, None, at="2026-06-10 23:59")
    assert (
        due(rule("contract_ended", "P1M"), contracts=(ended("2026-05-10", False), in_time)) is None
    )


def test_an_end_that_was_told_late_counts_from_when_it_was_told():
    late = ended("2026-05-10", False, at="2026-05-20 10:00")
    assert due(rule("contract_ended", "P0D"), contracts=(late,)) == paris("2026-05-20 10:00")


def test_ret_27_the_deciding_rule_says_how_it_is_erased():
    counted = rule("event", "P6M", "anonymise")
    assert verdict(counted).action is Action.ANONYMISE
    deleted = {"resolved": "2026-03-01 10:00"}
    assert verdict(counted, rule("resolved", "P0D"), events=deleted).action is Action.ERASE
