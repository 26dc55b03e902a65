"""Records that an order reaches: who a subscriber is, messages as far as they are asked for."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.disclosure.answers import (
    disclosed,
    line,
    package,
    put_recorded,
)
from tests.disclosure.builders import LegalDesk


def put_record(desk: LegalDesk, client: str, category: str, number: str, **data: object) -> None:
    at = (desk.api.clock.now() - timedelta(days=9)).isoformat()
    body = {"subject": number, "occurred_at": at, "data": data}
    path = f"/v1/clients/{client}/records/{category}/{uuid4().hex}"
    answer = desk.api.as_("platform", "PUT", path, json=body)
    assert answer.status_code == 201, answer.json


def test_who_a_subscriber_is_comes_from_the_operators_own_records(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    at = desk.api.clock.now() - timedelta(days=200)
    body = {"subject": fresh, "occurred_at": at.isoformat(), "data": {"name": "Ada Exemple"}}
    for category in ("subscriber_identity", "crm"):
        record = f"/v1/clients/{client}/records/{category}/r"
        answer = desk.api.as_("platform", "PUT", record, json=body)
        assert answer.status_code == 201, answer.json
    path = desk.approved(numbers=[fresh], categories=["identity"])
    assert line(desk, path, "identity") == (1, 1, {})
    disclosed(desk, path)
    assert b"Ada Exemple" in package(desk, path)["data/ts103705/response.json"]


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("never", (0, 0, {"unknown": 1})),
        ("erased", (0, 0, {"erased": 1})),
        ("before", (1, 0, {"outside_period": 1})),
        ("call", (1, 1, {})),
    ],
)
def test_the_client_of_a_call_is_told_by_a_call_that_is_there_alone(
    desk: LegalDesk, client: str, named: str, found: tuple[int, int, dict[str, int]]
) -> None:
    ages = {"erased": 30, "before": 70, "call": 30}
    for call, days in ages.items():
        put_recorded(desk.api, client, call, timedelta(days=days))
    erased = f"/v1/clients/{client}/calls/erased"
    assert desk.api.as_client(client, "DELETE", erased).status_code == 204
    calls_named = [{"client_id": client, "id": named}]
    path = desk.approved(numbers=None, call_ids=calls_named, categories=["identity"])
    assert line(desk, path, "identity") == found


def test_the_client_of_a_licence_is_its_subscriber(desk: LegalDesk, client: str) -> None:
    licences = [{"client_id": client, "id": "licence-1"}]
    path = desk.approved(numbers=[], licences=licences, categories=["identity"])
    disclosed(desk, path)
    assert b"Cabinet Exemple" in package(desk, path)["data/ts103705/response.json"]


@pytest.mark.parametrize(
    ("categories", "given", "withheld"),
    [
        (["content"], [b"good evening"], [b"+33", b"occurredAt", b"Opera", b"a remark"]),
        (["traffic", "content"], [b"good evening", b"occurredAt", b"+33"], [b"Opera", b"a remark"]),
        (["traffic"], [], [b"good evening", b"Opera", b"a remark"]),
    ],
)
def test_a_message_is_given_as_far_as_its_categories_are(
    desk: LegalDesk,
    client: str,
    fresh: str,
    categories: list[str],
    given: list[bytes],
    withheld: list[bytes],
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    said = {"text": "good evening", "from": fresh, "cell": "Opera", "note": "a remark"}
    put_record(desk, client, "message", fresh, **said)
    path = desk.approved(numbers=[fresh], categories=categories)
    disclosed(desk, path)
    told = package(desk, path)["data/ts103705/response.json"]
    assert all(one in told for one in given)
    assert not any(one in told for one in withheld)
