"""The shipped policies, and short ways to write times and histories."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.files import load_policies
from telecom_privacy.policies.history import (
    ClientHistory,
    ContractChange,
    OptionChange,
    PolicyChange,
)
from telecom_privacy.policies.model import Option

durations = st.builds(
    Duration,
    st.integers(0, 30),
    st.integers(0, 400 * 24).map(lambda hours: timedelta(hours=hours)),
)
moments = st.datetimes(datetime(2018, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive limits

PARIS = ZoneInfo("Europe/Paris")
DIRECTORY = Path(__file__).parents[2] / "config" / "policies"
POLICIES = load_policies(DIRECTORY)
JOINED = datetime(2020, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    """Read `2026-05-31 21:59` as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def paris(text: str) -> datetime:
    """Read `2026-05-31 23:59` as the time of Paris, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def extension(on: bool, at: datetime) -> OptionChange:
    """The storage extension, taken or given up."""
    return OptionChange(Option.STORAGE_EXTENSION, on, at)


def contract(ended_on: date | None, at: datetime, keep_account: bool = False) -> ContractChange:
    """The end of the contract as known from `at` on."""
    return ContractChange(ended_on, keep_account, at)


def history(
    *options: OptionChange, ended_on: date | None = None, policy: str = "web2contact"
) -> ClientHistory:
    """A client that joined in 2020."""
    return ClientHistory(
        (PolicyChange(policy, JOINED),), options, contracts=(contract(ended_on, JOINED),)
    )


def terms(*options: OptionChange, ended_on: date | None = None) -> Terms:
    """The terms of such a client under the shipped policies."""
    return Terms(history(*options, ended_on=ended_on), POLICIES, PARIS)
