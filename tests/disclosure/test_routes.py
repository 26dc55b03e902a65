"""A case from its receipt to its end, over HTTP."""

from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, raw_documents
from tests.disclosure.builders import (
    FIRST,
    NUMBER,
    ORDERS,
    PERSON,
    PRESERVATIONS,
    REQUISITIONS,
    SECOND,
    LegalDesk,
)


def test_nobody_but_legal_staff_sees_a_case_or_takes_a_step(desk: LegalDesk) -> None:
    path = desk.checked()
    for role in ("dpo", "admin", "support", "auditor", "billing", "platform"):
        assert desk.api.as_(role, "GET", path).status_code == 403
        assert desk.api.as_(role, "GET", REQUISITIONS).status_code == 403
        assert desk.api.as_(role, "POST", f"{path}/approve", json={}).status_code == 403
        assert desk.api.as_(role, "PUT", f"{path}/scan", data=b"x").status_code == 403
    assert desk.show(path)["state"] == "AwaitingApproval"


@pytest.mark.parametrize("role", ["dpo", "legal", "platform", "support", "billing"])
def test_no_route_of_records_knows_cases_or_their_papers(desk: LegalDesk, role: str) -> None:
    case_id = desk.recorded().rpartition("/")[2]
    for category in ("requisition", "requisition_file"):
        records = f"/v1/clients/operator/records/{category}"
        for path in (records, f"{records}/{case_id}", f"{records}/{case_id}/content"):
            answer = desk.api.as_(role, "GET", path, headers=STAFF)
            assert answer.status_code in (403, 404)
            unknown = desk.api.as_(role, "GET", path.replace(category, "curiosity"), headers=STAFF)
            assert (answer.status_code, answer.json["detail"]) == (
                unknown.status_code,
                unknown.json["detail"],
            )
    body = {"occurred_at": desk.api.clock.now().isoformat(), "data": {}}
    for writer in ("platform", "dpo"):
        put = desk.api.as_(writer, "PUT", f"{records}/{case_id}", json=body)
        assert put.status_code == 404
        event = {"event": "closed", "at": body["occurred_at"]}
        posted = desk.api.as_(writer, "POST", f"{records}/{case_id}/events", json=event)
        assert posted.status_code == 404
    reason = {"reason": "accuracy_contested"}
    restricted = desk.api.as_("dpo", "POST", f"{records}/{case_id}/restriction", json=reason)
    assert restricted.status_code == 404
    assert desk.api.as_("dpo", "DELETE", f"{records}/{case_id}").status_code == 204
    assert desk.show(f"{REQUISITIONS}/{case_id}")["state"] == "AwaitingApproval"


@pytest.mark.parametrize("basis", sorted(ORDERS))
def test_each_instrument_is_approved_by_two_persons_and_never_by_one(
    desk: LegalDesk, basis: str
) -> None:
    path = desk.recorded(basis)
    shown = desk.show(path)
    assert (shown["faults"], shown["stage"]) == ([], "checks")
    assert desk.approve(path, SECOND).status_code == 409
    desk.pass_checks(path)
    assert desk.show(path)["stage"] == "approval"
    alone = desk.approve(path, FIRST)
    assert (alone.status_code, alone.json["type"].rpartition(":")[2]) == (403, "same-person")
    unread = desk.approve(path, SECOND, acknowledge=False)
    assert (unread.status_code, desk.show(path)["state"]) == (409, "AwaitingApproval")
    approved = desk.approve(path, SECOND)
    awaited = "AwaitingPreservation" if basis in PRESERVATIONS else "AwaitingDisclosure"
    assert (approved.status_code, approved.json["state"]) == (200, awaited)
    assert [step["step"] for step in approved.json["steps"]][-2:] == ["approved", "acknowledged"]


def test_a_check_that_failed_forbids_the_approval_until_it_is_made_again(desk: LegalDesk) -> None:
    path = desk.checked()
    desk.check(path, "person_verified", "failed")
    assert desk.show(path)["stage"] == "checks"
    refused = desk.approve(path)
    assert (refused.status_code, "person_verified" in refused.json["detail"]) == (409, True)
    desk.check(path, "person_verified")
    assert desk.approve(path).status_code == 200


def test_a_mistyped_number_is_corrected_before_the_approval_with_its_trace(
    desk: LegalDesk,
) -> None:
    path = desk.checked(numbers=["+33612345679"])
    change = {"numbers": ["06 12 34 56 78"], "reason": "mistyped"}
    corrected = desk.as_(FIRST, "PATCH", path, json=change)
    assert (corrected.status_code, corrected.json["numbers"]) == (200, [NUMBER])
    said = corrected.json["steps"][-1]["said"]
    assert (said["changed"], said["before"]) == (["numbers"], {"numbers": ["+33612345679"]})
    assert corrected.json["missing_checks"] == [
        "text_cited",
        "rank_as_text_requires",
        "basis_covers_categories",
        "scope_named_and_bounded",
        "privileged_profession",
        "case_60_1_2",
    ]
    assert desk.approve(path).status_code == 409
    desk.pass_checks(path)
    assert desk.approve(path).status_code == 200
    assert desk.as_(FIRST, "PATCH", path, json=change).status_code == 409


def test_another_correction_voids_all_checks(desk: LegalDesk) -> None:
    path = desk.checked()
    person = {"name": "Adjudant Exemple", "rank": "opj", "service": "BR Exemple"}
    change = {"person": person, "reason": "another officer"}
    shown = desk.as_(FIRST, "PATCH", path, json=change).json
    assert shown["missing_checks"] == shown["required_checks"]
    assert not any(check["stands"] for check in shown["checks"])


def test_a_correction_of_what_is_asked_voids_what_was_seen_of_the_authorisation(
    desk: LegalDesk,
) -> None:
    path = desk.checked("cpp-77-1-1")
    change = {"numbers": ["+33612345679"], "reason": "mistyped"}
    assert desk.as_(FIRST, "PATCH", path, json=change).status_code == 200
    assert "authorisation_seen" in desk.show(path)["missing_checks"]


def test_nobody_approves_another_order_than_was_read(desk: LegalDesk) -> None:
    path = desk.checked()
    read = desk.show(path)["order_digest"]
    unread = desk.as_(SECOND, "POST", f"{path}/approve", json={"acknowledge_unconfirmed": True})
    assert (unread.status_code, list(unread.json["errors"])) == (422, ["order_digest"])
    change = {"numbers": ["+33612345679"], "reason": "mistyped"}
    assert desk.as_(FIRST, "PATCH", path, json=change).status_code == 200
    desk.pass_checks(path)
    refused = desk.approve(path, read=read)
    assert (refused.status_code, "order_digest" in refused.json["detail"]) == (409, True)
    approved = desk.approve(path)
    said = next(one["said"] for one in approved.json["steps"] if one["step"] == "approved")
    assert said["order_digest"] == approved.json["order_digest"] != read


def test_whoever_corrects_does_not_approve(desk: LegalDesk) -> None:
    path = desk.checked()
    change = {"numbers": ["+33612345679"], "reason": "mistyped"}
    assert desk.as_(SECOND, "PATCH", path, json=change).status_code == 200
    desk.pass_checks(path)
    assert desk.approve(path, SECOND).status_code == 403


def test_a_correction_refuses_what_a_record_refuses(desk: LegalDesk) -> None:
    path = desk.recorded()
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"numbers": []}, 422),
        ({"basis": "eevidence-epoc-pr"}, 422),
        ({"numbers": [NUMBER]}, 409),
    ]
    for change, status in wrong:
        body = {**change, "reason": "mistyped"}
        assert desk.as_(FIRST, "PATCH", path, json=body).status_code == status
    assert desk.as_(FIRST, "PATCH", path, json={"basis": "cpp-60-2"}).status_code == 422


@pytest.mark.parametrize("step", ["reject", "cancel"])
def test_nothing_follows_what_closes_a_case(desk: LegalDesk, step: str) -> None:
    path = desk.checked()
    closed = desk.take(path, step, reason="withdrawn")
    assert (closed.status_code, closed.json["urgency"]) == (200, "closed")
    for other in ("reject", "cancel"):
        assert desk.take(path, other, reason="again").status_code == 409
    assert desk.check(path, "text_cited").status_code == 409
    assert desk.approve(path).status_code == 409
    scan = desk.as_(FIRST, "PUT", f"{path}/scan", data=b"x", content_type="image/png")
    assert scan.status_code == 409
    assert desk.show(path)["state"] == closed.json["state"]
    assert path not in desk.paths()
    assert path in desk.paths(f"state={closed.json['state']}")


def test_a_case_is_not_closed_and_has_no_receipt_before_its_answer(desk: LegalDesk) -> None:
    path = desk.approved()
    assert desk.as_(FIRST, "POST", f"{path}/close").status_code == 409
    assert desk.take(path, "receipt", received_by="BR Exemple").status_code == 409
    assert desk.show(path)["state"] == "AwaitingDisclosure"


def test_every_step_and_reading_is_logged_without_a_client_or_a_person(
    desk: LegalDesk, services: Services
) -> None:
    before = services.audit.size()
    path = desk.recorded()
    desk.show(path)
    desk.paths()
    assert desk.as_(FIRST, "POST", f"{path}/close").status_code == 409
    query = f"/v1/audit/entries?from={before}&count=100"
    entries = desk.api.as_("dpo", "GET", query).json["items"]
    told = [entry["detail"] for entry in entries if entry["detail"]]
    ours = [one for one in told if one["action"].startswith("requisition")]
    assert {one["action"] for one in ours} == {
        "requisition.recorded",
        "requisition.read",
        "requisitions.listed",
        "requisition.step_refused",
    }
    assert {one["client"] for one in ours} == {None}
    assert NUMBER not in str(told)
    assert PERSON not in str(told)


def test_nothing_of_a_case_lies_in_clear_in_any_database(
    desk: LegalDesk, services: Services
) -> None:
    path = desk.approved(reference="PV secret-reference")
    stored = raw_documents(services.databases)
    for secret in (NUMBER, PERSON, "secret-reference", "escroquerie", "BR Exemple"):
        assert secret.encode() not in stored, secret
    assert path.rpartition("/")[2].encode() not in stored
