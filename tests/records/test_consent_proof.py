"""The operator proves its customers' consents by records of its own (RET-14)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.records.consent_proof import ConsentProofs
from telecom_privacy.records.repository import RecordRepository
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi

pytestmark = pytest.mark.usefixtures("alone")

CONSENT, PROOF, CONTACT = "consent", "consent_proof", "synchronised_contact"
SYNC = {"purpose": "contact_sync", "proof": "ticked in the app, version 3"}
ABOUT = {"subject": "agent@example.test"}


@pytest.fixture
def client(api: RecordApi) -> str:
    return api.create_client(f"client-{uuid4().hex[:8]}", policy="bureau24")


@pytest.fixture
def consent(api: RecordApi, client: str) -> str:
    return api.stored(client, CONSENT, "sync", SYNC, **ABOUT)


def proofs(api: RecordApi, client: str) -> list[Any]:
    path = f"/v1/clients/{client}/records/{PROOF}"
    answer = api.by("dpo", client, "GET", path)
    assert answer.status_code == 200, answer.get_json()
    found: list[Any] = answer.get_json()["items"]
    return found


def only_proof(api: RecordApi, client: str) -> Any:
    found = proofs(api, client)
    assert len(found) == 1
    return found[0]


def events(api: RecordApi, client: str) -> list[str]:
    return sorted(only_proof(api, client)["events"])


def test_a_client_learns_of_no_proof(api: RecordApi, client: str, consent: str) -> None:
    proof = only_proof(api, client)["id"]
    assert api.get(client, PROOF, proof).status_code == 404
    path = f"/v1/clients/{client}/records/{PROOF}"
    assert api.by("client", client, "GET", path).status_code == 404
    assert api.delete(client, PROOF, proof).status_code == 204  # as of what never was
    assert only_proof(api, client)["id"] == proof


@pytest.mark.parametrize("role", ["platform", "dpo"])
def test_nobody_replaces_or_moves_what_follows_the_consent(
    api: RecordApi, client: str, consent: str, role: str
) -> None:
    before = only_proof(api, client)
    proof = before["id"]
    body = {"occurred_at": before["occurred_at"], "data": {"purpose": "other"}}
    path = f"/v1/clients/{client}/records/{PROOF}/{proof}"
    assert api.by(role, client, "PUT", path, json=body | ABOUT).status_code == 403
    assert api.event(client, PROOF, proof, "reliance_ended", role=role).status_code == 403
    sent = {"content_type": "application/pdf", "data": b"signed"}
    assert api.by(role, client, "PUT", f"{path}/content", **sent).status_code == 403
    assert only_proof(api, client) == before


def test_nobody_deletes_the_proof_of_a_consent_that_is_relied_on(
    api: RecordApi, client: str, consent: str
) -> None:
    proof = only_proof(api, client)["id"]
    for end in ("", "content"):
        refused = api.delete(client, PROOF, proof, role="dpo", end=end)
        assert refused.status_code == 403
        assert refused.get_json()["type"].endswith(":consent-relied-on")
    assert api.event(client, CONSENT, consent, "revoked").status_code == 200
    assert events(api, client) == ["revoked"]
    assert api.delete(client, PROOF, proof, role="dpo").status_code == 204
    assert proofs(api, client) == []


def test_each_consent_has_one_with_what_was_consented_to_and_by_whom(
    api: RecordApi, client: str, consent: str
) -> None:
    stored = api.get(client, CONSENT, consent).get_json()
    proof = only_proof(api, client)
    assert proof["id"] == stored["record_id"]
    for field in ("occurred_at", "data", "subject"):
        assert proof[field] == stored[field]
    found = api.listed(client, PROOF, "subject=agent@example.test", role="dpo")
    assert found == [proof["id"]]


def test_it_follows_the_consent_and_keeps_no_more_of_it_than_it_proves(
    api: RecordApi, client: str, consent: str
) -> None:
    at = api.get(client, CONSENT, consent).get_json()["occurred_at"]
    for event in ("revoked", "given", "revoked"):
        assert api.event(client, CONSENT, consent, event, reason="because").status_code == 200
    body = {"occurred_at": at, "data": {**SYNC, "version": "4"}} | ABOUT
    path = f"/v1/clients/{client}/records/{CONSENT}/{consent}"
    assert api.by("platform", client, "PUT", path, json=body).status_code == 200
    stored, proof = api.get(client, CONSENT, consent).get_json(), only_proof(api, client)
    assert (proof["events"], proof["data"]) == (stored["events"], stored["data"])
    told = [entry["event"] for entry in proof["history"]]
    assert told == ["revoked", "given", "revoked", "replaced"]
    assert not any("reason" in entry for entry in proof["history"])


def test_a_consent_that_its_client_deletes_leaves_its_proof(
    api: RecordApi, client: str, consent: str
) -> None:
    assert api.delete(client, CONSENT, consent).status_code == 204
    assert events(api, client) == ["reliance_ended"]


def test_a_consent_that_was_revoked_before_it_is_deleted_was_not_relied_on(
    api: RecordApi, client: str, consent: str
) -> None:
    api.event(client, CONSENT, consent, "revoked")
    assert api.delete(client, CONSENT, consent).status_code == 204
    assert events(api, client) == ["revoked"]


def test_a_licence_that_is_anonymised_leaves_the_proof_of_its_consents(
    api: RecordApi, client: str
) -> None:
    api.stored(client, CONSENT, "of a licence", SYNC, licence_id="licence-1")
    path = f"/v1/clients/{client}/licences/licence-1/anonymise"
    assert api.by("client", client, "POST", path).status_code == 200
    assert api.get(client, CONSENT, "of a licence").status_code == 410
    assert events(api, client) == ["reliance_ended"]


def test_the_operators_own_consents_are_their_own_proof(api: RecordApi) -> None:
    changed = api.as_("admin", "PATCH", "/v1/clients/operator", json={"policy": "bureau24"})
    assert changed.status_code == 200
    before = proofs(api, "operator")
    api.stored("operator", CONSENT, uuid4().hex, {"purpose": "newsletter"}, role="dpo", **ABOUT)
    assert proofs(api, "operator") == before
    api.as_("admin", "PATCH", "/v1/clients/operator", json={"policy": "trial"})


def test_what_the_operator_erased_itself_is_not_proved_again(
    api: RecordApi, client: str, consent: str
) -> None:
    assert api.event(client, CONSENT, consent, "revoked").status_code == 200
    assert api.delete(client, PROOF, only_proof(api, client)["id"], role="dpo").status_code == 204
    assert api.event(client, CONSENT, consent, "revoked").status_code == 200
    assert proofs(api, client) == []


def test_data_of_a_minor_is_proved_to_nobody(api: RecordApi, services: Services) -> None:
    client = api.create_client(f"client-{uuid4().hex[:8]}", policy="messagebird")
    api.stored(client, CONSENT, "sync", SYNC, **ABOUT)
    assert len(proofs(api, client)) == 1
    assert api.event(client, CONSENT, "sync", "discovered").get_json()["erased"] is True
    assert proofs(api, client) == []


def give(api: RecordApi, client: str) -> None:
    api.put(client, CONSENT, "sync", SYNC, **ABOUT)


def revoke(api: RecordApi, client: str) -> None:
    api.event(client, CONSENT, "sync", "revoked")


def delete(api: RecordApi, client: str) -> None:
    api.delete(client, CONSENT, "sync")


Deed = Callable[[RecordApi, str], None]
KILLS: list[tuple[Deed, type, str, int, list[str]]] = [
    (give, ConsentProofs, "finish", 1, []),
    (give, ContentVersions, "insert", 2, []),
    (give, RecordRepository, "insert", 2, []),
    (give, RecordRepository, "finish_proving", 1, []),
    (revoke, ConsentProofs, "finish", 1, ["revoked"]),
    (revoke, RecordRepository, "update_events", 2, ["revoked"]),
    (revoke, RecordRepository, "finish_proving", 1, ["revoked"]),
    (delete, ConsentProofs, "conclude", 1, ["reliance_ended"]),
    (delete, RecordRepository, "update_events", 1, ["reliance_ended"]),
    (delete, Eraser, "erase", 1, ["reliance_ended"]),
]


@pytest.mark.parametrize(("deed", "owner", "step", "call", "expected"), KILLS)
def test_no_kill_loses_the_consent_or_its_proof(
    api: RecordApi,
    client: str,
    services: Services,
    deed: Deed,
    owner: type,
    step: str,
    call: int,
    expected: list[str],
) -> None:
    if deed is not give:
        give(api, client)
    with killed_at(owner, step, call):
        deed(api, client)
    services.sweeps.run("test")  # which takes nothing away before it is proved
    api.clock.advance(minutes=11)
    services.recovery.run()
    assert events(api, client) == expected
    assert api.get(client, CONSENT, "sync").status_code == (410 if deed is delete else 200)
    begun = {"category": CONSENT, "proving": {"$exists": True}}
    assert services.databases.bulk["records"].count_documents(begun) == 0


def test_of_two_that_prove_the_slower_takes_nothing_back(
    api: RecordApi, client: str, consent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one stands still once it has read the consent; the next turn overtakes it."""
    original = ConsentProofs._prove

    def standing_still(*arguments: Any, **named: Any) -> None:
        monkeypatch.setattr(ConsentProofs, "_prove", original)
        api.event(client, CONSENT, consent, "given")
        original(*arguments, **named)

    monkeypatch.setattr(ConsentProofs, "_prove", standing_still)
    api.event(client, CONSENT, consent, "revoked")
    assert events(api, client) == ["given", "revoked"]
