"""The clocks of a breach, whatever was sent when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.breaches.clocks import DutyState, duties, next_due
from telecom_privacy.breaches.model import Breach, Entry, Facts, Nature, Notice, Step

DETECTED = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)  # an hour before clocks go back in Paris
CLIENTS = (UUID(int=1), UUID(int=2))
OFFSETS = st.timedeltas(timedelta(), timedelta(days=10))


def breach(**facts: object) -> Breach:
    known: dict[str, object] = {
        "detected_at": DETECTED,
        "nature": (Nature.AVAILABILITY,),
        "circumstances": "a fire",
        "clients": CLIENTS,
        "categories": ("recordings",),
        "likely_consequences": "loss",
        "measures": "backups",
        **facts,
    }
    return Breach(UUID(int=9), DETECTED, "key", Facts(**known))  # type: ignore[arg-type]  # by name


def sent(to: Notice, after: timedelta, **said: object) -> Entry:
    at = DETECTED + after
    return Entry(Step.NOTICED, at, at, "key", {"to": to, **said})


def told(after: timedelta, *clients: UUID) -> Entry:
    return sent(Notice.CLIENTS, after, clients=clients)


@given(OFFSETS)
def test_a_first_notice_is_late_after_24_hours_to_the_millisecond(after: timedelta) -> None:
    found = breach().after(sent(Notice.CNIL_FIRST, after, complete=False))
    duty = duties(found, DETECTED + timedelta(days=30))[Notice.CNIL_FIRST]
    is_late = after > timedelta(hours=24)
    assert duty.state is (DutyState.LATE if is_late else DutyState.MET)


@given(OFFSETS)
def test_what_was_not_sent_is_overdue_after_its_deadline(after: timedelta) -> None:
    found = duties(breach(), DETECTED + after)
    for name, hours in ((Notice.CNIL_FIRST, 24), (Notice.CNIL_SECOND, 96), (Notice.CLIENTS, 48)):
        is_late = after > timedelta(hours=hours)
        assert found[name].state is (DutyState.OVERDUE if is_late else DutyState.RUNNING)


@given(OFFSETS, OFFSETS)
def test_clients_are_told_when_the_last_of_them_is_first_told(
    one: timedelta, other: timedelta
) -> None:
    half = breach().after(told(one, CLIENTS[0]))
    assert duties(half, DETECTED)[Notice.CLIENTS].done_at is None
    whole = half.after(told(other, CLIENTS[1])).after(told(timedelta(days=11), *CLIENTS))
    assert duties(whole, DETECTED)[Notice.CLIENTS].done_at == DETECTED + max(one, other)


def test_a_client_that_is_found_later_is_still_to_be_told() -> None:
    found = breach(clients=CLIENTS[:1]).after(told(timedelta(), CLIENTS[0]))
    assert found.clients_told_at
    added = Entry(Step.UPDATED, DETECTED, DETECTED, "key", {"clients": CLIENTS})
    assert found.after(added).clients_told_at is None


def test_the_next_deadline_is_the_earliest_of_what_is_still_to_be_sent() -> None:
    found = breach()
    assert next_due(duties(found, DETECTED).values()) == DETECTED + timedelta(hours=24)
    found = found.after(sent(Notice.CNIL_FIRST, timedelta(), complete=True))
    assert next_due(duties(found, DETECTED).values()) == DETECTED + timedelta(hours=48)
    found = found.after(told(timedelta(), *CLIENTS))
    assert next_due(duties(found, DETECTED).values()) is None  # subscribers: at once
