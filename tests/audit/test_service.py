import base64
import hashlib
from collections.abc import Callable, Mapping
from uuid import UUID

import pytest
import rfc8785

from telecom_privacy.audit import merkle
from telecom_privacy.audit.model import MAX_STATEMENT_BYTES, Event, Json
from telecom_privacy.audit.note import open_note, parse_checkpoint
from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.crypto.signing import verify_signature
from telecom_privacy.errors import ConfigurationError, IntegrityError, Invalid
from telecom_privacy.storage.mongo import MongoDatabase
from tests.audit.builders import (
    NOON,
    MemoryWatermark,
    MonthSealer,
    audit_log,
    event,
    events,
    names_in,
)


def everything(statement: Mapping[str, Json]) -> bool:
    return True


def root_at(log: AuditLog, size: int) -> bytes:
    """Computed from the leaves alone."""
    hashes = []
    for start in range(0, size, 1000):
        for entry in log.entries(start, min(1000, size - start)):
            hashes.append(merkle.leaf_hash(entry.leaf))
    return merkle.root_of(hashes)


def test_entries_are_numbered_in_the_order_of_the_events(log: AuditLog) -> None:
    assert [entry.index for entry in log.append(events(3))] == [0, 1, 2]
    assert [entry.index for entry in log.append(events(700))] == list(range(3, 703))
    assert log.append([]) == []
    assert log.size() == 703


def test_a_leaf_commits_to_the_statement_that_its_salt_opens(log: AuditLog) -> None:
    client = UUID(int=7)
    details: dict[str, Json] = {"b": [1, 2.5, None], "a": "é"}
    [entry] = log.append([Event("call.stored", "key:1", NOON, client, details)])
    statement = {
        "action": "call.stored",
        "actor": "key:1",
        "at": "2026-11-22T12:00:00.000Z",
        "client": str(client),
        "details": details,
    }
    committed = b"telecom-privacy/leaf/v1\n" + entry.salt + rfc8785.dumps(statement)
    assert entry.leaf == b"\x01" + hashlib.sha256(committed).digest()
    [seen] = log.entries(0, 1, everything)
    assert seen.leaf == entry.leaf
    assert seen.detail == {**statement, "salt": base64.b64encode(entry.salt).decode()}


def test_the_same_event_twice_has_two_different_leaves(log: AuditLog) -> None:
    first, second = log.append([event(), event()])
    assert first.leaf != second.leaf


def test_nothing_of_an_event_is_stored_in_clear(
    log: AuditLog, audit_database: MongoDatabase
) -> None:
    log.append([Event("requisition.recorded", "key:7", NOON, UUID(int=7), {"case": "2026/1234"})])
    [batch] = audit_database["batches"].find()
    stored = repr(batch)
    for secret in ("requisition", "key:7", "2026/1234", str(UUID(int=7))):
        assert secret not in stored


@pytest.mark.parametrize(("length", "expected"), [(1, 256), (100, 512), (250, 512), (2000, 2304)])
def test_details_are_padded_to_multiples_of_256_bytes(
    log: AuditLog, audit_database: MongoDatabase, length: int, expected: int
) -> None:
    log.append([event(details={"text": "x" * length, "more": "y" * 100})])
    [batch] = audit_database["batches"].find()
    nonce_and_tag = 12 + 16
    assert len(batch["details"][0]["sealed"]) == expected + nonce_and_tag


def test_a_detail_is_seen_only_by_those_who_may(log: AuditLog) -> None:
    log.append(events(3))
    seen = log.entries(0, 3, lambda statement: statement["actor"] == "key:1")
    assert [entry.detail is not None for entry in seen] == [False, True, False]


def test_a_log_whose_details_have_expired_still_verifies(audit_database: MongoDatabase) -> None:
    sealer = MonthSealer()
    log = audit_log(audit_database, sealer)
    log.append([event("old", NOON.replace(month=1)), event("new")])
    before = log.checkpoint()
    sealer.destroyed.add("2026-01")
    old, new = log.entries(0, 2, everything)
    assert old.detail is None
    assert new.detail is not None
    assert audit_log(audit_database, sealer).checkpoint() == before
    assert root_at(log, 2) == parse_checkpoint(before.rpartition("\n\n")[0] + "\n").root


def test_a_detail_that_was_put_at_another_entry_is_refused(
    log: AuditLog, audit_database: MongoDatabase
) -> None:
    log.append(events(2))
    [batch] = audit_database["batches"].find()
    audit_database["batches"].update_one({"_id": 0}, {"$set": {"details": batch["details"][::-1]}})
    with pytest.raises(IntegrityError):
        log.entries(0, 2, everything)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 1000])
def test_a_checkpoint_is_signed_and_has_the_root_of_the_leaves(log: AuditLog, size: int) -> None:
    log.append(events(size))
    text = open_note(log.checkpoint(), log.verifier_key(), verify_signature)
    checkpoint = parse_checkpoint(text)
    assert checkpoint.size == size
    assert checkpoint.root == root_at(log, size)


def test_proofs_hold_at_every_boundary_of_tiles(audit_database: MongoDatabase) -> None:
    writer = audit_log(audit_database)
    for count in (1, 254, 1, 1, 255, 300, 1000):
        writer.append(events(count))
    log = audit_log(audit_database)
    sizes = (1, 2, 255, 256, 257, 511, 512, 513, 812, 1811, 1812)
    roots = {size: root_at(log, size) for size in sizes}
    for size in sizes:
        for index in {0, size // 2, size - 1}:
            proof = log.inclusion(index, size)
            assert merkle.verify_inclusion(index, size, proof.leaf_hash, proof.hashes, roots[size])
        for old in (old for old in sizes if old <= size):
            path = log.consistency(old, size)
            assert merkle.verify_consistency(old, size, roots[old], roots[size], path)


def test_a_tile_that_one_worker_filled_is_stored_without_reading_its_leaves_again(
    audit_database: MongoDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    fetch = AuditRepository.fetch_leaves

    def counted(self: AuditRepository, start: int, end: int) -> list[bytes]:
        read.append((start, end))
        return fetch(self, start, end)

    monkeypatch.setattr(AuditRepository, "fetch_leaves", counted)
    log = audit_log(audit_database)
    for count in (100, 100, 100):
        log.append(events(count))
    assert audit_database["tiles"].count_documents({}) == 1
    assert read == []
    hashes = audit_database["tiles"].find_one({"_id": "0/0"})["hashes"]
    assert hashes == b"".join(merkle.leaf_hash(one.leaf) for one in log.entries(0, 256))


def test_workers_that_take_turns_store_the_same_tiles_as_one(audit_database: MongoDatabase) -> None:
    logs = [audit_log(audit_database) for _ in range(2)]
    for turn, count in enumerate((1, 60, 60, 120, 15, 1, 200, 55)):
        logs[turn % 2].append(events(count))
    whole = audit_log(audit_database)
    for number, tile in enumerate(audit_database["tiles"].find().sort("index", 1)):
        leaves = whole.entries(number * 256, 256)
        assert tile["hashes"] == b"".join(merkle.leaf_hash(one.leaf) for one in leaves)
    text = open_note(logs[0].checkpoint(), whole.verifier_key(), verify_signature)
    assert parse_checkpoint(text).root == root_at(whole, 512)


def test_tiles_that_were_lost_in_a_crash_are_computed_and_stored_again(
    audit_database: MongoDatabase,
) -> None:
    audit_log(audit_database).append(events(700))
    note = audit_log(audit_database).checkpoint()
    audit_database["tiles"].delete_many({})
    audit_database["state"].delete_many({})
    restarted = audit_log(audit_database)
    assert restarted.checkpoint() == note
    restarted.append(events(100))
    assert [tile["_id"] for tile in audit_database["tiles"].find()] == ["0/0", "0/1", "0/2"]


def test_proofs_read_few_batches_of_a_long_log(
    audit_database: MongoDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit_log(audit_database).append(events(3000))
    read: list[tuple[int, int]] = []
    fetch = AuditRepository.fetch_leaves

    def counting(self: AuditRepository, start: int, end: int) -> list[bytes]:
        read.append((start, end))
        return fetch(self, start, end)

    monkeypatch.setattr(AuditRepository, "fetch_leaves", counting)
    log = audit_log(audit_database)
    log.checkpoint()
    log.inclusion(5, 3000)
    log.consistency(700, 2999)
    assert sum(end - start for start, end in read) < 256


BAD_READINGS: list[Callable[[AuditLog], object]] = [
    lambda log: log.inclusion(5, 5),
    lambda log: log.inclusion(-1, 5),
    lambda log: log.inclusion(0, 0),
    lambda log: log.inclusion(0, 6),
    lambda log: log.inclusion(0, -1),
    lambda log: log.consistency(-1, 5),
    lambda log: log.consistency(4, 3),
    lambda log: log.consistency(1, 6),
    lambda log: log.entries(6, 1, everything),
    lambda log: log.entries(-1, 1, everything),
    lambda log: log.entries(0, 0, everything),
    lambda log: log.entries(0, 1001, everything),
    lambda log: log.entries(2**70, 1, everything),
]


@pytest.mark.parametrize("read", BAD_READINGS)
def test_what_lies_outside_of_the_log_is_invalid(
    log: AuditLog, read: Callable[[AuditLog], object]
) -> None:
    log.append(events(5))
    with pytest.raises(Invalid):
        read(log)


def test_reading_stops_at_the_end_of_the_log(log: AuditLog) -> None:
    log.append(events(5))
    assert [entry.index for entry in log.entries(3, 100, everything)] == [3, 4]
    assert log.entries(5, 1, everything) == []


def test_another_worker_sees_new_entries_at_once(audit_database: MongoDatabase) -> None:
    writer, reader = audit_log(audit_database), audit_log(audit_database)
    assert reader.size() == 0
    writer.append(events(2))
    assert names_in(reader) == ["0", "1"]
    writer.append(events(1))
    assert reader.inclusion(2, 3).tree_size == 3


@pytest.mark.parametrize(
    "details",
    [{"x": "y" * MAX_STATEMENT_BYTES}, {"x": 2**60}, {"x": float("nan")}, {"x": "\ud800"}],
)
def test_details_that_cannot_be_logged_are_refused_before_anything_is_written(
    log: AuditLog, details: Mapping[str, Json]
) -> None:
    with pytest.raises(Invalid):
        log.append([event(), event(details=details)])
    assert log.size() == 0


def test_a_log_as_it_was_signed_passes_the_watermark(audit_database: MongoDatabase) -> None:
    watermark = MemoryWatermark()
    log = audit_log(audit_database, watermark=watermark)
    log.check_watermark()
    log.append(events(300))
    log.checkpoint()
    log.append(events(5))
    audit_log(audit_database, watermark=watermark).check_watermark()
    assert watermark.mark == (300, root_at(log, 300))


def test_a_log_that_was_rolled_back_stops_the_start(audit_database: MongoDatabase) -> None:
    watermark = MemoryWatermark()
    log = audit_log(audit_database, watermark=watermark)
    log.append(events(3))
    log.append(events(2))
    log.checkpoint()
    audit_database["batches"].delete_one({"_id": 3})
    with pytest.raises(ConfigurationError, match="rolled back"):
        audit_log(audit_database, watermark=watermark).check_watermark()
    audit_log(audit_database).append(events(2, "rewritten"))
    with pytest.raises(ConfigurationError, match="rolled back"):
        audit_log(audit_database, watermark=watermark).check_watermark()


def test_a_damaged_log_stops_the_start(audit_database: MongoDatabase) -> None:
    watermark = MemoryWatermark()
    log = audit_log(audit_database, watermark=watermark)
    for count in (3, 2, 4):
        log.append(events(count))
    log.checkpoint()
    audit_database["batches"].delete_one({"_id": 3})
    with pytest.raises(ConfigurationError, match="damaged"):
        audit_log(audit_database, watermark=watermark).check_watermark()


def test_details_are_not_opened_for_those_who_see_none(audit_database: MongoDatabase) -> None:
    audit_log(audit_database).append(events(2))
    audit_database["batches"].update_one({"_id": 0}, {"$set": {"details.0.sealed": bytes(300)}})
    log = audit_log(audit_database)
    assert [entry.detail for entry in log.entries(0, 2)] == [None, None]
    with pytest.raises(IntegrityError):
        log.entries(0, 2, everything)


@pytest.mark.parametrize("lost", [3, 256])
def test_a_hole_in_the_log_is_noticed(audit_database: MongoDatabase, lost: int) -> None:
    log = audit_log(audit_database)
    for count in (3, 253, 256, 3):
        log.append(events(count))
    audit_database["state"].delete_many({})
    audit_database["batches"].delete_one({"_id": lost})
    with pytest.raises(IntegrityError):
        audit_log(audit_database).size()


def test_a_log_shorter_than_its_tiles_is_noticed(audit_database: MongoDatabase) -> None:
    audit_log(audit_database).append(events(512))
    audit_database["batches"].delete_one({"_id": 256})
    with pytest.raises(IntegrityError):
        audit_log(audit_database).size()
