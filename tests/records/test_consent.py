"""A revoked consent takes what rests on it along, and lets nothing new in (CON-3, CON-4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.records.deletion import RecordDeletion
from telecom_privacy.records.repository import RecordRepository
from tests.erasure.kills import killed_at
from tests.records.builders import RecordApi

CONSENT, CONTACT = "consent", "synchronised_contact"
SYNC = {"purpose": "contact_sync", "proof": "ticked in the app, version 3"}


def consent(api: RecordApi, client: str, name: str = "sync", **more: Any) -> str:
    return api.stored(client, CONSENT, name, SYNC, **more)


def contacts(api: RecordApi, client: str, **more: Any) -> list[str]:
    return sorted(api.stored(client, CONTACT, f"c-{n}", {"name": str(n)}, **more) for n in range(3))


def test_the_contacts_go_in_the_request_that_revokes_the_consent(
    api: RecordApi, client: str
) -> None:
    consent(api, client)
    names = contacts(api, client)
    answer = api.event(client, CONSENT, "sync", "revoked", reason="asked by telephone")
    assert (answer.status_code, answer.get_json()["erased"]) == (200, False)
    assert {api.get(client, CONTACT, name).status_code for name in names} == {410}
    assert api.listed(client, CONTACT) == []
    refused = api.put(client, CONTACT, "c-9", {})
    assert refused.status_code == 403
    assert refused.get_json()["type"].endswith(":consent-revoked")


def test_what_a_law_asks_to_keep_outlives_the_revocation_until_the_law_is_satisfied(
    api: RecordApi, client: str
) -> None:
    consent(api, client)
    names = contacts(api, client)
    api.stored(client, "order_mandate", "kept", {}, ago=timedelta(days=300))
    api.stored(client, "order_mandate", "old", {}, ago=timedelta(days=400))
    assert api.event(client, CONSENT, "sync", "revoked").status_code == 200
    assert {api.get(client, CONTACT, name).status_code for name in names} == {410}
    assert api.listed(client, "order_mandate") == ["kept"]
    assert "revoked" in api.get(client, "order_mandate", "kept").get_json()["events"]
    assert api.put(client, "order_mandate", "new", {}).status_code == 403
    api.clock.advance(days=64)
    assert api.get(client, "order_mandate", "kept").status_code == 200
    api.clock.advance(days=3)
    assert api.get(client, "order_mandate", "kept").status_code == 410


def test_given_again_it_lets_new_ones_in_and_revives_nothing(api: RecordApi, client: str) -> None:
    consent(api, client)
    contacts(api, client)
    api.event(client, CONSENT, "sync", "revoked")
    api.event(client, CONSENT, "sync", "given")
    assert api.listed(client, CONTACT) == []
    api.stored(client, CONTACT, "c-9", {})
    api.event(client, CONSENT, "sync", "revoked")
    assert api.listed(client, CONTACT) == []
    history = api.get(client, CONSENT, "sync").get_json()["history"]
    assert [entry["event"] for entry in history] == ["revoked", "given", "revoked"]


def test_the_proof_is_kept_for_five_years_after_the_last_revocation(
    api: RecordApi, client: str
) -> None:
    consent(api, client)
    api.event(client, CONSENT, "sync", "revoked")
    api.clock.advance(days=365)
    api.event(client, CONSENT, "sync", "given")
    api.clock.advance(days=365 * 9)
    assert api.get(client, CONSENT, "sync").status_code == 200
    api.event(client, CONSENT, "sync", "revoked")
    api.clock.advance(days=365 * 5)
    assert api.get(client, CONSENT, "sync").status_code == 200
    api.clock.advance(days=3)
    assert api.get(client, CONSENT, "sync").status_code == 410


@pytest.mark.parametrize(
    ("about", "other"),
    [
        ({"licence_id": "licence-1"}, {"licence_id": "licence-2"}),
        ({"subject": "agent@example.test"}, {"subject": "other@example.test"}),
    ],
)
def test_only_what_belongs_to_the_consent_goes(
    api: RecordApi, client: str, about: dict[str, str], other: dict[str, str]
) -> None:
    consent(api, client, **about)
    api.stored(client, CONTACT, "mine", {}, **about)
    api.stored(client, CONTACT, "of another", {}, **other)
    api.stored(client, CONTACT, "of nobody", {})
    api.stored(client, "voicemail", "resting on nothing", {}, **about)
    api.event(client, CONSENT, "sync", "revoked")
    assert sorted(api.listed(client, CONTACT)) == ["of another", "of nobody"]
    assert api.listed(client, "voicemail") == ["resting on nothing"]
    assert api.put(client, CONTACT, "new", {}, **about).status_code == 403
    assert api.put(client, CONTACT, "new", {}, **other).status_code == 201


def test_a_later_consent_under_another_id_counts(api: RecordApi, client: str) -> None:
    consent(api, client, ago=timedelta(days=2))
    yesterday = (api.clock.now() - timedelta(days=1)).isoformat()
    api.event(client, CONSENT, "sync", "revoked", at=yesterday)
    assert api.put(client, CONTACT, "c-1", {}).status_code == 403
    consent(api, client, "sync again")
    assert api.put(client, CONTACT, "c-1", {}).status_code == 201


def test_the_operators_marketing_rests_on_consents_as_well(api: RecordApi) -> None:
    about = {"subject": "lead@example.test"}
    api.stored("operator", CONSENT, "news", {"purpose": "newsletter"}, role="dpo", **about)
    api.stored("operator", "marketing", "lead", {}, role="dpo", **about)
    assert api.event("operator", CONSENT, "news", "revoked", role="dpo").status_code == 200
    assert api.get("operator", "marketing", "lead", "dpo").status_code == 410
    assert api.put("operator", "marketing", "lead-2", {}, **about).status_code == 403


KILLS: list[tuple[type, str]] = [
    (RecordRepository, "fetch_matching"),
    (RecordDeletion, "carry_out"),
    (Eraser, "_carry_out"),
    (RecordRepository, "bury"),
    (RecordRepository, "finish_revoking"),
]


@pytest.mark.parametrize(("owner", "step"), KILLS)
def test_recovery_finishes_what_a_killed_revocation_left(
    api: RecordApi, client: str, services: Services, owner: type, step: str
) -> None:
    consent(api, client)
    names = contacts(api, client)
    with killed_at(owner, step):
        api.event(client, CONSENT, "sync", "revoked")
    api.clock.advance(minutes=2)
    services.recovery.run()
    assert {api.get(client, CONTACT, name).status_code for name in names} == {410}
    found = services.databases.bulk["records"].find({"client": client_id(services, client)})
    assert not [one for one in found if "revoking" in one or "closed" in one]


def test_what_is_given_again_after_a_kill_first_finishes_the_revocation(
    api: RecordApi, client: str, services: Services
) -> None:
    consent(api, client)
    names = contacts(api, client)
    with killed_at(RecordRepository, "fetch_matching"):
        api.event(client, CONSENT, "sync", "revoked")
    api.event(client, CONSENT, "sync", "given")
    assert {api.get(client, CONTACT, name).status_code for name in names} == {410}
    api.stored(client, CONTACT, "new", {})
    api.clock.advance(minutes=2)
    services.recovery.run()
    assert api.listed(client, CONTACT) == ["new"]


def test_no_contact_that_is_handed_in_meanwhile_survives_the_revocation(
    api: RecordApi, client: str
) -> None:
    consent(api, client)

    def hand_in(number: int) -> int:
        return api.put(client, CONTACT, f"c-{number}", {}).status_code

    with ThreadPoolExecutor(5) as pool:
        answers = [pool.submit(hand_in, number) for number in range(30)]
        revoked = pool.submit(api.event, client, CONSENT, "sync", "revoked")
        assert revoked.result().status_code == 200
        assert {answer.result() for answer in answers} <= {201, 403}
    assert api.listed(client, CONTACT) == []


def client_id(services: Services, name: str) -> Any:
    found: Callable[[str], bytes] = services.clients._keys.client_token
    return services.databases.audit["clients"].find_one({"token": found(name)})["_id"]


def test_what_was_handed_in_under_an_earlier_policy_goes_as_well(
    api: RecordApi, client: str
) -> None:
    consent(api, client)
    names = contacts(api, client)
    api.clock.advance(seconds=1)
    changed = api.as_("admin", "PATCH", f"/v1/clients/{client}", json={"policy": "web2contact"})
    assert changed.status_code == 200
    assert {api.get(client, CONTACT, name).status_code for name in names} == {200}
    assert api.event(client, CONSENT, "sync", "revoked").status_code == 200
    assert {api.get(client, CONTACT, name).status_code for name in names} == {410}
