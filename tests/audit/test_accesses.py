"""The index of accesses follows the log, whatever kills whoever writes it."""

from uuid import UUID, uuid4

import pytest

from telecom_privacy.audit.accesses import Accesses, AccessQuery
from telecom_privacy.audit.model import Event
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import INDEXED_TOGETHER, AuditLog
from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.mongo import MongoDatabase
from tests.audit.builders import NOON, MonthSealer, audit_log, event

CLIENT, OTHER = uuid4(), uuid4()


@pytest.fixture
def accesses(audit_database: MongoDatabase) -> Accesses:
    return Accesses(AuditRepository(audit_database), MonthSealer())


def opening(client_id: UUID | None = CLIENT, **details: str) -> Event:
    return Event("call.read", "actor", NOON, client_id, {"role": "support", **details})


def references(accesses: Accesses, is_own: bool | None = None) -> list[str]:
    found, more = accesses.page(CLIENT, AccessQuery(is_own=is_own), NOON, None, 500)
    assert more is None
    return [str(one.entry["details"]["reference"]) for one in found]


def test_entries_of_all_kinds_are_told_apart(log: AuditLog, accesses: Accesses) -> None:
    log.append(
        [
            Event("call.stored", "actor", NOON, CLIENT, {"reference": "a write"}),
            opening(reference="theirs"),
            opening(OTHER, reference="another client's"),
            opening(None, reference="nobody's"),
            opening(reference="the operator's own", kept_as="controller"),
            opening(reference="kept for the client", kept_as="processor"),
            opening(reference="own", role="client"),
        ]
    )
    assert references(accesses) == ["own", "kept for the client", "theirs"]
    assert references(accesses, is_own=True) == ["own"]
    assert references(accesses, is_own=False) == ["kept for the client", "theirs"]


class Killed(BaseException):
    """No handler of errors catches it."""


def test_the_index_follows_the_log_some_tiles_at_a_time(
    log: AuditLog, audit_database: MongoDatabase
) -> None:
    for number in range(3):
        log.append([opening(reference=str(number))])
    assert audit_database["accesses"].count_documents({}) == 0
    log.append([opening(reference="more")] * (INDEXED_TOGETHER - 3))
    assert audit_database["accesses"].count_documents({}) == INDEXED_TOGETHER
    assert audit_database["state"].find_one({"_id": "accesses-indexed"})["size"] == INDEXED_TOGETHER


@pytest.mark.parametrize("fault", [Killed, Unavailable])
@pytest.mark.parametrize("fails", ["insert_accesses", "advance_indexed_size"])
def test_what_a_kill_left_out_of_the_index_is_found_by_the_next_reader(
    audit_database: MongoDatabase,
    accesses: Accesses,
    monkeypatch: pytest.MonkeyPatch,
    fault: type[BaseException],
    fails: str,
) -> None:
    def fail(self: AuditRepository, told: object) -> None:
        raise fault("away")

    audit_log(audit_database).append([event()] * (INDEXED_TOGETHER - 1))
    with monkeypatch.context() as patched:
        patched.setattr(AuditRepository, fails, fail)
        try:
            audit_log(audit_database).append([opening(reference="left out")])
        except Killed:
            assert fault is Killed
    assert audit_database["state"].find_one({"_id": "accesses-indexed"}) is None
    audit_log(audit_database).append([opening(reference="later")])

    for _ in range(2):
        assert references(accesses) == ["later", "left out"]
        assert (
            audit_database["state"].find_one({"_id": "accesses-indexed"})["size"]
            == INDEXED_TOGETHER + 1
        )
        assert audit_database["accesses"].count_documents({}) == 2


def test_an_index_that_was_lost_is_made_anew_from_the_log(
    log: AuditLog, accesses: Accesses, audit_database: MongoDatabase
) -> None:
    log.append([opening(reference=str(number)) for number in range(300)])
    whole = references_of_all(accesses)
    audit_database["accesses"].drop()
    audit_database["state"].delete_one({"_id": "accesses-indexed"})
    AuditRepository(audit_database).create_indexes()
    assert references_of_all(accesses) == whole == [str(number) for number in range(299, -1, -1)]


def references_of_all(accesses: Accesses) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page, after = accesses.page(CLIENT, AccessQuery(), NOON, after, 250)
        found += [str(one.entry["details"]["reference"]) for one in page]
        if after is None:
            return found
