"""The end of a contract in the client's hands: what it took, its word, and its own early end."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.repository import ClientRepository
from telecom_privacy.erasure.schedule import Schedule
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.http.access import ApiRole
from telecom_privacy.keys.model import client_node
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock
from tests.dashboard.builders import (
    confirm,
    contract_end,
    end_contract,
    fetch_package,
    make_package,
    new_client,
    take_package,
)
from tests.erasure.kills import killed_at
from tests.holds.builders import audio, place
from tests.retention.builders import (
    AUDIO,
    call_status,
    certificates_of,
    client_id,
    counts,
    local,
    put_recorded_call,
    sweep,
    traffic_count,
)
from tests.wiring import revive_months

RECORDS = 3  # a call, its recording and the licence


@pytest.fixture(autouse=True)
def _in_may(clock: MovableClock) -> Iterator[None]:
    clock.set(max(clock.now(), local("2027-05-31 09:00")))
    yield
    clock.advance(seconds=1)


@pytest.fixture(autouse=True)
def _alone(services: Services) -> Iterator[None]:
    """Each test begins without the clients of others, which its sweeps would sweep, too."""
    yield
    bulk, audit = services.databases.bulk, services.databases.audit
    for name in ("calls", "traffic", "segments", "schedule"):
        bulk[name].delete_many({})
    for name in ("contract_ends", "licences", "erasures", "certificates", "certificate_totals"):
        audit[name].delete_many({})
    audit["clients"].delete_many({"_id": {"$ne": services.clients.operator().id}})
    revive_months(services)


@pytest.fixture
def ended(api: Api, clock: MovableClock) -> str:
    """A client with a recorded call whose contract ends today."""
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    end_contract(api, client, clock.now().date().isoformat())
    return client


def destroy(api: Api, client: str, export_id: str) -> dict[str, Any]:
    """Confirm in two steps, as the portal does."""
    asked = confirm(api, client, export_id, destroy_early=True)
    assert asked.status_code == 200, asked.json
    answer = confirm(api, client, export_id, destroy_early=True, records=asked.json["records"])
    assert answer.status_code == 200, answer.json
    return answer.json


def sweep_all(services: Services, clock: MovableClock) -> None:
    """Sweep as often as even a hold needs: records go one by one before the key above them."""
    sweep(services, clock)
    clock.advance(minutes=11)
    sweep(services, clock)


def has_client_key(services: Services, client: str) -> bool:
    name = client_node(client_id(services, client), Role.PROCESSOR).name
    document = services.databases.keystore["keys"].find_one({"_id": name})
    return document is not None and "generations" in document


def test_a_key_that_is_limited_to_licences_neither_sees_nor_confirms_it(
    api: Api, ended: str
) -> None:
    key, path = api.client_key(ended, ["licence-1"]), f"/v1/clients/{ended}/contract-end"
    body = {"export_id": take_package(api, ended), "destroy_early": True}
    assert api.request("GET", path, key).status_code == HTTPStatus.FORBIDDEN
    answer = api.request("POST", f"{path}/confirmation", key, json=body)
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_contract_that_goes_on_has_no_end_to_show_or_confirm(
    api: Api, clock: MovableClock
) -> None:
    client = new_client(api)
    taken = take_package(api, client)
    path = f"/v1/clients/{client}/contract-end"
    assert api.as_client(client, "GET", path).status_code == HTTPStatus.NOT_FOUND
    assert confirm(api, client, taken).status_code == HTTPStatus.CONFLICT
    end_contract(api, client, clock.now().date().replace(year=2028).isoformat())
    assert contract_end(api, client)["state"] == "announced"
    assert confirm(api, client, taken).status_code == HTTPStatus.CONFLICT


def test_the_window_is_counted_down_and_says_what_is_still_to_be_taken(
    api: Api, clock: MovableClock
) -> None:
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    end_contract(api, client, "2027-05-31")

    found = contract_end(api, client)
    assert (found["state"], found["closes_on"], found["days_left"]) == ("open", "2027-06-30", 31)
    assert [one["due_on"] for one in found["reminders"]] == [
        "2027-06-16",
        "2027-06-23",
        "2027-06-29",
    ]
    everything = {"call": 1, "licence": 1, "recording": 1}
    assert left(found) == everything
    assert found["left"]["since"] is None

    clock.advance(days=1)
    take_package(api, client, "history")
    assert left(contract_end(api, client)) == everything
    clock.advance(seconds=1)
    take_package(api, client)
    found = contract_end(api, client)
    assert [one["kind"] for one in found["packages"]] == ["reversibility", "history"]
    assert found["packages"][0]["fetched"][0]["whole"]
    assert left(found) == {}
    assert found["days_left"] == 30

    clock.set(local("2027-07-01 00:00"))
    found = contract_end(api, client)
    assert (found["state"], found["days_left"]) == ("closed", 0)


def test_what_was_handed_in_after_a_package_is_left_however_long_ago_it_occurred(
    api: Api, clock: MovableClock, ended: str
) -> None:
    take_package(api, ended)
    clock.advance(seconds=1)
    put_recorded_call(api, ended, "call-2", ended_ago=timedelta(days=60))
    assert put_instruction(api, ended, timedelta(days=20)) == HTTPStatus.CREATED
    assert left(contract_end(api, ended)) == {"call": 1, "recording": 1, "instruction": 1}
    clock.advance(seconds=1)
    take_package(api, ended)
    assert left(contract_end(api, ended)) == {}


def test_what_was_changed_after_a_package_is_left(
    api: Api, clock: MovableClock, ended: str
) -> None:
    assert put_instruction(api, ended, timedelta(days=20)) == HTTPStatus.CREATED
    take_package(api, ended)
    clock.advance(seconds=1)
    path = f"/v1/clients/{ended}"
    assert api.put_recording(ended, "call-1", AUDIO, "second").status_code == HTTPStatus.CREATED
    assert left(contract_end(api, ended)) == {"recording": 1}
    for method, changed, body in (
        ("PATCH", "calls/call-1", {"note": "rappelé"}),
        ("PATCH", "licences/licence-1", {"label": "Accueil"}),
        ("POST", "records/instruction/instruction-1/events", {"event": "binned"}),
    ):
        assert api.as_client(ended, method, f"{path}/{changed}", json=body).status_code < 300
    assert left(contract_end(api, ended)) == {
        "call": 1,
        "instruction": 1,
        "licence": 1,
        "recording": 1,
    }


def test_what_is_past_its_term_but_not_swept_hides_nothing_that_is_left(
    api: Api, clock: MovableClock, ended: str
) -> None:
    for number in range(2):
        put_recorded_call(api, ended, f"old-{number}", ended_ago=timedelta(days=89))
    take_package(api, ended)
    clock.advance(days=2)
    put_recorded_call(api, ended, "call-2")
    assert left(contract_end(api, ended)) == {"call": 1, "recording": 1}


def test_the_pieces_that_several_keys_of_a_client_fetched_are_one_whole(
    api: Api, services: Services, ended: str
) -> None:
    export_id = make_package(api, ended)
    path = f"/v1/clients/{ended}/exports/{export_id}/package"
    for piece in ("0-2999", "3000-"):
        _, key = services.accounts.issue("test", ApiRole.CLIENT, piece, ended)
        answer = api.request("GET", path, key, headers={"Range": f"bytes={piece}"})
        assert (answer.status_code, bool(answer.data)) == (206, True)
    assert confirm(api, ended, export_id).status_code == 200


def put_instruction(api: Api, client: str, ago: timedelta) -> int:
    path = f"/v1/clients/{client}/records/instruction/instruction-1"
    occurred_at = (api.clock.now() - ago).isoformat()
    body = {"occurred_at": occurred_at, "data": {"text": "rappeler"}}
    return api.as_("platform", "PUT", path, json=body).status_code


def left(found: dict[str, Any]) -> dict[str, int]:
    return {one["category"]: one["count"] for one in found["left"]["categories"]}


def test_only_a_package_of_everything_that_was_taken_as_a_whole_is_confirmed(
    api: Api, ended: str
) -> None:
    other = new_client(api)
    untaken, history = make_package(api, ended), take_package(api, ended, "history")
    assert fetch_package(api, ended, untaken, Range="bytes=0-99").status_code == 206
    for export_id in (untaken, history):
        require_refused(api, ended, export_id)
    foreign = take_package(api, other)
    assert confirm(api, ended, foreign).status_code == HTTPStatus.NOT_FOUND
    assert contract_end(api, ended)["confirmation"] is None


@pytest.mark.parametrize("wish", [{"audio": False}, {"valid_for": "P1D"}])
def test_a_package_that_was_wished_for_without_something_is_not_everything(
    api: Api, ended: str, wish: dict[str, Any]
) -> None:
    require_refused(api, ended, take_package(api, ended, **wish))
    assert confirm(api, ended, take_package(api, ended)).status_code == 200


def test_a_package_that_was_made_under_a_restriction_is_not_everything(
    api: Api, ended: str
) -> None:
    path, reason = (
        f"/v1/clients/{ended}/calls/call-1/restriction",
        {"reason": "unlawful_processing"},
    )
    assert api.as_client(ended, "POST", path, json=reason).status_code == 200
    taken = take_package(api, ended)
    require_refused(api, ended, taken)
    assert api.as_client(ended, "DELETE", path).status_code == 204
    require_refused(api, ended, taken)
    assert confirm(api, ended, take_package(api, ended)).status_code == 200


def test_a_package_with_what_is_restricted_is_everything(api: Api, ended: str) -> None:
    path = f"/v1/clients/{ended}/calls/call-1/restriction"
    reason = {"reason": "unlawful_processing"}
    assert api.as_client(ended, "POST", path, json=reason).status_code == 200
    left = contract_end(api, ended)["left"]["categories"]
    assert {one["category"]: one["restricted"] for one in left} == {
        "call": 1,
        "licence": 0,
        "recording": 1,
    }
    use = {"for": "legal_claim", "reference": "end of the contract"}
    taken = take_package(api, ended, restricted=use)
    assert confirm(api, ended, taken).status_code == 200


def require_refused(api: Api, client: str, export_id: str) -> None:
    for body in ({}, {"destroy_early": True}, {"destroy_early": True, "records": RECORDS}):
        assert confirm(api, client, export_id, **body).status_code == HTTPStatus.CONFLICT
    found = contract_end(api, client)
    assert (found["left"]["since"], found["confirmation"]) == (None, None)


def test_a_package_that_was_taken_in_pieces_is_taken_as_a_whole_once_nothing_is_missing(
    api: Api, ended: str
) -> None:
    export_id = make_package(api, ended)
    for piece in ("4000-", "0-2999"):
        assert fetch_package(api, ended, export_id, Range=f"bytes={piece}").status_code == 206
        assert confirm(api, ended, export_id).status_code == HTTPStatus.CONFLICT
    assert fetch_package(api, ended, export_id, Range="bytes=2500-4499").status_code == 206
    assert confirm(api, ended, export_id).status_code == 200


def test_what_is_asked_for_again_and_again_pushes_nothing_out(
    api: Api, services: Services, ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("telecom_privacy.reversibility.repository._MOST_SENT", 3)
    export_id = make_package(api, ended)
    for piece in ("0-2999", *["-1"] * 5, "2500-"):
        assert fetch_package(api, ended, export_id, Range=f"bytes={piece}").status_code == 206
    [stored] = services.databases.bulk["exports"].find({"_id": UUID(export_id)}, {"sent": 1})
    assert len(stored["sent"]) == 1
    assert confirm(api, ended, export_id).status_code == 200


def test_a_confirmation_alone_destroys_nothing(
    api: Api, services: Services, clock: MovableClock, ended: str
) -> None:
    taken = take_package(api, ended)
    answer = confirm(api, ended, taken)
    assert answer.json["confirmation"]["export_id"] == taken
    assert "records" not in answer.json
    sweep(services, clock)
    assert call_status(api, ended, "call-1") == 200

    path = f"/v1/clients/{ended}/contract-end"
    assert api.as_("admin", "DELETE", path).status_code == 204
    clock.advance(seconds=1)
    end_contract(api, ended, clock.now().date().isoformat())
    assert contract_end(api, ended)["confirmation"] is None


def test_early_destruction_takes_two_steps_and_the_number_of_records(api: Api, ended: str) -> None:
    taken = take_package(api, ended)
    asked = confirm(api, ended, taken, destroy_early=True)
    assert (asked.json["records"], asked.json["state"]) == (RECORDS, "open")
    assert asked.json["confirmation"] is None
    wrong = confirm(api, ended, taken, destroy_early=True, records=RECORDS + 1)
    assert wrong.status_code == HTTPStatus.CONFLICT
    assert call_status(api, ended, "call-1") == 200


def test_what_the_client_gave_up_is_gone_at_once_and_certified_for_good(
    api: Api, services: Services, clock: MovableClock, ended: str
) -> None:
    taken = take_package(api, ended)
    clock.advance(seconds=1)
    found = destroy(api, ended, taken)
    assert (found["state"], found["closed_by_client"]) == ("closed", True)
    assert found["confirmation"]["export_id"] == taken
    assert left(found) == {}

    assert call_status(api, ended, "call-1") == 410
    assert fetch_package(api, ended, taken).status_code == 410
    assert api.put_call(ended, "call-2", api.call()).status_code == 410
    assert traffic_count(api, ended) == 1
    assert destroy_again(api, ended, taken) == 200
    path = f"/v1/clients/{ended}/contract-end"
    assert api.as_("admin", "DELETE", path).status_code == HTTPStatus.CONFLICT

    clock.advance(minutes=10)
    sweep(services, clock)
    assert not has_client_key(services, ended)
    [certificate] = certificates_of(api, ended)
    assert counts(certificate) == {"recording": 1, "call": 1, "licence": 1}
    assert {one["rule"] for one in certificate["counts"]} == {"RET-2"}
    shown = contract_end(api, ended)
    assert [one["id"] for one in shown["certificates"]] == [certificate["id"]]
    assert shown["packages"][0]["id"] == taken
    assert traffic_count(api, ended) == 1


@pytest.fixture
def elsewhere(services: Services, clock: MovableClock) -> Iterator[Api]:
    """Another worker, with caches of its own."""
    other = bootstrap.wire(services.settings, services.databases, clock)
    other.epoch.start()
    yield Api(create_app(other), other.accounts, clock)
    other.epoch.stop()


def test_within_a_second_no_other_worker_answers_what_the_client_gave_up(
    api: Api, services: Services, elsewhere: Api, ended: str
) -> None:
    taken = take_package(api, ended)
    assert call_status(elsewhere, ended, "call-1") == 200
    assert fetch_package(elsewhere, ended, taken).status_code == 200
    destroy(api, ended, taken)
    services.epoch.outwait()  # a second at most
    assert call_status(elsewhere, ended, "call-1") == 410
    assert fetch_package(elsewhere, ended, taken).status_code == 410


def destroy_again(api: Api, client: str, export_id: str) -> int:
    return confirm(api, client, export_id, destroy_early=True, records=RECORDS).status_code


@pytest.mark.parametrize(
    ("owner", "method", "is_decided"),
    [
        (ClientRepository, "update_confirmed", False),
        (ClientRepository, "update", False),
        (Schedule, "touch", True),
        (Eraser, "erase_nodes", True),
        (ClientRepository, "update_destroyed", True),
    ],
)
def test_a_kill_loses_nothing_that_was_decided_and_decides_nothing_else(
    api: Api,
    services: Services,
    clock: MovableClock,
    ended: str,
    owner: type,
    method: str,
    is_decided: bool,
) -> None:
    taken = take_package(api, ended)
    with killed_at(owner, method):
        destroy(api, ended, taken)
        clock.advance(minutes=10)
        services.sweeps.run("test")
    services.epoch.advance()  # what the killed process did last, or would have done next
    assert call_status(api, ended, "call-1") == (410 if is_decided else 200)
    if not is_decided:
        clock.advance(minutes=11)
        services.recovery.run()
        assert call_status(api, ended, "call-1") == 200
        destroy(api, ended, taken)
    clock.advance(minutes=11)
    sweep(services, clock)
    assert not has_client_key(services, ended)
    assert counts(certificates_of(api, ended)[0]) == {"recording": 1, "call": 1, "licence": 1}


def test_no_answer_tells_that_a_hold_keeps_something(
    api: Api, services: Services, clock: MovableClock
) -> None:
    today = clock.now().date().isoformat()
    held, free = new_client(api), new_client(api)
    answers: dict[str, list[Any]] = {held: [], free: []}
    for client in (held, free):
        put_recorded_call(api, client, "call-1")
        put_recorded_call(api, client, "deleted before")
    hold = place(api, client_id=held)
    for client, said in answers.items():
        assert api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/deleted before")
        end_contract(api, client, today)
        said.append(contract_end(api, client))
        taken = take_package(api, client)
        said += [confirm(api, client, taken, destroy_early=True).json]
        said += [destroy(api, client, taken), contract_end(api, client)]
    sweep_all(services, clock)
    for client, said in answers.items():
        said += [contract_end(api, client), certificates_of(api, client)]

    assert plain(answers[held]) == plain(answers[free])
    assert audio(services, hold) == [AUDIO] * 2
    assert not has_client_key(services, free)


_OWN = {"id", "export_id", "by", "client", "commitment", "signature", "leaf_index", "bytes"}


def plain(said: Any) -> Any:
    """What was said, without what differs between any two clients."""
    if isinstance(said, dict):
        return {name: plain(one) for name, one in said.items() if name not in _OWN}
    return [plain(one) for one in said] if isinstance(said, list) else said
