"""Erasure certificates: what they say, what they never say, and how they are checked."""

import base64
import hashlib
import json
from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from telecom_privacy.audit.receipts import CERTIFICATE, signed, verify_signed
from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.erasers import RecordingEraser
from telecom_privacy.errors import IntegrityError
from telecom_privacy.keys.service import KeyService
from telecom_privacy.retention.certificate_repository import CertificateRepository
from telecom_privacy.retention.model import STATEMENT
from telecom_privacy.verify import proofs
from tests.audit.builders import SIGNING_KEY
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    Killed,
    certificates_of,
    change,
    client_id,
    counts,
    end_contract,
    local,
    new_client,
    put_recorded_call,
    sweep,
)

FIELDS = {
    "id",
    "client",
    "day",
    "role",
    "revision",
    "issued_at",
    "counts",
    "commitment",
    "leaf_index",
    "keystore_backups_gone_on",
    "final",
    "final_since",
    "condition",
    "statement",
    "key",
    "signature",
}


@pytest.fixture
def certificate(api: Api, services: Services, clock: MovableClock) -> dict[str, Any]:
    """Of a client whose contract is over, and that deleted a call before."""
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    for call_id in ("call-1", "call-2", "call-3"):
        put_recorded_call(api, client, call_id)
    end_contract(api, client, "2027-05-31")
    clock.set(local("2027-06-30 23:59:58"))
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    clock.set(local("2027-07-01 00:00:10"))
    sweep(services, clock)
    by_day = {one["day"]: one for one in certificates_of(api, client)}
    assert sorted(by_day) == ["2027-06-30", "2027-07-01"]
    return by_day["2027-07-01"]


def test_a_certificate_says_what_was_erased_under_which_rule(certificate: dict[str, Any]) -> None:
    assert set(certificate) == FIELDS
    assert (certificate["day"], certificate["role"]) == ("2027-07-01", "processor")
    assert certificate["counts"] == [
        {"rule": "RET-3", "category": "licence", "count": 1},
        {"rule": "RET-3", "category": "recording", "count": 2},
        {"rule": "RET-4", "category": "call", "count": 2},
    ]
    assert certificate["keystore_backups_gone_on"] == "2027-07-08"
    assert certificate["final"] is False
    assert certificate["statement"] == STATEMENT


def test_backups_are_counted_from_the_day_on_which_the_last_key_was_destroyed(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-03-01 09:00"))
    client = new_client(api)
    for call_id in ("call-1", "call-2"):
        put_recorded_call(api, client, call_id)
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1/recording")

    def killed(*_: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(KeyService, "destroy", killed)
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-2/recording")
    clock.set(local("2027-03-04 09:00"))
    sweep(services, clock)

    (certificate,) = certificates_of(api, client)
    assert (certificate["day"], counts(certificate)) == ("2027-03-01", {"recording": 2})
    assert certificate["keystore_backups_gone_on"] == "2027-03-11"


def test_the_operators_own_data_is_certified_apart_and_not_to_the_client(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    clock.set(local("2028-06-02 09:00"))
    sweep(services, clock)

    listed = api.as_("auditor", "GET", "/v1/erasures").json["items"]
    assert {(one["day"], one["role"]): counts(one) for one in listed} == {
        ("2028-06-02", "controller"): {"traffic": 1},
        ("2028-06-02", "processor"): {"recording": 1},
    }
    (own,) = certificates_of(api, client)
    assert own["role"] == "processor"
    for one in listed:
        path, seen = f"/v1/erasures/{one['id']}", one["role"] == "processor"
        assert api.as_client(client, "GET", path).status_code == (200 if seen else 404)
        assert api.as_("dpo", "GET", path).json == one


def test_of_two_that_certify_at_once_the_later_one_counts_everything(
    api: Api, services: Services, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(local("2027-07-01 09:00"))
    client = new_client(api)
    for call_id in ("call-1", "call-2"):
        put_recorded_call(api, client, call_id)
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1")
    clock.advance(hours=1)
    save, issue = CertificateRepository.save, services.sweeps._certificates.issue_missing

    def overtaken(*arguments: Any) -> bool:
        monkeypatch.setattr(CertificateRepository, "save", save)
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-2")
        issue("faster", lambda: None)
        return save(*arguments)

    monkeypatch.setattr(CertificateRepository, "save", overtaken)
    sweep(services, clock)

    (certificate,) = certificates_of(api, client)
    assert (certificate["revision"], counts(certificate)) == (2, {"call": 2, "recording": 2})


def test_a_certificate_holds_no_external_id_name_or_number(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    call = put_recorded_call(api, client, "call-1")
    clock.advance(days=91)
    sweep(services, clock)

    stored = json.dumps(list(services.databases.audit["certificates"].find()), default=str)
    for personal in (client, "call-1", "licence-1", "Cabinet", call["from"], call["from"][4:]):
        assert personal not in stored


def test_a_client_has_one_certificate_for_each_day_of_paris(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-07-01 09:00"))
    client = new_client(api)
    for number, moment in enumerate(
        ["2027-07-01 23:59:59", "2027-07-02 00:00", "2027-07-02 23:59"]
    ):
        put_recorded_call(api, client, f"call-{number}", ended_ago=timedelta(hours=1))
        clock.set(local(moment))
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-{number}")
    clock.set(local("2027-07-03 04:00"))
    found = sweep(services, clock)

    certificates = certificates_of(api, client)
    assert {one["day"]: counts(one) for one in certificates} == {
        "2027-07-01": {"call": 1, "recording": 1},
        "2027-07-02": {"call": 2, "recording": 2},
    }
    assert sorted(one["id"] for one in certificates) == sorted(found.certificates)


def test_what_is_erased_later_the_same_day_revises_the_certificate(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-07-01 09:00"))
    client = new_client(api)
    seen = []
    for number in range(3):
        put_recorded_call(api, client, f"call-{number}")
        api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-{number}")
        clock.advance(hours=1)
        sweep(services, clock)
        seen += certificates_of(api, client)

    assert [(one["revision"], counts(one)["call"]) for one in seen] == [(1, 1), (2, 2), (3, 3)]
    assert len({one["id"] for one in seen}) == 1
    assert len({one["commitment"] for one in seen}) == 3


def test_a_changed_content_is_no_erasure_to_certify(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    path = f"/v1/clients/{client}/calls/call-1"
    assert api.as_client(client, "PATCH", path, json={"note": "changed"}).status_code == 200
    assert change(api, client, name="Another name") == 200
    clock.advance(hours=1)

    assert sweep(services, clock).certificates == []
    assert certificates_of(api, client) == []


def test_a_record_whose_erasure_was_begun_twice_counts_once(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-03-01 09:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    clock.advance(days=91)

    def killed(*_: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        patch.setattr(RecordingEraser, "erase_data", killed)
        services.sweeps.run("test")
    sweep(services, clock)
    clock.advance(minutes=2)
    sweep(services, clock)

    assert [counts(one) for one in certificates_of(api, client)] == [{"recording": 1}]


def test_an_objection_is_counted_under_its_own_rule(
    api: Api, services: Services, clock: MovableClock, client: str
) -> None:
    put_recorded_call(api, client, "call-1")
    path = f"/v1/clients/{client}/calls/call-1"
    api.as_client(client, "PATCH", path, json={"recording_consent": "objected"})
    clock.advance(minutes=1)
    sweep(services, clock)

    assert certificates_of(api, client)[0]["counts"] == [
        {"rule": "CON-1", "category": "recording", "count": 1}
    ]


def test_the_signature_covers_every_field(certificate: dict[str, Any]) -> None:
    key = certificate["key"]
    said = proofs.verify_certificate(certificate, key)
    assert said.startswith("erased on 2027-07-01: 1 x licence (RET-3), 2 x recording (RET-3)")
    for name in FIELDS:
        for altered in (
            {**certificate, name: _other(certificate[name])},
            _without(certificate, name),
        ):
            with pytest.raises(IntegrityError):
                proofs.verify_certificate(altered, key)
    with pytest.raises(IntegrityError):
        proofs.verify_certificate({**certificate, "more": 1}, key)


def test_a_certificate_of_another_log_is_refused_clearly(certificate: dict[str, Any]) -> None:
    other = "example.test/audit+00000000+x"
    with pytest.raises(IntegrityError, match="verifier key"):
        proofs.verify_certificate(certificate, other)
    forged = signed(CERTIFICATE, _without(certificate, "signature"), SIGNING_KEY)
    with pytest.raises(IntegrityError, match="altered, or not ours"):
        proofs.verify_certificate(forged, certificate["key"])


def test_the_commitment_opens_with_the_salts_and_ids_of_the_ledger(
    services: Services, certificate: dict[str, Any]
) -> None:
    chain = bytes(32)
    ids: defaultdict[str, int] = defaultdict(int)
    counted = {"certified.certificate": UUID(certificate["id"])}
    for entry in services.databases.audit["erasures"].find(counted).sort("certified.place", 1):
        records = sorted(item["record"].bytes for item in entry["items"])
        ids[entry["category"]] += len(records)
        erased = b"telecom-privacy/erased/v1\n" + entry["salt"] + b"".join(records)
        link = b"telecom-privacy/certificate-commitment/v1\n" + chain
        chain = hashlib.sha256(link + hashlib.sha256(erased).digest()).digest()
    opened = chain.hex()

    assert certificate["commitment"] == opened
    assert counts(certificate) == ids


def test_the_log_entry_of_a_certificate_names_it(api: Api, certificate: dict[str, Any]) -> None:
    query = {"from": certificate["leaf_index"], "count": 1}
    entry = api.as_("dpo", "GET", "/v1/audit/entries", query_string=query).json["items"][0]
    assert entry["detail"]["action"] == "certificate.issued"
    assert entry["detail"]["client"] == certificate["client"]
    assert entry["detail"]["details"] == {
        "certificate": certificate["id"],
        "revision": certificate["revision"],
        "commitment": certificate["commitment"],
    }


def test_a_client_sees_its_own_certificates_only(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-03-01 09:00"))
    clients = [new_client(api), new_client(api)]
    for client in clients:
        put_recorded_call(api, client, "call-1")
    clock.advance(days=91)
    sweep(services, clock)
    mine, others = (certificates_of(api, client) for client in clients)

    assert {one["client"] for one in mine} == {str(client_id(services, clients[0]))}
    path = f"/v1/erasures/{others[0]['id']}"
    assert api.as_client(clients[0], "GET", path).status_code == 404
    assert api.as_client(clients[1], "GET", path).json == others[0]
    listed = api.as_("dpo", "GET", "/v1/erasures").json["items"]
    assert sorted(one["id"] for one in listed) == sorted(one["id"] for one in mine + others)


def test_a_certificate_verifies_with_nothing_but_its_text_and_the_public_key(
    api: Api, certificate: dict[str, Any]
) -> None:
    """A second implementation, from what API.md says."""
    key = api.request("GET", "/v1/audit/key").text.strip()
    assert key == certificate["key"]
    public_key = base64.b64decode(key.split("+", 2)[2])[1:]
    text = json.dumps(_without(certificate, "signature"), sort_keys=True, separators=(",", ":"))
    message = b"telecom-privacy/certificate/v1\n" + text.encode()
    signature = base64.b64decode(certificate["signature"])
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    verify_signed(CERTIFICATE, certificate, public_key)


def _other(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case list():
            return value[1:]
        case None:
            return "something"
    return value[:-2] + ("0" if value[-2] != "0" else "1") + value[-1]


def _without(statement: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != name}
