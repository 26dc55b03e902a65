"""docs/formats.md cannot drift: its values come out of the code, and of the outsider's reader."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import rfc8785

from telecom_privacy.audit.merkle import leaf_hash
from telecom_privacy.audit.model import Checkpoint, commit
from telecom_privacy.audit.note import format_checkpoint, sign_note, verifier_key
from telecom_privacy.audit.receipts import RECEIPT, signed
from telecom_privacy.crypto.aead import open_sealed
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import CommittedKey, subkey
from telecom_privacy.crypto.signing import SigningKey
from telecom_privacy.crypto.streaming import HEADER_BYTES, Layout, decrypt_segments
from telecom_privacy.crypto.tokens import content_digest, token
from telecom_privacy.erasure.model import ErasedItem, Erasure, commitment_to
from telecom_privacy.keys.model import (
    KeyReference,
    client_node,
    period_node,
    record_binding,
    signing_node,
)
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.retention.totals import NOTHING_COUNTED, chained
from telecom_privacy.scope import Role, Scope
from tests.formats import outsider

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
ABOVE = {"client-key": "root", "period-key": "client", "record-key": "period", "record": "record"}


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    return json.loads(TEXT.split("```json\n")[1].split("```")[0])


@pytest.fixture(scope="module")
def record(vectors: dict[str, Any]) -> Binding:
    place = vectors["place"]
    scope = Scope(UUID(place["client"]), UUID(place["licence"]), Role(place["role"]))
    return record_binding(scope, place["category"], place["month"], UUID(place["record"]))


@pytest.fixture(scope="module")
def bindings(record: Binding) -> dict[str, Binding]:
    return {
        "client-key": client_node(record.client_id, record.role).binding,
        "period-key": period_node(record).binding,
        "record-key": replace(record, kind="record-key"),
        "record": record,
    }


def key(vectors: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(vectors["keys"][name]["key"])


@pytest.mark.parametrize("name", ["root", "client", "period", "record"])
def test_keys_and_commitments(vectors: dict[str, Any], name: str) -> None:
    vector = vectors["keys"][name]
    found = CommittedKey.from_secret(bytes.fromhex(vector["secret"]))
    assert (found.key.hex(), found.commitment.hex()) == (vector["key"], vector["commitment"])


@pytest.mark.parametrize("kind", ["client-key", "record"])
def test_bindings(vectors: dict[str, Any], bindings: dict[str, Binding], kind: str) -> None:
    assert bindings[kind].encode().hex() == vectors["bindings"][kind]


def test_the_worked_example_of_a_binding(bindings: dict[str, Binding]) -> None:
    lines = re.findall(r"^    ([0-9a-f]{4})(?: ([0-9a-f]+))?  ", TEXT, re.MULTILINE)
    assert "".join(map("".join, lines)) == bindings["client-key"].encode().hex()


def test_names_of_nodes(vectors: dict[str, Any], record: Binding) -> None:
    nodes = (client_node(record.client_id, record.role), period_node(record), signing_node())
    assert {str(node.kind): node.name for node in nodes} == vectors["names"]


@pytest.mark.parametrize("kind", ["client-key", "period-key", "record-key"])
def test_wrapped_secrets_open(
    vectors: dict[str, Any], bindings: dict[str, Binding], kind: str
) -> None:
    sealed = bytes.fromhex(vectors["sealed"][kind])
    expected = vectors["keys"][kind.removesuffix("-key")]["secret"]
    assert open_sealed(key(vectors, ABOVE[kind]), sealed, bindings[kind]).hex() == expected


def test_a_small_record_opens(vectors: dict[str, Any], record: Binding) -> None:
    sealed = bytes.fromhex(vectors["sealed"]["record"])
    assert open_json(key(vectors, "record"), sealed, record) == {"id": "Appel n° 1"}


def test_a_stream_opens(vectors: dict[str, Any], record: Binding) -> None:
    vector = vectors["stream"]
    audio = bytes.fromhex(vector["audio"])
    segments = [bytes.fromhex(segment) for segment in vector["segments"]]
    layout = Layout(len(audio), vector["segment_bytes"])
    place = replace(record, kind="content", category="recording")
    header = segments[0][:HEADER_BYTES]
    opened = decrypt_segments(key(vectors, "record"), place, layout, header, enumerate(segments))
    assert b"".join(opened) == audio


def test_the_outsider_reads_them_alike(vectors: dict[str, Any], record: Binding) -> None:
    place = (record.role.value, record.client_id, record.licence_id, "call", "2026-11")
    encoded = outsider.binding("record", *place, record.record_id)
    sealed = bytes.fromhex(vectors["sealed"]["record"])
    assert encoded.hex() == vectors["bindings"]["record"]
    assert json.loads(outsider.opened(key(vectors, "record"), sealed, encoded))


def test_tokens(vectors: dict[str, Any]) -> None:
    for vector in vectors["tokens"]:
        made = token(bytes.fromhex(vector["key"]), vector["kind"], vector["value"])
        assert made.hex() == vector["token"]


def test_digests(vectors: dict[str, Any]) -> None:
    vector = vectors["digest"]
    derived = subkey(bytes.fromhex(vector["record_key"]), "digest")
    assert derived.hex() == vector["subkey"]
    assert content_digest(derived, rfc8785.dumps(vector["body"])).hex() == vector["digest"]


def test_leaves(vectors: dict[str, Any]) -> None:
    vector = vectors["leaf"]
    leaf = commit(bytes.fromhex(vector["salt"]), rfc8785.dumps(vector["statement"]))
    assert (leaf.hex(), leaf_hash(leaf).hex()) == (vector["leaf"], vector["leaf_hash"])


def test_commitments_of_erasures_and_certificates(vectors: dict[str, Any], record: Binding) -> None:
    vector = vectors["erasure"]
    salt, ids = bytes.fromhex(vector["salt"]), [UUID(one) for one in vector["records"]]
    nowhere = KeyReference(record.record_id, "0")
    items = tuple(ErasedItem(one, nowhere, one) for one in ids)
    erasure = Erasure(ids[0], ids[0], record.role, "call", "RET-2", None, salt, items)
    assert commitment_to(salt, ids).hex() == vector["commitment"]
    first = chained(NOTHING_COUNTED, erasure.commitment)
    assert first.hex() == vector["certificate_commitment"]


def test_verifier_keys_checkpoints_and_signatures(vectors: dict[str, Any]) -> None:
    vector = vectors["signing"]
    signer = SigningKey(vector["name"], bytes.fromhex(vector["seed"]))
    root = bytes.fromhex(vectors["leaf"]["leaf_hash"])
    checkpoint = Checkpoint(signer.name, 1, root)
    receipt = {k: v for k, v in vector["receipt"].items() if k != "signature"}

    assert verifier_key(signer.name, signer.public_key) == vector["verifier_key"]
    assert sign_note(format_checkpoint(checkpoint), signer) == vector["checkpoint"]
    assert b64encode(root).decode() in vector["checkpoint"]
    assert signed(RECEIPT, receipt, signer) == vector["receipt"]
