"""Revocations that meet others' requests, kills and what policies say of the consent itself."""

from datetime import timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.records import history
from telecom_privacy.records.consent import Consents
from telecom_privacy.records.repository import RecordRepository
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi

CONSENT, CONTACT = "consent", "synchronised_contact"
SYNC = {"purpose": "contact_sync", "proof": "ticked in the app, version 3"}
CARD = "4111 1111 1111 1111"


def before(monkeypatch: pytest.MonkeyPatch, method: str, nth: int, act: Any) -> None:
    """Let `act` happen right before the repository's method runs for the `nth` time."""
    original, calls = getattr(RecordRepository, method), 0

    def meeting(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            act()
        return original(*arguments, **named)

    monkeypatch.setattr(RecordRepository, method, meeting)


def test_what_is_handed_in_after_it_was_given_again_outlives_a_slow_revocation(
    api: RecordApi, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    api.stored(client, CONTACT, "old", {})

    def others() -> None:
        assert api.event(client, CONSENT, "sync", "given").status_code == 200
        api.stored(client, CONTACT, "new", {})

    before(monkeypatch, "fetch_matching", 1, others)
    assert api.event(client, CONSENT, "sync", "revoked").status_code == 200
    assert api.listed(client, CONTACT) == ["new"]


@pytest.mark.parametrize("change", ["deleted", "replaced", "superseded"])
def test_no_change_of_the_consent_saves_what_a_killed_revocation_left(
    api: RecordApi, client: str, services: Services, change: str
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    at = api.clock.now()
    api.stored(client, CONTACT, "old", {})
    with killed_at(RecordRepository, "fetch_matching"):
        api.event(client, CONSENT, "sync", "revoked")
    api.clock.advance(minutes=5)
    ago = api.clock.now() - at
    if change == "deleted":
        assert api.delete(client, CONSENT, "sync").status_code == 204
    elif change == "replaced":
        api.put(client, CONSENT, "sync", {**SYNC, "proof": "another"}, ago=ago)
    else:
        api.stored(client, CONSENT, "sync again", SYNC)
    assert api.get(client, CONTACT, "old").status_code == 410


def test_what_a_killed_process_stored_under_a_revoked_consent_does_not_stay(
    api: RecordApi, client: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    at = api.clock.now()
    before(monkeypatch, "insert", 1, lambda: api.event(client, CONSENT, "sync", "revoked"))
    with killed_at(Consents, "require_still"):
        api.put(client, CONTACT, "late", {})
    api.clock.advance(minutes=11)
    again = api.put(client, CONTACT, "late", {}, ago=api.clock.now() - at)
    assert again.status_code == 403
    services.recovery.run()
    assert api.get(client, CONTACT, "late").status_code == 410


def test_what_a_killed_process_stored_under_a_good_consent_stays(
    api: RecordApi, client: str, services: Services
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    with killed_at(Consents, "require_still"):
        api.put(client, CONTACT, "late", {})
    api.clock.advance(minutes=11)
    services.recovery.run()
    assert api.listed(client, CONTACT) == ["late"]


def test_whom_it_is_about_never_changes_in_what_rests_on_a_consent(
    api: RecordApi, client: str
) -> None:
    api.stored(client, CONTACT, "one", {}, subject="a@example.test")
    changed = api.put(client, CONTACT, "one", {}, subject="b@example.test")
    assert changed.status_code == 409


@pytest.mark.parametrize("ago", [timedelta(days=365 * 6)])
def test_a_revocation_told_late_that_ends_the_consent_too_takes_all_along(
    api: RecordApi, client: str, ago: timedelta
) -> None:
    api.stored(client, CONSENT, "sync", SYNC, ago=ago)
    api.stored(client, CONTACT, "one", {})
    at = (api.clock.now() - timedelta(days=365 * 5 + 10)).isoformat()
    answer = api.event(client, CONSENT, "sync", "revoked", at=at)
    assert (answer.status_code, answer.get_json()["erased"]) == (200, True)
    assert api.listed(client, CONTACT) == []


def test_no_sweep_takes_a_consent_away_before_what_rests_on_it(
    api: RecordApi, client: str, services: Services
) -> None:
    api.stored(client, CONSENT, "sync", SYNC, ago=timedelta(days=365 * 6))
    api.stored(client, CONTACT, "one", {})
    at = (api.clock.now() - timedelta(days=365 * 5 + 10)).isoformat()
    with killed_at(RecordRepository, "fetch_matching"):
        api.event(client, CONSENT, "sync", "revoked", at=at)
    services.sweeps.run("test")
    api.clock.advance(minutes=2)
    services.recovery.run()
    assert api.get(client, CONTACT, "one").status_code == 410
    query = {"category": CONSENT, "revoking": {"$exists": True}}
    assert services.databases.bulk["records"].count_documents(query) == 0
    assert api.get(client, CONSENT, "sync").status_code == 410
    assert api.put(client, CONTACT, "two", {}).status_code == 403


def test_a_consent_deleted_while_it_is_revoked_takes_all_along(
    api: RecordApi, client: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    api.stored(client, CONTACT, "one", {})

    def revoke() -> None:
        with killed_at(RecordRepository, "fetch_matching"):
            api.event(client, CONSENT, "sync", "revoked")

    before(monkeypatch, "close", 1, revoke)
    assert api.delete(client, CONSENT, "sync").status_code == 204
    api.clock.advance(minutes=2)
    services.recovery.run()
    assert api.get(client, CONTACT, "one").status_code == 410
    assert api.get(client, CONSENT, "sync").status_code == 410


def test_a_clients_consent_does_not_reach_what_the_operator_keeps_as_controller(
    api: RecordApi,
) -> None:
    client = api.create_client("own-role", policy="web2contact")
    api.stored(client, "marketing", "m-1", {"name": "x"}, role="dpo")
    api.stored(client, CONSENT, "news", {"purpose": "newsletter"}, role="client")
    assert api.event(client, CONSENT, "news", "revoked").status_code == 200
    assert api.get(client, "marketing", "m-1", "dpo").status_code == 200
    api.stored(client, "marketing", "m-2", {"name": "x"}, role="dpo")


@pytest.mark.parametrize(
    ("data", "more"),
    [({"purpose": "other"}, {}), (SYNC, {"subject": "b@example.test"})],
)
def test_what_a_consent_covers_never_changes(
    api: RecordApi, client: str, data: dict[str, str], more: dict[str, str]
) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    api.event(client, CONSENT, "sync", "revoked")
    assert api.put(client, CONSENT, "sync", data, **more).status_code == 409
    assert api.put(client, CONTACT, "c", {}).status_code == 403


def test_what_a_consent_said_before_stays_as_proof(
    api: RecordApi, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_VERSIONS", 1)
    api.stored(client, CONSENT, "sync", SYNC)
    assert api.put(client, CONSENT, "sync", {**SYNC, "proof": "2"}).status_code == 200
    found = api.get(client, CONSENT, "sync").get_json()
    assert found["data"]["proof"] == "2"
    assert [(one["event"], one["data"]) for one in found["history"]] == [("replaced", SYNC)]
    assert api.put(client, CONSENT, "sync", {**SYNC, "proof": "3"}).status_code == 409


def test_to_delete_a_revoked_consent_gives_none(api: RecordApi, client: str) -> None:
    api.stored(client, CONSENT, "sync", SYNC)
    api.event(client, CONSENT, "sync", "revoked")
    assert api.delete(client, CONSENT, "sync").status_code == 204
    assert api.put(client, CONTACT, "c", {}).status_code == 403
    api.clock.advance(minutes=1)
    api.stored(client, CONSENT, "sync again", SYNC)
    api.stored(client, CONTACT, "c", {})


def test_no_length_of_its_history_keeps_a_consent_from_being_revoked(
    api: RecordApi, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_ENTRIES", 3)
    api.stored(client, CONSENT, "sync", SYNC)
    for event in ("revoked", "given", "revoked", "given", "revoked"):
        assert api.event(client, CONSENT, "sync", event).status_code == 200
    entries = api.get(client, CONSENT, "sync").get_json()["history"]
    assert [entry["event"] for entry in entries] == ["revoked", "given", "revoked"]


def test_card_numbers_are_refused_beside_the_data_as_well(api: RecordApi) -> None:
    client = api.create_client("cards-beside", policy="deskmanager")
    data = {"reference": "x"}
    api.stored(client, "billing", "b-1", data, role="dpo")
    reason = f"paid by {CARD}"
    answers = [
        api.event(client, "billing", "b-1", "last_activity", role="dpo", reason=reason),
        api.put(client, "billing", "b-2", data, role="dpo", subject=CARD),
        api.put(client, "billing", CARD.replace(" ", ""), data, role="dpo"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert not any(CARD[:9] in answer.text for answer in answers)


def test_a_consent_to_the_operator_names_who_gives_it(api: RecordApi) -> None:
    refused = api.put("operator", CONSENT, "all", {"purpose": "newsletter"}, role="dpo")
    assert refused.status_code == 422
