"""Anonymising a licence: nothing identifies its person any more, and nothing else is lost."""

from collections import Counter
from threading import Thread
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.drafting import ClientDrafting, Drafting
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.clients.repository import LicenceRepository
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.storage.segments import SegmentStore
from tests.builders import Api, MovableClock, raw_documents
from tests.erasure.kills import keyless_records, killed_at, pending
from tests.retention.builders import (
    AUDIO,
    call_status,
    certificates_of,
    client_id,
    put_recorded_call,
    recording_status,
    stored_documents,
    sweep,
    traffic_count,
)

PERSON = "Agent Jeanne Martin"
STEPS = [
    pytest.param(CallRepository, "fetch_tokens_of_licence", id="after the intent"),
    pytest.param(ErasureRepository, "insert", id="calls closed"),
    pytest.param(SegmentStore, "erase", id="after the keys of recordings"),
    pytest.param(LicenceRepository, "insert", id="before the placeholder"),
    pytest.param(PageRepository, "settle_pages", id="placeholder not settled"),
    pytest.param(LicenceRepository, "delete", id="before the intent is forgotten"),
]


@pytest.fixture
def busy(api: Api, client: str) -> str:
    """A client with two licences that both have calls; `person` is to be anonymised."""
    body = {"id": "person", "label": PERSON, "kind": "agent", "privileged": "lawyer"}
    answer = api.as_("admin", "POST", f"/v1/clients/{client}/licences", json=body)
    assert answer.status_code == 201
    theirs = {f"theirs-{n}": api.call(licence_id="person", note=PERSON) for n in range(3)}
    calls = {**theirs, "other": api.call()}
    assert api.put_calls(client, calls).json["receipts"].keys() == calls.keys()
    for call_id in calls:
        assert api.put_recording(client, call_id, AUDIO).status_code == 201
    api.client_key(client)
    return client


def anonymise(api: Api, client: str, licence: str = "person", key: str | None = None) -> Any:
    path = f"/v1/clients/{client}/licences/{licence}/anonymise"
    return api.request("POST", path, key or api.client_key(client))


def licences(api: Api, client: str) -> list[dict[str, Any]]:
    return api.as_client(client, "GET", f"/v1/clients/{client}/licences").json["items"]


def call_ids(api: Api, client: str) -> set[str]:
    items = api.as_client(client, "GET", f"/v1/clients/{client}/calls").json["items"]
    return {call["id"] for call in items}


def assert_anonymous(api: Api, services: Services, client: str) -> None:
    """Nothing of the person is left in the client's data; all else is as it was."""
    assert call_ids(api, client) == {"other"}
    assert recording_status(api, client, "other") == 200
    assert {call_status(api, client, f"theirs-{n}") for n in range(3)} == {410}
    assert {recording_status(api, client, f"theirs-{n}") for n in range(3)} == {410}
    left = {one["id"]: one for one in licences(api, client)}
    assert left.keys() >= {"licence-1"}
    assert "person" not in left
    (name,) = left.keys() - {"licence-1"}
    assert name.startswith("anonymous-")
    placeholder = left[name]
    assert (placeholder["label"], placeholder["status"]) == ("", "anonymised")
    assert (placeholder["kind"], placeholder["privileged"]) == ("agent", None)
    assert traffic_count(api, client) == 4
    assert_nothing_half(services)


def assert_nothing_half(services: Services) -> None:
    assert pending(services) == 0
    assert not keyless_records(services)
    assert services.databases.audit["erasures"].count_documents({"open_since": {"$exists": 1}}) == 0


def test_a_limited_key_and_another_client_cannot_anonymise(api: Api, busy: str) -> None:
    assert anonymise(api, busy, key=api.client_key(busy, ["person"])).status_code == 403
    stranger = api.client_key(api.create_client("stranger"))
    assert anonymise(api, busy, key=stranger).status_code == 404
    assert anonymise(api, busy, licence="absent").status_code == 404
    assert call_ids(api, busy) == {"theirs-0", "theirs-1", "theirs-2", "other"}


def test_only_what_went_of_the_same_client_is_certified_with_it(api: Api, busy: str) -> None:
    other = api.create_client("other-client")
    put_recorded_call(api, other, "deleted")
    path = f"/v1/clients/{other}/calls/deleted"
    assert api.as_client(other, "DELETE", path).status_code == 204
    assert anonymise(api, busy).status_code == 200
    assert len(certificates_of(api, busy)) == 1
    assert certificates_of(api, other) == []


def test_what_identifies_the_person_is_gone_for_good(
    api: Api, services: Services, busy: str
) -> None:
    answer = anonymise(api, busy)
    assert answer.status_code == 200
    assert answer.json["state"] == "done"
    assert answer.json["licence"] in {one["id"] for one in licences(api, busy)}
    assert_anonymous(api, services, busy)
    assert anonymise(api, busy).status_code == 404
    assert api.put_call(busy, "new", api.call(licence_id="person")).status_code == 422
    again = {"licence_id": "person", "note": PERSON}
    assert api.put_call(busy, "theirs-0", api.call(**again)).status_code == 410
    assert PERSON.encode() not in raw_documents(services.databases)


def test_the_keys_above_the_persons_records_are_gone_too(
    api: Api, services: Services, busy: str
) -> None:
    keys = services.databases.keystore["keys"]
    owner = client_id(services, busy)
    calls = Counter(call["licence"] for call in stored_documents(services, "calls", owner))
    ((licence, _),) = calls.most_common(1)
    above = f"^period-key/processor/{owner}/{licence}/"
    alive = {"_id": {"$regex": above}, "destroyed_at": {"$exists": False}}
    assert keys.count_documents(alive) == 3
    anonymise(api, busy)
    assert keys.count_documents(alive) == 0
    assert recording_status(api, busy, "other") == 200


def test_what_a_hold_keeps_of_the_person_stays_with_the_law_alone(
    api: Api, services: Services, busy: str
) -> None:
    hold = {"case": "case", "reason": "reason", "client_id": busy, "licence_id": "person"}
    body = {**hold, "review_on": "2040-01-01", "secret": True}
    placed = api.as_("legal", "POST", "/v1/holds", json=body)
    assert placed.status_code == 201
    assert anonymise(api, busy).status_code == 200
    assert_anonymous(api, services, busy)
    withheld = next(one for one in services.all if isinstance(one, WithheldService))
    hold_id, access = UUID(placed.json["id"]), Access("test", ApiRole.LEGAL)
    kept = [
        (one.category, withheld.open(access, hold_id, one)) for one in withheld.kept_by(hold_id)
    ]
    assert (
        sorted(category for category, _ in kept) == ["call"] * 3 + ["licence"] + ["recording"] * 3
    )
    assert {content["label"] for category, content in kept if category == "licence"} == {PERSON}
    assert {content["call"]["note"] for category, content in kept if category == "call"} == {PERSON}


def test_an_anonymised_licence_is_certified_under_its_rule(api: Api, busy: str) -> None:
    anonymise(api, busy)
    counts = certificates_of(api, busy)[0]["counts"]
    assert counts == [
        {"rule": "ROLE-5", "category": "call", "count": 3},
        {"rule": "ROLE-5", "category": "licence", "count": 1},
        {"rule": "ROLE-5", "category": "recording", "count": 3},
    ]


def test_what_is_left_describes_nobody_again_and_takes_no_calls(api: Api, busy: str) -> None:
    name = anonymise(api, busy).json["licence"]
    path = f"/v1/clients/{busy}/licences/{name}"
    assert api.as_client(busy, "PATCH", path, json={"label": PERSON}).status_code == 409
    assert anonymise(api, busy, licence=name).status_code == 409
    assert api.put_call(busy, "new", api.call(licence_id=name)).status_code == 422
    assert api.as_client(busy, "DELETE", path).status_code == 204
    assert {one["id"] for one in licences(api, busy)} == {"licence-1"}


def test_a_new_licence_may_have_the_id_of_an_anonymised_one(
    api: Api, services: Services, busy: str
) -> None:
    anonymise(api, busy)
    api.create_licence(busy, "person")
    assert api.put_call(busy, "new", api.call(licence_id="person")).status_code == 201
    query = {"licence_id": "person"}
    found = api.as_client(busy, "GET", f"/v1/clients/{busy}/calls", query_string=query)
    assert [call["id"] for call in found.json["items"]] == ["new"]


def test_a_kill_before_the_intent_changes_nothing(api: Api, services: Services, busy: str) -> None:
    with killed_at(LicenceRepository, "update_anonymisation"):
        anonymise(api, busy)
    services.recovery.run()
    assert call_ids(api, busy) == {"theirs-0", "theirs-1", "theirs-2", "other"}
    assert api.put_call(busy, "new", api.call(licence_id="person")).status_code == 201


@pytest.mark.parametrize(("owner", "method"), STEPS)
def test_what_a_kill_interrupts_is_finished(
    api: Api,
    services: Services,
    clock: MovableClock,
    busy: str,
    owner: type,
    method: str,
) -> None:
    with killed_at(owner, method):
        anonymise(api, busy)
    assert "person" not in {one["id"] for one in licences(api, busy)}
    clock.advance(minutes=11)
    services.recovery.run()
    sweep(services, clock)
    assert_anonymous(api, services, busy)
    assert counted(certificates_of(api, busy)) == {"call": 3, "licence": 1, "recording": 3}


def counted(certificates: list[dict[str, Any]]) -> dict[str, int]:
    return {one["category"]: one["count"] for found in certificates for one in found["counts"]}


def test_a_request_that_is_repeated_finishes_what_a_kill_interrupted(
    api: Api, services: Services, busy: str
) -> None:
    with killed_at(CallRepository, "bury"):
        anonymise(api, busy)
    assert api.put_call(busy, "new", api.call(licence_id="person")).status_code == 422
    assert anonymise(api, busy).status_code == 200
    assert call_ids(api, busy) == {"other"}


def test_a_call_that_is_being_stored_does_not_escape(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch, busy: str
) -> None:
    """It took its licence before, and goes on when the anonymisation is about to look."""
    answers: list[int] = []
    anonymiser = Thread(target=lambda: answers.append(anonymise(api, busy).status_code))
    require = Drafting.require_licences

    def overtaken(drafting: Drafting, drafts: Any) -> None:
        require(drafting, drafts)
        anonymiser.start()
        while not begun(services, busy):
            pass

    monkeypatch.setattr(Drafting, "require_licences", overtaken)
    stored = api.put_call(busy, "late", api.call(licence_id="person"))
    assert stored.status_code == 201
    anonymiser.join()
    assert answers == [200]
    assert call_status(api, busy, "late") == 410


def test_a_call_whose_licence_went_before_it_has_keys_is_not_stored(
    api: Api, services: Services, monkeypatch: pytest.MonkeyPatch, busy: str
) -> None:
    draft = ClientDrafting.draft

    def overtaken(*arguments: Any) -> Any:
        found = draft(*arguments)
        assert anonymise(api, busy).status_code == 200
        return found

    monkeypatch.setattr(ClientDrafting, "draft", overtaken)
    late = api.call(licence_id="person")
    assert api.put_call(busy, "late", late).status_code == 503
    monkeypatch.undo()
    assert api.put_call(busy, "late", late).status_code == 422
    assert_nothing_half(services)


def test_the_call_of_a_killed_worker_goes_once_recovery_has_judged_it(
    api: Api, services: Services, clock: MovableClock, busy: str
) -> None:
    with killed_at(PageRepository, "settle_pages"):
        api.put_call(busy, "late", api.call(licence_id="person"))
    answer = anonymise(api, busy)
    assert (answer.status_code, answer.json["state"]) == (202, "running")
    for _ in range(2):
        clock.advance(minutes=11)
        services.recovery.run()
    assert call_status(api, busy, "late") == 410
    assert call_ids(api, busy) == {"other"}
    assert anonymise(api, busy).status_code == 404


def test_an_upload_that_is_under_way_leaves_nothing(
    api: Api, services: Services, busy: str
) -> None:
    api.put_call(busy, "theirs-3", api.call(licence_id="person"))
    with killed_at(CallRepository, "update_recordings"):
        api.put_recording(busy, "theirs-3", AUDIO)
    assert anonymise(api, busy).status_code == 200
    assert api.put_recording(busy, "theirs-3", AUDIO).status_code == 410


def test_the_operators_own_copies_keep_their_term(
    api: Api, services: Services, clock: MovableClock, busy: str
) -> None:
    anonymise(api, busy)
    owner = client_id(services, busy)
    assert len(stored_documents(services, "traffic", owner)) == 4
    clock.advance(days=400)
    sweep(services, clock)
    assert stored_documents(services, "traffic", owner) == []


def begun(services: Services, client: str) -> bool:
    licences = services.databases.audit["licences"]
    found = list(licences.find({"client": client_id(services, client)}))
    return any("anonymisation" in licence for licence in found)
