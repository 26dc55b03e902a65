from collections import Counter
from datetime import timedelta

import pytest

from telecom_privacy.audit.refusals import Refusals
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.errors import Unavailable
from tests.audit.builders import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def refusals(log: AuditLog) -> Refusals:
    return Refusals(log)


def logged(log: AuditLog) -> list[tuple[str, str, int]]:
    found = []
    for entry in log.entries(0, 1000, lambda statement: True):
        assert entry.detail is not None
        assert entry.detail["action"] == "access.refused"
        details = entry.detail["details"]
        found.append((details["minute"], details["source"], details["count"]))
    return found


def test_refusals_of_a_minute_are_one_entry_per_source(refusals: Refusals, log: AuditLog) -> None:
    for second in range(50):
        refusals.count("192.0.2.1", NOON + timedelta(seconds=second))
    refusals.count("192.0.2.2", NOON)
    assert log.size() == 0
    refusals.flush(NOON + MINUTE)
    refusals.flush(NOON + MINUTE)
    assert sorted(logged(log)) == [
        ("2026-11-22T12:00:00.000Z", "192.0.2.1", 50),
        ("2026-11-22T12:00:00.000Z", "192.0.2.2", 1),
    ]


def test_a_refusal_of_a_later_minute_flushes_the_earlier_ones(
    refusals: Refusals, log: AuditLog
) -> None:
    refusals.count("192.0.2.1", NOON)
    refusals.count("192.0.2.1", NOON + MINUTE)
    assert logged(log) == [("2026-11-22T12:00:00.000Z", "192.0.2.1", 1)]


def test_closing_logs_what_is_left(refusals: Refusals, log: AuditLog) -> None:
    refusals.count("192.0.2.1", NOON)
    refusals.close(NOON)
    assert logged(log) == [("2026-11-22T12:00:00.000Z", "192.0.2.1", 1)]


def test_a_flood_from_many_sources_is_bounded_and_no_refusal_goes_uncounted(
    refusals: Refusals, log: AuditLog
) -> None:
    for number in range(5000):
        refusals.count(f"source {number}", NOON)
    refusals.close(NOON)
    counts = Counter({source: count for _, source, count in logged(log)})
    assert len(counts) == 257
    assert counts["other"] == 5000 - 256
    assert counts.total() == 5000


def test_refusals_are_kept_while_the_log_is_away(
    refusals: Refusals, log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise Unavailable("away")

    refusals.count("192.0.2.1", NOON)
    with monkeypatch.context() as patched:
        patched.setattr(AuditLog, "append", refuse)
        refusals.flush(NOON + MINUTE)
    refusals.flush(NOON + MINUTE)
    assert logged(log) == [("2026-11-22T12:00:00.000Z", "192.0.2.1", 1)]
