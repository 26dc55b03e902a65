"""A reading that falls short of what the log holds is never hashed, signed or shown."""

from typing import Any

import pytest

from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.mongo import MongoDatabase
from tests.audit.builders import MemoryWatermark, audit_log, events


@pytest.mark.parametrize("size", [5, 256, 300])
def test_a_root_over_fewer_leaves_is_not_signed(
    audit_database: MongoDatabase, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    audit_log(audit_database).append(events(size))
    audit_database["tiles"].delete_many({})
    watermark = MemoryWatermark()
    log = audit_log(audit_database, watermark=watermark)
    with monkeypatch.context() as patched:
        _fall_short(patched, "fetch_leaves")
        with pytest.raises(Unavailable):
            log.checkpoint()
        with pytest.raises(Unavailable):
            log.inclusion(0, size)
    assert watermark.mark is None
    assert log.checkpoint() == audit_log(audit_database).checkpoint()
    audit_log(audit_database, watermark=watermark).check_watermark()


def test_entries_that_cannot_all_be_read_are_not_shown_in_wrong_places(
    audit_database: MongoDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = audit_log(audit_database)
    log.append(events(5))
    _fall_short(monkeypatch, "fetch_entries")
    with pytest.raises(Unavailable):
        log.entries(0, 5)


def _fall_short(patched: pytest.MonkeyPatch, reading: str) -> None:
    complete = getattr(AuditRepository, reading)

    def short(self: AuditRepository, start: int, end: int) -> list[Any]:
        return list(complete(self, start, end))[:-1]

    patched.setattr(AuditRepository, reading, short)
