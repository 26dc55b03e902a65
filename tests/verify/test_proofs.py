"""Offline verification in the library: what it accepts, and that nothing altered passes."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.audit.note import verifier_key
from telecom_privacy.audit.receipts import CERTIFICATE, signed
from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import IntegrityError
from telecom_privacy.verify import proofs
from tests.audit.builders import SIGNING_KEY, audit_log, database, events
from tests.builders import Api


@pytest.fixture
def receipt(api: Api) -> dict[str, Any]:
    client = api.create_client()
    answer = api.put_call(client, "call-1", api.call())
    assert answer.status_code == 201
    return answer.json


@pytest.fixture
def checkpoint(api: Api, receipt: Mapping[str, Any]) -> str:
    return api.request("GET", "/v1/audit/checkpoint").text


@pytest.fixture
def proof(api: Api, receipt: Mapping[str, Any], checkpoint: str) -> dict[str, Any]:
    query = {"leaf_index": receipt["leaf_index"], "tree_size": checkpoint.split("\n")[1]}
    answer = api.as_("platform", "GET", "/v1/audit/inclusion", query_string=query)
    assert answer.status_code == 200
    return answer.json


@pytest.fixture
def key(services: Services) -> str:
    return services.audit.verifier_key()


def test_a_receipt_and_its_place_in_the_log_are_verified_and_nothing_altered_passes(
    receipt: dict[str, Any], key: str, checkpoint: str, proof: dict[str, Any]
) -> None:
    assert receipt["record_id"] in proofs.verify_receipt(receipt, key, None, None)
    said = proofs.verify_receipt(receipt, key, checkpoint, proof)
    assert said == f"record {receipt['record_id']} is entry {receipt['leaf_index']} of the log"

    for name in receipt:
        for altered in (
            {**receipt, name: "other"},
            {other: value for other, value in receipt.items() if other != name},
        ):
            with pytest.raises(IntegrityError):
                proofs.verify_receipt(altered, key, None, None)
    for hashes in (proof["hashes"][1:], [*proof["hashes"], proof["hashes"][0]], ["!"], None, [1]):
        with pytest.raises(IntegrityError):
            proofs.verify_receipt(receipt, key, checkpoint, {"hashes": hashes})
    for wrong in (checkpoint.replace("telecom", "other"), checkpoint[:-1], "", receipt["id"]):
        with pytest.raises(IntegrityError):
            proofs.verify_receipt(receipt, key, wrong, proof)


def test_the_log_extends_every_checkpoint_that_was_kept(
    services: Services, key: str, receipt: dict[str, Any], checkpoint: str, api: Api
) -> None:
    api.create_licence("cabinet", "licence-2")
    size = services.audit.size()

    assert proofs.verify_log(services.audit, key, []).startswith(f"{size} entries, root ")
    assert proofs.verify_log(services.audit, key, [checkpoint]).startswith(f"{size} entries")


def test_the_log_does_not_extend_a_checkpoint_of_another_log_under_the_same_key(
    services: Services,
) -> None:
    client, name = services.databases.audit.client, services.databases.audit.name
    names = [f"{name}_1", f"{name}_2"]
    first, other = (audit_log(database(client, one)) for one in names)
    first.append(events(5, "first"))
    other.append(events(5, "other"))
    key = first.verifier_key()

    with pytest.raises(IntegrityError, match="not the one that was signed at size 5"):
        proofs.verify_log(first, key, [other.checkpoint()])
    other.append(events(1, "more"))
    with pytest.raises(IntegrityError, match="lost entries: it had 6"):
        proofs.verify_log(first, key, [other.checkpoint()])
    for one in names:
        client.drop_database(one)


def test_an_altered_leaf_is_found(services: Services, key: str, receipt: dict[str, Any]) -> None:
    services.audit.checkpoint()
    batches = services.databases.audit["batches"]
    batch = batches.find_one({"first": receipt["leaf_index"]})
    altered = bytes([batch["leaves"][0], batch["leaves"][1] ^ 1]) + batch["leaves"][2:]
    batches.update_one({"_id": batch["_id"]}, {"$set": {"leaves": altered}})

    with pytest.raises(IntegrityError, match="do not give the root"):
        proofs.verify_log(services.audit, key, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "1",
        "[" * 100_000,
        '{"a": 1, "a": 1}',
        '{"counts": [{"count": 1}], "x": {"a": 1, "a": 2}}',
    ],
)
def test_a_file_that_is_not_one_json_object_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "file.json"
    file.write_text(text)
    with pytest.raises(IntegrityError, match=r"file.json: not a "):
        proofs.read_object(file)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for name in ("missing", "binary"):
        with pytest.raises(IntegrityError, match=f"{name}: not a readable"):
            proofs.read_object(tmp_path / name)
        with pytest.raises(IntegrityError, match=f"{name}: not a readable"):
            proofs.read_text(tmp_path / name)
    with pytest.raises(IntegrityError, match="not a readable"):
        proofs.read_text(tmp_path)


@pytest.mark.parametrize("counts", [None, [], [{}], ["x"], 1, {"count": 1}])
def test_a_signed_statement_that_is_not_a_certificate_is_refused(counts: object) -> None:
    """Whoever gives no key checks a file with the key that stands in it."""
    key = verifier_key(SIGNING_KEY.name, SIGNING_KEY.public_key)
    statement = signed(CERTIFICATE, {"key": key, "counts": counts, "day": "x"}, SIGNING_KEY)
    with pytest.raises(IntegrityError, match="not a certificate"):
        proofs.verify_certificate(json.loads(json.dumps(statement)), key)


def test_a_proof_for_another_entry_does_not_pass(
    api: Api, receipt: dict[str, Any], key: str, checkpoint: str
) -> None:
    query = {"leaf_index": receipt["leaf_index"] - 1, "tree_size": checkpoint.split("\n")[1]}
    other = api.as_("platform", "GET", "/v1/audit/inclusion", query_string=query).json
    assert base64.b64decode(other["leaf_hash"])
    with pytest.raises(IntegrityError, match="does not hold this receipt's entry"):
        proofs.verify_receipt(receipt, key, checkpoint, other)
