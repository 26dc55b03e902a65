from datetime import timedelta
from uuid import UUID

import pytest

from telecom_privacy.audit.openings import Openings
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.mongo import MongoDatabase
from tests.audit.builders import NOON, audit_log, event

RECORD, OTHER_RECORD = UUID(int=1), UUID(int=2)


@pytest.fixture
def openings(log: AuditLog, audit_database: MongoDatabase) -> Openings:
    return Openings(log, AuditRepository(audit_database))


def test_requests_within_five_minutes_are_one_opening(openings: Openings, log: AuditLog) -> None:
    for seconds in (0, 1, 299):
        openings.append_opening(event(at=NOON + timedelta(seconds=seconds)), RECORD)
    assert log.size() == 1
    openings.append_opening(event(at=NOON + timedelta(minutes=5)), RECORD)
    assert log.size() == 2


def test_other_actors_and_other_records_are_other_openings(
    openings: Openings, log: AuditLog
) -> None:
    openings.append_opening(event("1"), RECORD)
    openings.append_opening(event("2"), RECORD)
    openings.append_opening(event("1"), OTHER_RECORD)
    assert log.size() == 3


def test_another_purpose_or_reference_is_another_opening(openings: Openings, log: AuditLog) -> None:
    support = {"purpose": "support", "reference": "T-1"}
    for details in (support, support | {"purpose": "dispute"}, support | {"reference": "T-2"}):
        openings.append_opening(event(details=details), RECORD)
        openings.append_opening(event(details=details), RECORD)
    assert log.size() == 3


def test_another_worker_knows_of_the_opening(
    openings: Openings, log: AuditLog, audit_database: MongoDatabase
) -> None:
    openings.append_opening(event(), RECORD)
    other = Openings(audit_log(audit_database), AuditRepository(audit_database))
    other.append_opening(event(at=NOON + timedelta(minutes=4)), RECORD)
    assert log.size() == 1
    other.append_opening(event(at=NOON + timedelta(minutes=6)), RECORD)
    assert log.size() == 2


def test_an_opening_whose_mark_was_not_written_is_logged_again_rather_than_not_at_all(
    openings: Openings, log: AuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: object) -> None:
        raise Unavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(AuditRepository, "mark_opening", crash)
        with pytest.raises(Unavailable):
            openings.append_opening(event(), RECORD)
    openings.append_opening(event(), RECORD)
    assert log.size() == 2


def test_a_mark_names_neither_actor_nor_record(
    openings: Openings, audit_database: MongoDatabase
) -> None:
    openings.append_opening(event(), RECORD)
    [mark] = audit_database["openings"].find()
    assert set(mark) == {"_id", "at"}
    assert len(mark["_id"]) == 32
