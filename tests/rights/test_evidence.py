"""Of an identity check stays how and when; the document that proved it goes at once (DSR-3)."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from telecom_privacy.records.kept_register import KeptRegister
from telecom_privacy.records.repository import RecordRepository
from tests.builders import STAFF
from tests.erasure.kills import killed_at
from tests.rights.builders import Desk

RECORDS = "/v1/clients/operator/records/rights_request_proof"
SCAN = b"%PDF-1.7 a document with a portrait"


def put(desk: Desk, path: str) -> TestResponse:
    where = f"{RECORDS}/{path.rpartition('/')[2]}/content"
    return desk.api.as_("dpo", "PUT", where, data=SCAN, content_type="application/pdf")


def get(desk: Desk, path: str) -> TestResponse:
    where = f"{RECORDS}/{path.rpartition('/')[2]}/content"
    return desk.api.as_("dpo", "GET", where, headers=STAFF)


def verify(desk: Desk, path: str) -> TestResponse:
    return desk.take(path, "identity", how="identity card, shown", outcome="verified")


def test_a_document_is_there_to_be_looked_at_until_the_identity_is_verified(desk: Desk) -> None:
    path = desk.received()
    assert put(desk, path).status_code == 201
    desk.take(path, "identity", how="the date is not legible", outcome="more_asked")
    assert get(desk, path).data == SCAN
    assert verify(desk, path).status_code == 200
    assert get(desk, path).status_code == 410
    step = desk.show(path)["steps"][-1]
    assert (step["how"], bool(step["at"])) == ("identity card, shown", True)


def test_a_refusal_ends_it_too(desk: Desk) -> None:
    path = desk.received()
    put(desk, path)
    assert desk.take(path, "refuse", ground="identity_not_verified").status_code == 200
    assert get(desk, path).status_code == 410


def test_none_is_taken_any_more_once_the_identity_is_verified(desk: Desk) -> None:
    path = desk.verified()
    assert put(desk, path).status_code == 410
    assert get(desk, path).status_code == 410


def test_nothing_of_it_is_left_in_the_databases(desk: Desk, services: Services) -> None:
    path = desk.received()
    before = services.databases.bulk["segments"].count_documents({})
    put(desk, path)
    verify(desk, path)
    assert services.databases.bulk["segments"].count_documents({}) == before


def test_a_step_that_is_refused_leaves_it(desk: Desk) -> None:
    path = desk.received()
    put(desk, path)
    assert desk.take(path, "answer", outcome="granted").status_code == 409
    assert desk.take(path, "refuse", ground="excessive").status_code == 409
    assert get(desk, path).data == SCAN


def test_a_kill_leaves_no_verified_request_with_a_document(desk: Desk) -> None:
    path = desk.received()
    put(desk, path)
    with killed_at(KeptRegister, "_write"):
        verify(desk, path)
    assert verify(desk, path).json["state"] == "verified"
    assert get(desk, path).status_code == 410


def test_one_that_arrives_while_the_identity_is_verified_goes_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.received()
    original, sent = RecordRepository.end_content, []

    def late(repository: RecordRepository, *arguments: Any) -> bool:
        if not sent:
            sent.append(put(desk, path).status_code)
        return original(repository, *arguments)

    monkeypatch.setattr(RecordRepository, "end_content", late)
    assert verify(desk, path).status_code == 200
    assert sent == [201]
    assert get(desk, path).status_code == 410
