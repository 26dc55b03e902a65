"""Whoever has the root keys, the documents and docs/formats.md can read what is stored."""

import hashlib
import hmac
import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from pymongo.collection import Collection

from telecom_privacy.bootstrap import Services
from tests.builders import Api, tone
from tests.formats.outsider import NO_ID, Outsider

NAME = "Maître Exemple"
FORMATS = Path(__file__).parents[2] / "docs" / "formats.md"


@pytest.fixture
def outsider(services: Services) -> Outsider:
    return Outsider(services.settings.key_dir, services.databases.keystore)


@pytest.fixture
def call(api: Api, services: Services) -> dict[str, Any]:
    """The raw document of a call."""
    api.put_call(api.create_client(), "call-1", api.call(caller_name=NAME, note="rappeler"))
    return services.databases.bulk["calls"].find_one()


def place_of(call: dict[str, Any]) -> tuple[Any, ...]:
    return "processor", call["client"], call["licence"], "call", call["month"], call["record_id"]


def open_call(outsider: Outsider, call: dict[str, Any]) -> dict[str, Any]:
    return outsider.record(call["key"], call["payload"], *place_of(call))


@pytest.mark.parametrize(("seconds", "segment_bytes"), [(10, 65_536), (40, 262_144)])
def test_tink_opens_a_stored_recording(
    api: Api,
    services: Services,
    call: dict[str, Any],
    outsider: Outsider,
    seconds: int,
    segment_bytes: int,
) -> None:
    audio = tone(seconds)
    assert api.put_recording("cabinet", "call-1", audio).status_code == 201
    bulk = services.databases.bulk
    entry = bulk["calls"].find_one()["recordings"][0]
    place = (*place_of(call)[:3], "recording", call["month"], entry["record_id"])

    metadata = outsider.record(entry["key"], entry["metadata"], *place)
    segments = list(bulk["segments"].find({"content": entry["record_id"]}).sort("n", 1))
    stream = b"".join(segment["data"] for segment in segments)

    assert len(segments) > 1
    assert metadata["segment_bytes"] == segment_bytes
    assert bytes.fromhex(metadata["header"]) == stream[:40]
    assert {len(segment["data"]) for segment in segments[:-1]} == {segment_bytes}
    assert outsider.audio(entry["key"], stream, segment_bytes, *place) == audio
    assert metadata["sha256"] == hashlib.sha256(audio).hexdigest()
    assert metadata["bytes"] == len(audio)


def test_a_call_and_its_traffic_record_are_opened(
    services: Services, call: dict[str, Any], outsider: Outsider
) -> None:
    sealed = open_call(outsider, call)
    traffic = services.databases.bulk["traffic"].find_one()
    place = (traffic["client"], traffic["licence"], "traffic", traffic["month"], traffic["_id"])
    content = outsider.record(traffic["key"], traffic["payload"], "controller", *place)

    assert sealed["id"] == "call-1"
    assert sealed["call"]["from"] == content["from"] == "+33612345678"
    assert sealed["call"]["caller_name"] == NAME
    assert "caller_name" not in content


def test_a_client_a_licence_and_an_api_key_label_are_opened(
    services: Services, call: dict[str, Any], outsider: Outsider
) -> None:
    audit = services.databases.audit
    licence = audit["licences"].find_one()
    client = audit["clients"].find_one({"_id": licence["client"]})
    api_key = audit["api_keys"].find_one({"role": "platform"})

    def opened(found: dict[str, Any], *place: Any) -> dict[str, Any]:
        place = (*place, found["month"], found["_id"])
        return outsider.record(found["key"], found["payload"], *place)

    assert opened(client, "controller", client["_id"], NO_ID, "client")["name"] == "Cabinet Exemple"
    found = opened(licence, "processor", licence["client"], licence["_id"], "licence")
    assert (found["id"], found["label"]) == ("licence-1", "Agent of licence-1")
    assert opened(api_key, "controller", NO_ID, NO_ID, "api_key") == {"label": "platform"}


def test_every_audit_detail_is_opened_and_is_what_its_leaf_commits_to(
    services: Services, call: dict[str, Any], outsider: Outsider
) -> None:
    actions = set()
    for batch in services.databases.audit["batches"].find():
        for number, detail in enumerate(batch["details"]):
            salt, statement = outsider.detail(detail["month"], detail["id"], detail["sealed"])
            leaf = batch["leaves"][33 * number : 33 * (number + 1)]
            committed = hashlib.sha256(b"telecom-privacy/leaf/v1\n" + salt + statement).digest()
            assert leaf == b"\x01" + committed
            actions.add(json.loads(statement)["action"])
    assert {"client.created", "key.created", "call.stored"} <= actions


def test_a_record_and_its_content_open_alike(
    api: Api, services: Services, outsider: Outsider
) -> None:
    path = f"/v1/clients/{api.create_client()}/records/voicemail/message-1"
    body = {"occurred_at": api.clock.now().isoformat(), "subject": NAME, "data": {"heard": False}}
    receipt = api.as_("platform", "PUT", path, json=body).get_json()
    audio = tone(10)
    sent = {"data": audio, "content_type": "audio/wav"}
    assert api.as_("platform", "PUT", f"{path}/content", **sent).status_code == 201
    bulk = services.databases.bulk
    record = bulk["records"].find_one()
    content = record["content"]
    names = ("role", "client", "licence", "category", "month", "record_id")
    place = tuple(record[name] for name in names)

    sealed = outsider.record(record["key"], record["payload"], *place)
    said = {name: sealed[name] for name in ("id", "subject", "occurred_at", "data")}
    assert (said["id"], said["subject"], said["data"]) == ("message-1", NAME, {"heard": False})
    assert sealed["receipt"] == receipt
    key = outsider.record_key(record["key"], *place)
    canonical = rfc8785.dumps({"category": "voicemail", **said})
    digest = HKDFExpand(SHA256(), 32, b"telecom-privacy/digest/v1").derive(key)
    assert hmac.digest(digest, canonical, "sha256").hex() == receipt["digest"]
    assert hashlib.sha256(canonical).hexdigest() == sealed["original"]

    metadata = outsider.record(content["key"], content["metadata"], *place)
    segments = bulk["segments"].find({"content": content["id"]}).sort("n", 1)
    stream = b"".join(segment["data"] for segment in segments)
    assert outsider.audio(content["key"], stream, metadata["segment_bytes"], *place) == audio
    identifier = outsider.node("identifier-key", "processor", record["client"])
    token = hmac.digest(identifier, b"record\nvoicemail/message-1", "sha256")[:16]
    assert token == record["_id"]


def test_a_number_and_a_call_id_are_found_by_their_tokens(
    call: dict[str, Any], outsider: Outsider
) -> None:
    def token(key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, "sha256")[:16]

    index = outsider.node("index-key", "processor", call["client"], month=call["month"])
    identifier = outsider.node("identifier-key", "processor", call["client"])
    assert token(index, b"number\n+33612345678") in call["numbers"]
    assert token(identifier, b"call\ncall-1") == call["_id"]


def test_a_receipt_is_recomputed(call: dict[str, Any], outsider: Outsider) -> None:
    sealed = open_call(outsider, call)
    receipt = dict(sealed["receipt"])
    key = outsider.record_key(call["key"], *place_of(call))
    subkey = HKDFExpand(SHA256(), 32, b"telecom-privacy/digest/v1").derive(key)
    body = rfc8785.dumps({"id": sealed["id"], "call": sealed["call"]})

    assert receipt["digest"] == hmac.new(subkey, body, "sha256").hexdigest()
    assert sealed["original"] == hashlib.sha256(body).hexdigest()
    signature = b64decode(receipt.pop("signature"))
    message = b"telecom-privacy/receipt/v1\n" + rfc8785.dumps(receipt)
    public_key(outsider).verify(signature, message)


def test_a_certificate_is_recomputed_from_the_ledger(
    api: Api, services: Services, call: dict[str, Any], outsider: Outsider
) -> None:
    api.as_client("cabinet", "DELETE", "/v1/clients/cabinet/calls/call-1")
    api.clock.advance(seconds=1)
    services.sweeps.run("test")
    certificate = dict(services.databases.audit["certificates"].find_one()["certificate"])
    counted = {"certified.certificate": UUID(certificate["id"])}
    chain = bytes(32)
    for erasure in services.databases.audit["erasures"].find(counted).sort("certified.place", 1):
        ids = b"".join(sorted(item["record"].bytes for item in erasure["items"]))
        erased = hashlib.sha256(b"telecom-privacy/erased/v1\n" + erasure["salt"] + ids).digest()
        link = b"telecom-privacy/certificate-commitment/v1\n" + chain + erased
        chain = hashlib.sha256(link).digest()
    expected = chain.hex()

    assert certificate["commitment"] == expected
    signature = b64decode(certificate.pop("signature"))
    message = b"telecom-privacy/certificate/v1\n" + rfc8785.dumps(certificate)
    public_key(outsider).verify(signature, message)


def public_key(outsider: Outsider) -> Ed25519PublicKey:
    seed = outsider.node("signing-key", "controller")
    return Ed25519PrivateKey.from_private_bytes(seed).public_key()


@pytest.mark.parametrize("database", ["bulk", "keystore", "audit"])
def test_every_collection_and_field_is_documented(
    api: Api, services: Services, call: dict[str, Any], database: str
) -> None:
    api.put_recording("cabinet", "call-1", tone(1))
    api.as_client("cabinet", "GET", "/v1/clients/cabinet/calls/call-1/recording")
    api.as_client("cabinet", "DELETE", "/v1/clients/cabinet/calls/call-1/recording")
    api.clock.advance(seconds=1)
    services.sweeps.run("test")
    words = set(re.findall(r"\w+", FORMATS.read_text()))
    raw = getattr(services.databases, database)

    names = {
        (name, field) for name in raw.list_collection_names() for field in fields_of(raw[name])
    }
    assert names
    assert {pair for pair in names if not set(pair) <= words} == set()


def fields_of(collection: Collection[dict[str, Any]]) -> set[str]:
    return {field for document in collection.find() for field in document}


def test_what_is_left_of_an_erased_call_is_as_documented(
    api: Api, services: Services, call: dict[str, Any]
) -> None:
    api.as_client("cabinet", "DELETE", "/v1/clients/cabinet/calls/call-1")
    left = services.databases.bulk["calls"].find_one().keys()
    assert left == {"_id", "client", "licence", "gone_at", "forget_at"}
    assert "`{_id, client, licence, gone_at, forget_at}`" in FORMATS.read_text()
