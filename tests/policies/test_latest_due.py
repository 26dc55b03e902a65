"""How far a sweep has to look: a superset of what is due, but a small one."""

from datetime import date, timedelta

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.model import Category
from telecom_privacy.policies.reach import Reach
from telecom_privacy.policies.triggers import Trigger
from telecom_privacy.scope import Role

from .histories import policy, rule
from .samples import JOINED, PARIS, extension, history, paris, terms, utc

RECORDING = (Category.RECORDING, Role.PROCESSOR)
CALL = (Category.CALL, Role.PROCESSOR)
TRAFFIC = (Category.TRAFFIC, Role.CONTROLLER)
LEAD = ("lead", Role.CONTROLLER)
NOW = utc("2026-10-01 12:00")


def test_a_sweep_looks_only_as_far_as_something_can_be_due():
    now = utc("2026-10-01 12:00")
    assert terms().latest_due(*RECORDING, now) == now - timedelta(days=90)
    traffic = terms().latest_due(*TRAFFIC, now)
    assert utc("2025-10-01 12:00") <= traffic <= utc("2025-10-05 12:00")


def test_a_term_of_the_past_does_not_widen_the_sweep():
    bought = terms(extension(True, utc("2026-01-01")))
    latest = bought.latest_due(*RECORDING, utc("2026-10-01 12:00"))
    assert utc("2026-04-01 10:00") <= latest <= utc("2026-04-06 12:00")


def test_a_term_of_the_future_does_not_widen_the_sweep():
    cancelled = terms(extension(True, JOINED), extension(False, utc("2026-12-01")))
    assert cancelled.latest_due(*RECORDING, utc("2026-10-01 12:00")) <= utc("2026-04-06 12:00")


def test_after_the_window_everything_until_now_may_be_due():
    ended = terms(ended_on=date(2026, 5, 10))
    assert ended.latest_due(*CALL, paris("2026-06-10 23:59")) is None
    assert ended.latest_due(*CALL, paris("2026-06-11 00:00")) == paris("2026-06-11 00:00")


def reach(*rules):
    """How far one looks under (purpose, trigger, duration) each."""
    found = [rule(LEAD, purpose, Trigger(trigger), term) for purpose, trigger, term in rules]
    policies = {"web2contact": policy("web2contact", {"2018-05-25": tuple(found)})}
    return Terms(history(), policies, PARIS).reach(*LEAD, NOW)


def test_what_is_renewed_is_looked_for_by_what_renews_it():
    found = reach(("marketing", "last_contact", "P100D"), ("marketing", "reviewed", "P10D"))
    renewed = {"last_contact": NOW - timedelta(days=100), "reviewed": NOW - timedelta(days=10)}
    assert found == Reach(renewed_by=renewed)


def test_what_an_event_may_end_too_is_not_looked_for_by_when_it_occurred():
    found = reach(("marketing", "last_contact", "P100D"), ("marketing", "revoked", "P1D"))
    since = NOW - timedelta(days=100)
    assert found == Reach(renewed_by={"last_contact": since}, awaited_by=NOW - timedelta(days=1))


def test_of_two_purposes_the_one_is_looked_for_that_reaches_less_far():
    contact = ("marketing", "last_contact", "P100D")
    assert reach(contact, ("proof", "event", "P300D")) == Reach(NOW - timedelta(days=300))
    assert reach(contact, ("proof", "event", "P20D")) == reach(contact)
