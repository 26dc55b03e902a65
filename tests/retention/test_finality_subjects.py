"""Records that are stored while subject keys are replaced are found by whom they are about."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from telecom_privacy.bootstrap import Services
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.storage.epoch import Epoch
from tests.builders import MovableClock
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi
from tests.retention.builders import client_id

CONSENT, PROOF = "consent", "consent_proof"
NEWS = {"purpose": "newsletter", "proof": "ticked in the app"}
GONE, KEPT, OTHER = "+33611111111", "+33622222222", "+33633333333"


@pytest.fixture(autouse=True)
def _nobody_else_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    """One process works here, and forgets what it cached by itself."""
    monkeypatch.setattr(Epoch, "outwait", lambda _: None)


@pytest.fixture(scope="module")
def records(app: Flask, services: Services, clock: MovableClock) -> RecordApi:
    return RecordApi(app, services.accounts, clock)


@pytest.fixture
def customer(records: RecordApi) -> str:
    """A client of whose records of each category one was erased."""
    client = records.create_client(f"client-{uuid4().hex[:8]}", policy="bureau24")
    records.stored(client, CONSENT, "gone", NEWS, subject=GONE)
    assert records.delete(client, CONSENT, "gone").status_code == 204
    (proof,) = found(records, client, PROOF, GONE)
    assert records.delete(client, PROOF, proof, role="dpo").status_code == 204
    return client


def found(records: RecordApi, client: str, category: str, subject: str) -> list[str]:
    role = "dpo" if category == PROOF else "client"
    return records.listed(client, category, f"subject=%2B{subject[1:]}", role)


def finalise_before(
    monkeypatch: pytest.MonkeyPatch, services: Services, method: str, nth: int = 1
) -> None:
    """Let a whole run happen right before the repository's method runs for the `nth` time."""
    original: Callable[..., Any] = getattr(RecordRepository, method)
    calls = 0

    def meeting(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            assert services.finality.run("test") is not None
        return original(*given)

    monkeypatch.setattr(RecordRepository, method, meeting)


def generations(services: Services, client: str) -> set[int | None]:
    query = {"client": client_id(services, client), "record_id": {"$exists": True}}
    return {record["index"] for record in services.databases.bulk["records"].find(query)}


@pytest.mark.parametrize("nth", [1, 2])  # the consent, and the proof that is kept beside it
def test_what_is_inserted_during_a_run_is_found_after_it(
    records: RecordApi,
    services: Services,
    customer: str,
    monkeypatch: pytest.MonkeyPatch,
    nth: int,
) -> None:
    finalise_before(monkeypatch, services, "insert", nth)
    records.stored(customer, CONSENT, "kept", NEWS, subject=KEPT)
    assert found(records, customer, CONSENT, KEPT) == ["kept"]
    assert len(found(records, customer, PROOF, KEPT)) == 1
    assert generations(services, customer) == {2}


def test_what_is_changed_during_a_run_is_found_after_it_by_its_new_subject(
    records: RecordApi, services: Services, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    records.stored(customer, "message", "kept", {}, subject=KEPT)
    records.stored(customer, "message", "gone", {}, subject=GONE)
    assert records.delete(customer, "message", "gone").status_code == 204
    finalise_before(monkeypatch, services, "update_content")
    assert records.put(customer, "message", "kept", {}, subject=OTHER).status_code == 200
    assert found(records, customer, "message", KEPT) == []
    assert found(records, customer, "message", OTHER) == ["kept"]
    assert generations(services, customer) == {2}


def test_recovery_finds_tokens_for_what_a_killed_process_inserted_during_a_run(
    records: RecordApi,
    services: Services,
    clock: MovableClock,
    customer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        finalise_before(patch, services, "insert")
        with killed_at(RecordRepository, "update_subjects"):
            records.put(customer, CONSENT, "kept", NEWS, subject=KEPT)
    assert found(records, customer, CONSENT, KEPT) == []
    clock.advance(minutes=11)
    services.recovery.run()
    assert found(records, customer, CONSENT, KEPT) == ["kept"]
    assert generations(services, customer) == {2}
