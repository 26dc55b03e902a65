"""Sealing what is given, once, and handing it over."""

import json
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from uuid import uuid4

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from telecom_privacy.audit.model import commit
from telecom_privacy.bootstrap import Services
from telecom_privacy.crypto import cms_envelope
from telecom_privacy.disclosure.finding.judge import Judge
from telecom_privacy.disclosure.looking import Size
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.scope import DisclosureScope
from tests.crypto.recipients import holder
from tests.disclosure.answers import (
    disclose,
    disclosed,
    fresh_number,
    package,
    put_recorded,
    steps,
)
from tests.disclosure.builders import CONTENT, FIRST, IDENTITY, RECIPIENT, SECOND, THIRD, LegalDesk
from tests.holds.builders import logged
from tests.programs import program
from tests.retention.builders import AUDIO


def test_nothing_is_disclosed_before_a_second_person_approved(desk: LegalDesk, number: str) -> None:
    path = desk.checked(numbers=[number])
    assert disclose(desk, path).status_code == 409
    assert desk.as_(FIRST, "GET", f"{path}/package").status_code == 404
    assert desk.approve(path, FIRST).status_code == 403
    assert disclose(desk, path).status_code == 409
    assert desk.approve(path, SECOND).status_code == 200
    assert disclose(desk, path).status_code == 200


def test_whoever_wrote_the_order_does_not_choose_for_whom_it_is_encrypted(
    desk: LegalDesk, number: str
) -> None:
    path = desk.recorded(numbers=[number], offence="vol")
    answer = desk.as_(SECOND, "PATCH", path, json={"offence": "escroquerie", "reason": "typo"})
    assert answer.status_code == 200
    desk.pass_checks(path)
    assert desk.approve(path, THIRD).status_code == 200
    for person in (FIRST, SECOND):
        answer = disclose(desk, path, person)
        assert (answer.status_code, answer.json["type"].rpartition(":")[2]) == (403, "same-person")
    assert "assembled" not in steps(desk, path)
    assert disclose(desk, path, THIRD).status_code == 200


def test_what_is_given_is_looked_for_a_score_of_times(
    desk: LegalDesk, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, looks, judge = desk.approved(numbers=[number], **CONTENT), [], DisclosureScope._judge

    def looking(scope: DisclosureScope, requisition: Requisition) -> Judge:
        looks.append(requisition.id)
        return judge(scope, requisition)

    monkeypatch.setattr(DisclosureScope, "_judge", looking)
    assert disclose(desk, path).status_code == 200
    assert 2 <= len(looks) <= 21  # to count, to measure and to read it: each looks anew


@pytest.mark.parametrize("step", ["cancel", "reject"])
def test_what_was_sealed_for_an_order_that_is_withdrawn_never_leaves(
    desk: LegalDesk, services: Services, number: str, step: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    before = services.audit.size()
    assert desk.take(path, step, reason="withdrawn").status_code == 200
    assert desk.as_(FIRST, "GET", f"{path}/package").status_code == 409
    actions = {one["action"] for one in logged(desk.api, services, services.audit.size() - before)}
    assert "requisition.package_opened" not in actions


@pytest.mark.parametrize(
    "recipient",
    [
        {},
        {"age_recipient": "age1"},
        {"recipient_certificate": "-----BEGIN CERTIFICATE-----"},
        {**RECIPIENT, "recipient_certificate": "x"},
    ],
)
def test_a_recipient_that_cannot_be_encrypted_to_is_refused(
    desk: LegalDesk, number: str, recipient: dict[str, str]
) -> None:
    path = desk.approved(numbers=[number])
    assert desk.as_(SECOND, "POST", f"{path}/disclose", json=recipient).status_code == 422
    assert desk.show(path)["state"] == "AwaitingDisclosure"


def test_a_case_is_disclosed_when_its_package_is_taken_and_goes_on_to_its_end(
    desk: LegalDesk, number: str
) -> None:
    path = desk.approved(numbers=[number])
    assert disclosed(desk, path)["state"] == "AwaitingDisclosure"
    package(desk, path)
    package(desk, path)
    assert desk.show(path)["state"] == "Disclosed"
    assert steps(desk, path)[-3:] == ["assembled", "sealed", "handed_over"]
    assert desk.take(path, "receipt", received_by="BR Exemple").status_code == 200
    assert desk.take(path, "close").status_code == 200
    assert package(desk, path)


def test_the_same_package_is_given_however_often_it_is_asked_for(
    desk: LegalDesk, client: str, number: str
) -> None:
    path = desk.approved(numbers=[number], **CONTENT)
    first = disclosed(desk, path)
    taken = desk.as_(FIRST, "GET", f"{path}/package").data
    put_recorded(desk.api, client, "later", **{"from": number})
    assert disclosed(desk, path)["steps"][: len(first["steps"])] == first["steps"]
    part = desk.as_(FIRST, "GET", f"{path}/package", headers={"Range": "bytes=10-99"})
    assert (part.status_code, part.data) == (206, taken[10:100])
    assert desk.as_(FIRST, "GET", f"{path}/package").data == taken


def test_nothing_found_is_an_answer_too(desk: LegalDesk) -> None:
    path = desk.approved(numbers=[fresh_number()])
    shown = disclosed(desk, path)
    assert (shown["state"], shown["urgency"]) == ("DisclosureNotAvailable", "without_delay")
    for step, body in (("close", {}), ("receipt", {"received_by": "BR Exemple"})):
        assert desk.take(path, step, **body).status_code == 409
    assert b"DisclosureNotAvailable" in package(desk, path)["data/ts103120/delivery.xml"]
    shown = desk.show(path)
    assert (shown["state"], shown["urgency"]) == ("DisclosureNotAvailable", "answered")
    assert [one["step"] for one in shown["steps"]][-1] == "handed_over"
    assert desk.take(path, "close").status_code == 200


def test_an_answer_that_leaves_something_out_is_a_partial_one(
    desk: LegalDesk, client: str, number: str
) -> None:
    call = f"/v1/clients/{client}/calls/gone"
    put_recorded(desk.api, client, "gone")
    assert desk.api.as_client(client, "DELETE", call).status_code == 204
    path = desk.approved(numbers=[number], call_ids=[{"client_id": client, "id": "gone"}])
    disclosed(desk, path)
    assert "partial" in steps(desk, path)
    assert "plus conservé" in package(desk, path)["data/bordereau.html"].decode()


def test_the_slip_of_a_number_does_not_tell_that_its_owner_speaks_with_a_lawyer(
    desk: LegalDesk, client: str, number: str
) -> None:
    lawyer = desk.api.create_client(f"client-{uuid4().hex[:8]}", privileged="lawyer")
    put_recorded(desk.api, lawyer, "call", **{"from": number})
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    slip = package(desk, path)["data/bordereau.html"].decode()
    assert "profession" not in slip
    assert "ne peuvent être communiquées" in slip
    assert (">2<" in slip, ">1<" in slip) == (False, True)


def test_openssl_opens_what_is_encrypted_to_a_certificate(
    desk: LegalDesk, number: str, tmp_path: Path
) -> None:
    recipient = holder(ec.generate_private_key(ec.SECP256R1()))
    recipient.write(tmp_path)
    body = {"recipient_certificate": recipient.certificate.decode()}
    path = desk.approved(numbers=[number], age_recipient=None, **body)
    assert desk.as_(SECOND, "POST", f"{path}/disclose", json=body).status_code == 200
    (tmp_path / "message").write_bytes(desk.as_(FIRST, "GET", f"{path}/package").data)
    files = "-in message -inkey key.pem -recip certificate.pem -out out"
    command = [program("openssl"), *f"cms -decrypt -binary -inform DER {files}".split()]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "out").read_bytes().startswith(b"PK")


def test_the_package_proves_that_the_log_tells_of_it(
    desk: LegalDesk, services: Services, number: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    files = package(desk, path)
    assert (
        services.audit.verifier_key().split("+")[0]
        in files["data/proofs/1/checkpoint.txt"].decode()
    )
    proof = json.loads(files["data/proofs/1/inclusion.json"])
    salt, statement = b64decode(proof["salt"]), proof["statement"].encode()
    assert b64encode(commit(salt, statement)).decode() == proof["leaf"]
    said = json.loads(statement)
    assert (said["action"], said["client"]) == ("requisition.disclosing", None)
    assert said["details"] == {"requisition": path.rsplit("/", 1)[1]}


def test_each_download_is_logged_and_no_entry_names_a_client(
    desk: LegalDesk, services: Services, number: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    before = services.audit.size()
    package(desk, path)
    package(desk, path)
    case_id = path.rpartition("/")[2]
    entries = logged(desk.api, services, services.audit.size() - before)
    opened = [one for one in entries if one["action"] == "requisition.package_opened"]
    assert len(opened) == 2
    assert {one["details"]["requisition"] for one in opened} == {case_id}
    assert not any(one.get("client") for one in opened)


def test_only_the_recipient_opens_it(desk: LegalDesk, services: Services, number: str) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    data = desk.as_(FIRST, "GET", f"{path}/package").data
    assert pyrage.decrypt(data, [IDENTITY])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data, [pyrage.x25519.Identity.generate()])


def test_what_a_certificate_cannot_hold_is_told_before_it_is_sealed_and_sealed_with_age(
    desk: LegalDesk, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = desk.checked(numbers=[number], **CONTENT)
    assert desk.as_(FIRST, "GET", f"{waiting}/matches/size").status_code == 409
    recipient = holder(ec.generate_private_key(ec.SECP256R1()))
    body = {"recipient_certificate": recipient.certificate.decode()}
    path = desk.approved(numbers=[number], age_recipient=None, **body, **CONTENT)
    size = desk.as_(FIRST, "GET", f"{path}/matches/size").json
    assert size == {"content_bytes": len(AUDIO), "fits_certificate": True}
    monkeypatch.setattr(cms_envelope, "MOST_BYTES", len(AUDIO))
    refused = desk.as_(SECOND, "POST", f"{path}/disclose", json=body)
    assert (refused.status_code, "age" in refused.json["detail"]) == (413, True)
    assert "assembled" not in steps(desk, path)
    named = {**RECIPIENT, "reason": "it does not fit a certificate"}
    assert desk.as_(FIRST, "POST", f"{path}/recipient", json=named).status_code == 200
    disclosed(desk, path)


@pytest.mark.parametrize(("beyond", "fits"), [(0, True), (1, False)])
def test_a_package_for_a_certificate_leaves_room_for_what_is_no_audio(
    beyond: int, fits: bool
) -> None:
    most = cms_envelope.MOST_BYTES - (64 << 20)
    assert Size(most + beyond).fits_certificate is fits
