from datetime import timedelta

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.history import ClientHistory, PolicyChange, TermChange
from telecom_privacy.policies.model import Category, Option

from .samples import JOINED, extension, history, utc

EXTENSION = Option.STORAGE_EXTENSION


def test_an_option_is_in_force_from_its_date_until_it_is_given_up():
    client = history(extension(True, utc("2026-02-01")), extension(False, utc("2026-03-01")))
    assert not client.option_in_force(EXTENSION, utc("2026-01-31 23:59"))
    assert client.option_in_force(EXTENSION, utc("2026-02-01"))
    assert client.option_in_force(EXTENSION, utc("2026-02-28 23:59"))
    assert not client.option_in_force(EXTENSION, utc("2026-03-01"))


def test_the_order_of_recording_changes_does_not_matter():
    client = history(extension(False, utc("2026-03-01")), extension(True, utc("2026-02-01")))
    assert client.option_in_force(EXTENSION, utc("2026-02-15"))
    assert not client.option_in_force(EXTENSION, utc("2026-04-01"))


def test_of_two_changes_at_one_instant_the_later_recorded_counts():
    at = utc("2026-02-01")
    assert not history(extension(True, at), extension(False, at)).option_in_force(EXTENSION, at)
    assert history(extension(False, at), extension(True, at)).option_in_force(EXTENSION, at)


def test_what_a_client_takes_on_joining_counts_for_the_time_before():
    assert history(extension(True, JOINED)).options_in_force(utc("2015-01-01")) == {EXTENSION}
    later = history(extension(True, JOINED + timedelta(seconds=1)))
    assert later.options_in_force(utc("2015-01-01")) == frozenset()


def test_policies_and_terms_are_read_at_their_date():
    client = ClientHistory(
        (PolicyChange("first", JOINED), PolicyChange("second", utc("2026-01-01"))),
        terms=(
            TermChange(Category.RECORDING, Duration(1), utc("2026-02-01")),
            TermChange(Category.RECORDING, None, utc("2026-03-01")),
        ),
    )
    assert client.policy_in_force(utc("2010-01-01")) == "first"
    assert client.policy_in_force(utc("2025-12-31")) == "first"
    assert client.policy_in_force(utc("2026-01-01")) == "second"
    assert client.term_in_force(Category.RECORDING, utc("2026-01-31")) is None
    assert client.term_in_force(Category.RECORDING, utc("2026-02-01")) == Duration(1)
    assert client.term_in_force(Category.CALL, utc("2026-02-01")) is None
    assert client.term_in_force(Category.RECORDING, utc("2026-03-01")) is None


def test_the_initial_state_is_not_a_change():
    client = history(extension(True, JOINED), extension(False, utc("2026-01-01")))
    assert client.change_instants() == {utc("2026-01-01")}


def test_a_hypothetical_option_leaves_the_history_as_it_was():
    client = history()
    supposed = client.with_option(EXTENSION, on=True, effective_at=utc("2026-02-01"))
    assert supposed.option_in_force(EXTENSION, utc("2026-02-01"))
    assert not client.option_in_force(EXTENSION, utc("2026-02-01"))
