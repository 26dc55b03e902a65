"""When records are due, worked by hand for each rule of RULES §2 that is in force at this stage."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.history import ClientHistory, PolicyChange, TermChange
from telecom_privacy.policies.model import Category, PolicyVersion, Purpose
from telecom_privacy.policies.window import reversibility_window
from telecom_privacy.scope import Role

from .samples import JOINED, PARIS, POLICIES, extension, history, paris, terms, utc

RECORDING = (Category.RECORDING, Role.PROCESSOR)
CALL = (Category.CALL, Role.PROCESSOR)
LICENCE = (Category.LICENCE, Role.PROCESSOR)
CLIENT = (Category.CLIENT, Role.CONTROLLER)
TRAFFIC = (Category.TRAFFIC, Role.CONTROLLER)

CALL_ENDED = paris("2026-05-01 10:00")


def day(number: int, hours: int = 0):
    """The instant exactly so many days after the end of the call."""
    return CALL_ENDED + timedelta(days=number, hours=hours)


def outcome(verdict):
    return verdict.due_at, verdict.rule_id


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        ("2026-05-01 10:00", "2026-07-30 10:00"),
        ("2026-01-15 10:00", "2026-04-15 11:00"),  # over the change to summer time
        ("2026-09-01 10:00", "2026-11-30 09:00"),  # and to winter time
        ("2027-12-01 00:00", "2028-02-29 00:00"),
    ],
)
def test_ret_1_a_recording_is_due_ninety_times_24_hours_after_its_call(ended, due):
    assert outcome(terms().verdict(*RECORDING, paris(ended))) == (paris(due), "RET-1")


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        ("2026-05-01 10:00", "2026-11-01 10:00"),
        ("2025-08-31 23:59", "2026-02-28 23:59"),
        ("2027-08-31 10:00", "2028-02-29 10:00"),
        ("2026-01-15 10:00", "2026-07-15 10:00"),  # over the change to summer time
        ("2025-09-29 02:30", "2026-03-29 03:30"),  # 02:30 does not exist that day
    ],
)
def test_ret_1_a_recording_is_due_after_six_months_with_the_extension(ended, due):
    verdict = terms(extension(True, JOINED)).verdict(*RECORDING, paris(ended))
    assert outcome(verdict) == (paris(due), "RET-1")


def test_a_record_is_due_from_the_very_instant():
    verdict = terms().verdict(*RECORDING, CALL_ENDED)
    assert not verdict.is_due(day(90) - timedelta(milliseconds=1))
    assert verdict.is_due(day(90))


def test_the_extension_bought_on_day_85_counts():
    verdict = terms(extension(True, day(85))).verdict(*RECORDING, CALL_ENDED)
    assert verdict.due_at == paris("2026-11-01 10:00")


@pytest.mark.parametrize("bought", [90, 95])
def test_the_extension_bought_after_the_term_revives_nothing(bought):
    at = day(bought)
    verdict = terms(extension(True, at)).verdict(*RECORDING, CALL_ENDED)
    assert verdict.due_at == day(90)
    assert verdict.is_due(day(100))


def test_the_extension_cancelled_takes_effect_after_the_grace():
    cancelled = terms(extension(True, JOINED), extension(False, day(100)))
    assert cancelled.verdict(*RECORDING, CALL_ENDED).due_at == day(107)


def test_the_grace_keeps_nothing_past_the_term_that_was_given_up():
    ends = paris("2026-11-01 10:00")
    cancelled = terms(extension(True, JOINED), extension(False, ends - timedelta(days=3)))
    assert cancelled.verdict(*RECORDING, CALL_ENDED).due_at == ends


def test_the_extension_cancelled_early_ends_at_the_shorter_term():
    cancelled = terms(extension(True, JOINED), extension(False, day(20)))
    assert cancelled.verdict(*RECORDING, CALL_ENDED).due_at == day(90)


def test_the_extension_bought_again_within_the_grace_was_never_lost():
    again = terms(
        extension(True, JOINED), extension(False, day(100)), extension(True, day(106, hours=23))
    ).verdict(*RECORDING, CALL_ENDED)
    assert again.due_at == paris("2026-11-01 10:00")


def test_the_extension_bought_again_after_the_grace_is_too_late():
    again = terms(
        extension(True, JOINED), extension(False, day(100)), extension(True, day(107))
    ).verdict(*RECORDING, CALL_ENDED)
    assert again.due_at == day(107)


def test_the_extension_cancelled_twice_gets_its_grace_each_time():
    verdict = terms(
        extension(True, JOINED),
        extension(False, day(100)),
        extension(True, day(105)),
        extension(False, day(110)),
    ).verdict(*RECORDING, CALL_ENDED)
    assert verdict.due_at == day(117)


def test_without_grace_a_shorter_term_counts_at_once():
    client = history(extension(True, JOINED), extension(False, day(100)))
    strict = Terms(client, POLICIES, PARIS, grace=timedelta(0))
    assert strict.verdict(*RECORDING, CALL_ENDED).due_at == day(100)


def test_of_changes_at_the_same_instant_only_the_last_counts():
    verdict = terms(extension(True, day(50)), extension(False, day(50))).verdict(
        *RECORDING, CALL_ENDED
    )
    assert verdict.due_at == day(90)


def test_an_agreed_term_goes_before_the_policy_s_and_the_option_s():
    agreed = TermChange(Category.RECORDING, parse_duration("P30D"), JOINED)
    client = ClientHistory(
        (PolicyChange("web2contact", JOINED),), (extension(True, JOINED),), (agreed,)
    )
    verdict = Terms(client, POLICIES, PARIS).verdict(*RECORDING, CALL_ENDED)
    assert outcome(verdict) == (day(30), "RET-8")


def test_a_shorter_agreed_term_waits_for_the_grace_and_one_given_up_does_not():
    shorter = TermChange(Category.RECORDING, parse_duration("P30D"), day(40))
    given_up = TermChange(Category.RECORDING, None, day(46))
    policies = (PolicyChange("web2contact", JOINED),)
    kept = Terms(ClientHistory(policies, terms=(shorter,)), POLICIES, PARIS)
    assert outcome(kept.verdict(*RECORDING, CALL_ENDED)) == (day(47), "RET-8")
    back = Terms(ClientHistory(policies, terms=(shorter, given_up)), POLICIES, PARIS)
    assert outcome(back.verdict(*RECORDING, CALL_ENDED)) == (day(90), "RET-1")


@pytest.mark.parametrize(
    ("ended_on", "due"),
    [
        ("2026-05-10", "2026-06-11 00:00"),
        ("2026-05-31", "2026-07-01 00:00"),
        ("2026-01-31", "2026-03-03 00:00"),  # not 28 February: never less than 30 days
        ("2028-01-31", "2028-03-02 00:00"),
        ("2026-02-28", "2026-03-31 00:00"),
        ("2026-09-30", "2026-10-31 00:00"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "rule"), [(RECORDING, "RET-3"), (LICENCE, "RET-3"), (CALL, "RET-4")]
)
def test_ret_3_and_ret_4_end_with_the_reversibility_window(ended_on, due, kind, rule):
    end = date.fromisoformat(ended_on)
    occurred = paris(f"{ended_on} 09:00") - timedelta(days=5)
    verdict = terms(ended_on=end).verdict(*kind, occurred)
    assert outcome(verdict) == (paris(due), rule)
    window = reversibility_window(history(ended_on=end), POLICIES, PARIS)
    assert verdict.due_at == window.closes_at


def test_the_earliest_of_two_terms_erases():
    early = terms(ended_on=date(2026, 5, 10)).verdict(*RECORDING, CALL_ENDED)
    assert outcome(early) == (paris("2026-06-11 00:00"), "RET-3")
    late = terms(ended_on=date(2026, 7, 20)).verdict(*RECORDING, CALL_ENDED)
    assert outcome(late) == (day(90), "RET-1")


def test_an_option_counts_until_the_window_closes():
    ended = terms(extension(True, JOINED), ended_on=date(2026, 8, 20))
    assert ended.verdict(*RECORDING, CALL_ENDED).due_at == paris("2026-09-21 00:00")


def test_a_contract_end_is_no_change_of_terms_and_has_no_grace():
    ended = terms(ended_on=date(2020, 6, 10)).verdict(*CALL, paris("2020-06-01 10:00"))
    assert ended.due_at == paris("2020-07-11 00:00")


@pytest.mark.parametrize("kind", [CALL, LICENCE, CLIENT])
def test_while_the_contract_runs_no_end_is_known(kind):
    verdict = terms().verdict(*kind, CALL_ENDED)
    assert outcome(verdict) == (None, None)
    assert not verdict.is_due(utc("2100-01-01"))
    assert terms().latest_due(*kind, utc("2100-01-01")) is None


def test_a_record_of_after_the_window_is_due_from_its_beginning():
    verdict = terms(ended_on=date(2026, 1, 10)).verdict(*CALL, CALL_ENDED)
    assert outcome(verdict) == (CALL_ENDED, "RET-4")


@pytest.mark.parametrize(
    ("ended_on", "due"), [("2026-05-10", "2031-05-11 00:00"), ("2028-02-29", "2033-03-01 00:00")]
)
def test_ret_30_the_subscriber_s_identity_is_kept_five_years_after_the_contract(ended_on, due):
    verdict = terms(ended_on=date.fromisoformat(ended_on)).verdict(*CLIENT, JOINED)
    assert outcome(verdict) == (paris(due), "RET-30")


@pytest.mark.parametrize(
    ("ended", "billing", "security"),
    [
        ("2026-05-01 10:00", "2027-05-01 10:00", "2026-08-01 10:00"),
        ("2025-11-30 10:00", "2026-11-30 10:00", "2026-02-28 10:00"),
        ("2024-02-29 10:00", "2025-02-28 10:00", "2024-05-29 10:00"),
        ("2026-01-29 02:30", "2027-01-29 02:30", "2026-04-29 02:30"),
    ],
)
def test_ret_29_traffic_lives_for_its_last_purpose_and_is_read_for_each_in_its_own(
    ended, billing, security
):
    verdict = terms().verdict(*TRAFFIC, paris(ended))
    assert outcome(verdict) == (paris(billing), "RET-29")
    assert {term.purpose: term.due_at for term in verdict.purposes} == {
        Purpose.BILLING: paris(billing),
        Purpose.NETWORK_SECURITY: paris(security),
    }
    assert not verdict.purpose_over(Purpose.NETWORK_SECURITY, paris(ended))
    assert verdict.purpose_over(Purpose.NETWORK_SECURITY, paris(security))
    assert not verdict.purpose_over(Purpose.BILLING, paris(security))
    assert verdict.purpose_over(Purpose.BILLING, paris(billing))


def test_ret_29_the_injunction_is_off_so_nobody_reads_traffic_for_it():
    verdict = terms().verdict(*TRAFFIC, CALL_ENDED)
    assert verdict.purpose_over(Purpose.NATIONAL_SECURITY, CALL_ENDED)


def test_the_end_of_the_contract_leaves_the_controller_s_traffic():
    verdict = terms(ended_on=date(2026, 5, 10)).verdict(*TRAFFIC, CALL_ENDED)
    assert verdict.due_at == paris("2027-05-01 10:00")


def test_what_the_policy_does_not_name_in_that_role_has_no_verdict():
    assert terms().latest_due(Category.RECORDING, Role.CONTROLLER, CALL_ENDED) is None
    with pytest.raises(ConfigurationError, match=r"names recording \(controller\)"):
        terms().verdict(Category.RECORDING, Role.CONTROLLER, CALL_ENDED)


def test_a_new_version_counts_from_local_midnight_and_shortens_after_the_grace():
    (first,) = POLICIES["web2contact"].versions
    shorter = replace(first.rules[0], duration=parse_duration("P30D"), option=None)
    second = PolicyVersion(date(2026, 7, 1), (shorter,))
    policies = {"web2contact": replace(POLICIES["web2contact"], versions=(first, second))}
    dated = Terms(history(), policies, PARIS)
    assert dated.verdict(*RECORDING, CALL_ENDED).due_at == paris("2026-07-08 00:00")


def test_what_the_policy_no_longer_names_is_due_after_the_grace():
    (first,) = POLICIES["web2contact"].versions
    second = PolicyVersion(date(2026, 7, 1), (first.rules[0],))
    policies = {"web2contact": replace(POLICIES["web2contact"], versions=(first, second))}
    dropped = Terms(history(), policies, PARIS)
    verdict = dropped.verdict(*CALL, CALL_ENDED)
    assert outcome(verdict) == (paris("2026-07-08 00:00"), "RET-4")
    assert dropped.latest_due(*CALL, utc("2026-08-01 00:00")) == utc("2026-08-01 00:00")


def test_a_policy_without_file_is_named():
    lost = Terms(history(policy="lost"), POLICIES, PARIS)
    with pytest.raises(ConfigurationError, match="bound to lost, which has no file"):
        lost.verdict(*RECORDING, CALL_ENDED)
