"""Sealing an answer for another recipient, whose key took the place of one that was lost."""

import pyrage
import pytest
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.case_files import CaseFiles
from tests.disclosure.answers import disclosed, fresh_number, package, put_recorded, steps
from tests.disclosure.builders import FIRST, IDENTITY, SECOND, THIRD, LegalDesk
from tests.erasure.kills import killed_at
from tests.holds.builders import logged

OTHER = pyrage.x25519.Identity.generate()
RECIPIENT = {"age_recipient": str(OTHER.to_public())}
LOST = {"reason": "the brigade lost its key"}


def named(desk: LegalDesk, path: str, person: str = FIRST) -> TestResponse:
    return desk.as_(person, "POST", f"{path}/recipient", json={**RECIPIENT, **LOST})


def seal(desk: LegalDesk, path: str, person: str = SECOND) -> TestResponse:
    return desk.as_(person, "POST", f"{path}/disclose", json=RECIPIENT)


def taken(desk: LegalDesk, path: str) -> bytes:
    answer = desk.as_(FIRST, "GET", f"{path}/package")
    assert answer.status_code == 200, answer.json
    return answer.data


def test_another_recipient_is_named_with_a_reason_by_another_person(
    desk: LegalDesk, services: Services, number: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    before = services.audit.size()
    assert seal(desk, path).status_code == 409
    refused = logged(desk.api, services, services.audit.size() - before)[-1]
    assert refused["action"] == "requisition.step_refused"
    assert package(desk, path)


@pytest.mark.parametrize("is_handed_over", [False, True], ids=["before it left", "after"])
def test_what_was_sealed_is_sealed_anew_and_the_package_before_is_destroyed(
    desk: LegalDesk, services: Services, number: str, is_handed_over: bool
) -> None:
    path = desk.approved(numbers=[number])
    first = disclosed(desk, path)["steps"][-1]["said"]
    if is_handed_over:
        taken(desk, path)
    segments = services.databases.bulk["segments"].count_documents({})
    assert named(desk, path).status_code == 200
    answer = seal(desk, path)
    assert answer.status_code == 200, answer.json
    assert services.databases.bulk["segments"].count_documents({}) == segments
    data = taken(desk, path)
    assert pyrage.decrypt(data, [OTHER]).startswith(b"PK")
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(data, [IDENTITY])
    shown = desk.show(path)
    assert shown["state"] == "Disclosed"
    sealed = [one["said"] for one in shown["steps"] if one["step"] == "sealed"]
    assert sealed[0] == first
    assert len({one["recipient"] for one in sealed}) == 2
    why = [one["said"] for one in shown["steps"] if one["step"] == "recipient_named"]
    assert why == [{"recipient": RECIPIENT["age_recipient"], **LOST}]
    assert steps(desk, path).count("handed_over") == 1


def test_whoever_wrote_the_order_does_not_choose_another_recipient(
    desk: LegalDesk, number: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    assert named(desk, path, SECOND).status_code == 200
    assert [seal(desk, path, one).status_code for one in (FIRST, SECOND)] == [403, 403]
    assert seal(desk, path, THIRD).status_code == 200
    assert seal(desk, path, SECOND).status_code == 200
    assert steps(desk, path).count("sealed") == 2


def test_nothing_is_sealed_anew_once_the_case_is_closed(desk: LegalDesk, number: str) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    taken(desk, path)
    assert named(desk, path).status_code == 200
    assert desk.take(path, "close").status_code == 200
    assert seal(desk, path).status_code == 409
    assert named(desk, path, THIRD).status_code == 409


def test_what_is_there_no_more_is_not_answered_as_nothing_found(
    desk: LegalDesk, client: str, number: str
) -> None:
    path = desk.approved(licences=[], call_ids=[{"client_id": client, "id": "call"}], numbers=[])
    disclosed(desk, path)
    assert (
        desk.api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call").status_code == 204
    )
    assert named(desk, path).status_code == 200
    answer = seal(desk, path)
    assert (answer.status_code, "not what was answered" in answer.json["detail"]) == (409, True)
    assert package(desk, path)


def test_what_came_since_is_not_sealed_anew_but_for_an_order_of_its_own(
    desk: LegalDesk, client: str, number: str
) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    put_recorded(desk.api, client, "later", **{"from": number})
    assert named(desk, path).status_code == 200
    answer = seal(desk, path)
    assert (answer.status_code, "an order of its own" in answer.json["detail"]) == (409, True)
    assert steps(desk, path).count("sealed") == 1
    assert disclosed(desk, desk.approved(numbers=[number]))


def test_what_came_since_takes_no_place_of_what_is_gone(
    desk: LegalDesk, client: str, number: str
) -> None:
    other = fresh_number()
    path = desk.approved(numbers=[number, other], categories=["content"])
    disclosed(desk, path)
    call = f"/v1/clients/{client}/calls/call"
    assert desk.api.as_client(client, "DELETE", call).status_code == 204
    put_recorded(desk.api, client, "later", **{"from": other})
    assert named(desk, path).status_code == 200
    assert seal(desk, path).status_code == 409


@pytest.mark.parametrize("is_handed_over", [False, True], ids=["before it left", "after"])
def test_what_is_sealed_anew_says_that_it_is_a_part(
    desk: LegalDesk, client: str, number: str, is_handed_over: bool
) -> None:
    put_recorded(desk.api, client, "other", **{"from": number})
    path = desk.approved(numbers=[number], categories=["traffic", "content"])
    disclosed(desk, path)
    if is_handed_over:
        taken(desk, path)
    assert "partial" not in steps(desk, path)
    call = f"/v1/clients/{client}/calls/other"
    assert desk.api.as_client(client, "DELETE", call).status_code == 204
    assert named(desk, path).status_code == 200
    assert seal(desk, path).status_code == 200
    assert steps(desk, path)[-2:] == ["sealed", "partial"]
    assert taken(desk, path)
    assert desk.show(path)["state"] == "Disclosed"


@pytest.mark.parametrize("method", ["store", "destroy_packages"])
def test_a_kill_leaves_one_package_that_opens(desk: LegalDesk, number: str, method: str) -> None:
    path = desk.approved(numbers=[number])
    disclosed(desk, path)
    assert named(desk, path).status_code == 200
    with killed_at(CaseFiles, method):
        seal(desk, path)
    assert taken(desk, path)
    assert seal(desk, path).status_code == 200
    assert pyrage.decrypt(taken(desk, path), [OTHER])
    assert steps(desk, path).count("sealed") == 2
