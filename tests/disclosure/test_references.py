"""One order makes one case, however often it is recorded."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.register import Register
from telecom_privacy.records.kept import KeptRecords
from tests.disclosure.builders import FIRST, REQUISITIONS, SECOND, LegalDesk
from tests.erasure.kills import killed_at
from tests.holds.builders import logged


def post(desk: LegalDesk, order: dict[str, Any], person: str = FIRST) -> TestResponse:
    return desk.as_(person, "POST", REQUISITIONS, json=order)


def cases(desk: LegalDesk, reference: str) -> list[str]:
    listed = desk.as_(FIRST, "GET", f"{REQUISITIONS}?limit=500&all=true").json["items"]
    return [one["id"] for one in listed if one["reference"] == reference]


def test_the_same_order_again_is_the_same_case(desk: LegalDesk, services: Services) -> None:
    order = desk.order()
    first, again = post(desk, order), post(desk, order, SECOND)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == first.json
    assert cases(desk, order["reference"]) == [first.json["id"]]
    repeated = logged(desk.api, services, 1)[0]
    assert repeated["action"] in ("requisition.repeated", "requisitions.listed")


def test_another_order_under_its_reference_names_the_case(desk: LegalDesk) -> None:
    order = desk.order()
    case_id = post(desk, order).json["id"]
    answer = post(desk, {**order, "categories": ["identity"]})
    assert (answer.status_code, answer.json["existing"]) == (409, case_id)
    assert order["reference"] not in answer.get_data(as_text=True)
    assert cases(desk, order["reference"]) == [case_id]


def test_a_reference_is_the_same_however_it_is_spaced_and_is_each_authoritys_own(
    desk: LegalDesk,
) -> None:
    order = desk.order(reference=f"PV  {uuid4().hex}")
    assert post(desk, order).status_code == 201
    spaced = {**order, "reference": order["reference"].replace("  ", " ").lower()}
    assert post(desk, spaced).status_code == 409
    other = {**order, "authority": {**order["authority"], "name": "Another brigade"}}
    assert post(desk, other).status_code == 201


@pytest.mark.parametrize("step", ["reject", "cancel"])
def test_an_order_that_was_refused_or_withdrawn_may_be_recorded_once_more(
    desk: LegalDesk, step: str
) -> None:
    order = desk.order()
    case_id = post(desk, order).json["id"]
    desk.take(f"{REQUISITIONS}/{case_id}", step, reason="wrong basis")
    anew = post(desk, order)
    assert (anew.status_code, post(desk, order).json["id"]) == (201, anew.json["id"])
    assert sorted(cases(desk, order["reference"])) == sorted([case_id, anew.json["id"]])


def test_after_a_correction_the_case_is_found_by_what_it_was_recorded_with_and_by_what_it_says(
    desk: LegalDesk,
) -> None:
    order, right = desk.order(), f"PV {uuid4().hex}"
    case_id = post(desk, order).json["id"]
    change = {"reference": right, "offence": "vol", "reason": "mistyped"}
    path = f"{REQUISITIONS}/{case_id}"
    assert desk.as_(FIRST, "PATCH", path, json=change).status_code == 200
    assert (post(desk, order).status_code, post(desk, order).json["id"]) == (200, case_id)
    assert post(desk, {**order, "reference": right}).json["existing"] == case_id
    assert post(desk, {**order, "categories": ["identity"]}).status_code == 201


def test_no_correction_takes_the_reference_of_another_case(desk: LegalDesk) -> None:
    order, other = desk.order(), desk.order()
    case_id = post(desk, order).json["id"]
    path = f"{REQUISITIONS}/{post(desk, other).json['id']}"
    change = {"reference": order["reference"], "reason": "mistyped"}
    answer = desk.as_(FIRST, "PATCH", path, json=change)
    assert (answer.status_code, answer.json["existing"]) == (409, case_id)
    assert desk.show(path)["reference"] == other["reference"]


def test_of_several_who_record_an_order_at_once_one_makes_the_case(desk: LegalDesk) -> None:
    order, barrier = desk.order(), Barrier(4)

    def run(_: int) -> TestResponse:
        barrier.wait()
        return post(desk, order)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(cases(desk, order["reference"])) == 1


@pytest.mark.parametrize(
    ("owner", "method", "call"), [(Register, "insert", 1), (KeptRecords, "insert", 2)]
)
def test_a_kill_before_the_case_is_stored_leaves_its_reference_to_the_next_attempt(
    desk: LegalDesk, owner: type, method: str, call: int
) -> None:
    order = desk.order()
    with killed_at(owner, method, call):
        post(desk, order)
    assert cases(desk, order["reference"]) == []
    assert post(desk, order).status_code == 201
    assert post(desk, order).status_code == 200
    assert len(cases(desk, order["reference"])) == 1
