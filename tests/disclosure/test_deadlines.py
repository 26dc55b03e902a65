"""Until when an order is to be answered."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from telecom_privacy.disclosure.deadlines import Urgency, deadline, urgency
from tests.disclosure.orders import SHIPPED, order, requisition

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = datetime(2026, 10, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("basis", "urgent", "time"),
    [
        ("eevidence-epoc", False, timedelta(days=10)),
        ("eevidence-epoc", True, timedelta(hours=8)),
        ("eevidence-epoc-pr", False, None),
        ("cpp-60-1", True, None),
    ],
)
def test_a_deadline_counts_exactly_from_the_receipt(
    basis: str, urgent: bool, time: timedelta | None
) -> None:
    case = requisition(order(received_at=RECEIVED, urgent=urgent))
    found = deadline(case, SHIPPED[basis], PARIS)
    assert found.due_at == (RECEIVED + time if time else None)


def test_the_end_of_summer_time_neither_lengthens_nor_shortens_ten_days() -> None:
    received_at = datetime(2026, 10, 24, 22, tzinfo=UTC)
    case = requisition(order(received_at=received_at))
    found = deadline(case, SHIPPED["eevidence-epoc"], PARIS)
    assert found.due_at == received_at + timedelta(days=10)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), Urgency.IN_TIME),
        (timedelta(days=8) - timedelta(milliseconds=1), Urgency.IN_TIME),
        (timedelta(days=8), Urgency.URGENT),
        (timedelta(days=10) - timedelta(milliseconds=1), Urgency.URGENT),
        (timedelta(days=10), Urgency.OVERDUE),
    ],
)
def test_urgency_grows_towards_the_deadline(after: timedelta, expected: Urgency) -> None:
    case = requisition(order(received_at=RECEIVED))
    until = deadline(case, SHIPPED["eevidence-epoc"], PARIS)
    assert urgency(case, until, RECEIVED + after) is expected
