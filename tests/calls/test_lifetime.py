"""Calls that come in are judged only where it matters, and then as anywhere else."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.calls.lifetime import ROLES, Lifetime
from telecom_privacy.erasure.schedule import HORIZON
from telecom_privacy.policies.model import Category
from tests.policies.samples import terms, utc

NOW = utc("2026-10-01 12:00")

ends = st.none() | st.dates(date(2026, 8, 1), date(2026, 11, 1))
times = st.timedeltas(timedelta(0), timedelta(days=800)).map(lambda ago: NOW - ago)


@given(ends, times)
def test_a_call_is_due_where_its_terms_say_so(ended_on: date | None, ended_at: datetime) -> None:
    found = terms(ended_on=ended_on)
    for category, role in ROLES.items():
        wanted = found.verdict(category, role, ended_at).is_due(NOW)
        assert Lifetime(found, NOW).is_due(category, ended_at) == wanted


@given(ends, st.lists(times, min_size=1, max_size=5))
def test_what_falls_due_first_is_known_if_it_does_so_soon(
    ended_on: date | None, ended: list[datetime]
) -> None:
    found = terms(ended_on=ended_on)
    first = Lifetime(found, NOW).first_due(ended)
    for category, role in ROLES.items():
        verdicts = (found.verdict(category, role, at).due_at for at in ended)
        wanted = min((at for at in verdicts if at), default=None)
        told = first[category]
        assert told == wanted or all(at is None or at > NOW + HORIZON for at in (told, wanted))


def test_calls_whose_term_has_just_run_out_are_told_from_those_that_it_has_not() -> None:
    lifetime, year = Lifetime(terms(), NOW), utc("2025-10-01 12:00")
    assert lifetime.is_due(Category.TRAFFIC, year)
    assert not lifetime.is_due(Category.TRAFFIC, year + timedelta(milliseconds=1))
    soon = lifetime.first_due([year + timedelta(hours=20)])[Category.TRAFFIC]
    assert soon == NOW + timedelta(hours=20)
