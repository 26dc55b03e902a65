"""What is agreed has a date, what is sealed stays sealed, and no change undoes another."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from werkzeug.test import TestResponse

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock, raw_documents, recording_path, tone

_NUMBERS = count(1)


@pytest.fixture
def client(api: Api) -> str:
    return api.create_client(f"client-{next(_NUMBERS)}", options=())


@pytest.fixture(scope="module")
def other(settings: Settings, services: Services, clock: MovableClock) -> Iterator[Api]:
    """Another worker on the same databases."""
    other = bootstrap.build_services(settings, clock)
    other.epoch.start()
    yield Api(create_app(other), other.accounts, clock)
    other.epoch.stop()
    other.databases.close()


def change(api: Api, client: str, **body: Any) -> TestResponse:
    return api.as_("admin", "PATCH", f"/v1/clients/{client}", json=body)


def show(api: Api, client: str) -> dict[str, Any]:
    found: dict[str, Any] = api.as_("admin", "GET", f"/v1/clients/{client}").get_json()
    return found


def records(api: Api, client: str) -> bool:
    """Whether the platform is told to record."""
    answer = api.as_("platform", "GET", f"/v1/clients/{client}/recording-policy")
    return bool(answer.get_json()["record"])


def local_day(settings: Settings, clock: MovableClock, days: int = 0) -> date:
    return clock.now().astimezone(settings.time_zone).date() + timedelta(days=days)


def start_of(settings: Settings, day: date) -> datetime:
    return datetime.combine(day, time(), settings.time_zone).astimezone(UTC)


def test_an_option_counts_from_the_beginning_of_its_day(
    api: Api, client: str, settings: Settings, clock: MovableClock
) -> None:
    day = local_day(settings, clock, days=3)
    answer = change(api, client, options=["recording"], effective_on=day.isoformat())
    assert answer.get_json()["options"] == []
    clock.set(start_of(settings, day) - timedelta(milliseconds=1))
    assert not records(api, client)
    clock.set(start_of(settings, day))
    assert records(api, client)
    assert show(api, client)["options"] == ["recording"]


def test_todays_date_and_no_date_mean_now(
    api: Api, client: str, settings: Settings, clock: MovableClock
) -> None:
    today = local_day(settings, clock).isoformat()
    assert change(api, client, options=["recording"], effective_on=today).status_code == 200
    assert records(api, client)
    clock.advance(seconds=1)
    assert change(api, client, options=[]).get_json()["options"] == []
    assert not records(api, client)


def test_a_time_counts_to_the_millisecond(api: Api, client: str, clock: MovableClock) -> None:
    at = clock.now() + timedelta(hours=5)
    change(api, client, options=["recording"], effective_on=at.isoformat())
    clock.set(at - timedelta(milliseconds=1))
    assert not records(api, client)
    clock.set(at)
    assert records(api, client)


def test_a_change_in_the_past_is_refused(
    api: Api, client: str, settings: Settings, clock: MovableClock
) -> None:
    yesterday = local_day(settings, clock, days=-1).isoformat()
    moment = (clock.now() - timedelta(milliseconds=1)).isoformat()
    for effective_on in (yesterday, moment):
        answer = change(api, client, options=["recording"], effective_on=effective_on)
        assert answer.get_json()["errors"] == {"effective_on": ["lies in the past"]}
    assert not records(api, client)


def test_only_what_is_agreed_waits_for_its_date(
    api: Api, client: str, settings: Settings, clock: MovableClock
) -> None:
    day = local_day(settings, clock, days=2)
    body = {"name": "New name", "options": ["recording"], "effective_on": day.isoformat()}
    shown = change(api, client, **body).get_json()
    assert (shown["name"], shown["options"]) == ("New name", [])


def test_an_agreed_term_decides_when_a_recording_is_gone(api: Api, clock: MovableClock) -> None:
    client = api.create_client(f"client-{next(_NUMBERS)}")
    assert change(api, client, terms={"recording": "P30D"}).status_code == HTTPStatus.OK
    assert show(api, client)["terms"] == {"recording": "P30D"}
    clock.advance(days=8)  # a shorter term counts after its grace
    ended_at = clock.now()
    api.put_call(client, "call-1", api.call(ended_ago=timedelta(0)))
    assert api.put_recording(client, "call-1", tone()).status_code == HTTPStatus.CREATED

    clock.set(ended_at + timedelta(days=30, milliseconds=-1))
    path = recording_path(client, "call-1")
    assert api.as_client(client, "GET", path).status_code == HTTPStatus.OK
    clock.set(ended_at + timedelta(days=30))
    assert api.as_client(client, "GET", path).status_code == HTTPStatus.GONE


def test_a_term_agreed_on_joining_knows_no_grace_and_counts_for_what_is_brought_along(
    api: Api, clock: MovableClock
) -> None:
    client = api.create_client(f"client-{next(_NUMBERS)}", terms={"recording": "P30D"})
    for call, age in (("old", timedelta(days=30)), ("young", timedelta(days=30, minutes=-2))):
        api.put_call(client, call, api.call(ended_ago=age))
    assert api.put_recording(client, "old", tone()).status_code == HTTPStatus.GONE
    assert api.put_recording(client, "young", tone()).status_code == HTTPStatus.CREATED
    clock.advance(minutes=2)
    answer = api.as_client(client, "GET", recording_path(client, "young"))
    assert answer.status_code == HTTPStatus.GONE


def test_a_term_that_is_given_up_is_the_policys_own_again(
    api: Api, client: str, settings: Settings, clock: MovableClock
) -> None:
    change(api, client, terms={"recording": "P30D"})
    day = local_day(settings, clock, days=1)
    change(api, client, terms={"recording": None}, effective_on=day.isoformat())
    assert show(api, client)["terms"] == {"recording": "P30D"}
    clock.set(start_of(settings, day))
    assert show(api, client)["terms"] == {}


def test_storage_extension_keeps_recordings_for_six_months(api: Api, clock: MovableClock) -> None:
    client = api.create_client(f"client-{next(_NUMBERS)}", ["recording", "storage_extension"])
    api.put_call(client, "call-1", api.call())
    api.put_recording(client, "call-1", tone())
    clock.advance(days=120)
    path = recording_path(client, "call-1")
    assert api.as_client(client, "GET", path).status_code == HTTPStatus.OK
    clock.advance(days=70)
    assert api.as_client(client, "GET", path).status_code == HTTPStatus.GONE


def test_nothing_that_names_or_describes_a_client_lies_in_the_database(
    api: Api, services: Services
) -> None:
    client, licence = "maison-dupont", "poste-de-martin"
    contact = {"name": "Mme Lefebvre", "email": "lefebvre@example.org", "phone": "+33187650001"}
    announcement = {"documented_on": "2026-01-01", "text": "Vous êtes chez Dupont"}
    api.create_client(
        client, name="Étude Durand", contact=contact, announcement=announcement, licences=()
    )
    body = {"id": licence, "label": "Bureau Moreau", "kind": "agent", "privileged": "lawyer"}
    path = f"/v1/clients/{client}/licences"
    assert api.as_("admin", "POST", path, json=body).status_code == HTTPStatus.CREATED
    change(api, client, name="Étude Girard")
    api.as_("admin", "PATCH", f"{path}/{licence}", json={"label": "Bureau Rousseau"})

    raw = raw_documents(services.databases)
    assert b"web2contact" in raw  # the search does find what is there
    private = [client, licence, "Durand", "Girard", "Moreau", "Rousseau", "chez Dupont", "lawyer"]
    for value in (*private, *contact.values()):
        assert value.encode() not in raw, value


def test_of_two_changes_at_once_one_is_a_conflict_and_nothing_is_lost(
    api: Api, other: Api, client: str
) -> None:
    outcomes = at_once(
        lambda: change(api, client, name="one"),
        lambda: change(other, client, contact={"name": "two"}),
    )
    assert sorted(outcomes) in ([200, 200], [200, 409])
    shown = show(api, client)
    done = (shown["name"] == "one", shown.get("contact") == {"name": "two"})
    assert done == tuple(status == HTTPStatus.OK for status in outcomes)


def test_of_two_clients_with_one_id_one_is_created(api: Api, other: Api) -> None:
    body = {
        "id": "wanted",
        "name": "x",
        "policy": "web2contact",
        "contract": {"started_on": "2026-01-01"},
    }
    outcomes = at_once(
        *(lambda a=a: a.as_("admin", "POST", "/v1/clients", json=body) for a in (api, other))
    )
    assert sorted(outcomes) == [HTTPStatus.CREATED, HTTPStatus.CONFLICT]
    assert show(api, "wanted") == show(other, "wanted")


def test_changes_through_several_workers_one_after_the_other_all_count(
    api: Api, other: Api, client: str
) -> None:
    for name, worker in (("one", api), ("two", other), ("three", api), ("four", other)):
        show(api, client), show(other, client)
        answer = change(worker, client, name=name)
        assert (answer.status_code, answer.get_json()["name"]) == (HTTPStatus.OK, name)


def test_changes_of_a_licence_through_several_workers_all_count(
    api: Api, other: Api, client: str
) -> None:
    path = f"/v1/clients/{client}/licences/licence-1"
    for label, worker in (("one", api), ("two", other), ("three", api), ("four", other)):
        for one in (api, other):
            one.as_("admin", "GET", path)
        answer = worker.as_("admin", "PATCH", path, json={"label": label})
        assert (answer.status_code, answer.get_json()["label"]) == (HTTPStatus.OK, label)


def test_of_two_changes_of_a_licence_at_once_nothing_is_lost(
    api: Api, other: Api, client: str
) -> None:
    path = f"/v1/clients/{client}/licences/licence-1"
    outcomes = at_once(
        lambda: api.as_("admin", "PATCH", path, json={"label": "one"}),
        lambda: other.as_("admin", "PATCH", path, json={"kind": "device"}),
    )
    shown = api.as_("admin", "GET", path).get_json()
    done = (shown["label"] == "one", shown["kind"] == "device")
    assert done == tuple(status == HTTPStatus.OK for status in outcomes)
    assert set(outcomes) <= {HTTPStatus.OK, HTTPStatus.CONFLICT}


def test_a_client_past_its_term_is_gone_before_any_sweep(
    api: Api, client: str, clock: MovableClock
) -> None:
    body = {"ended_on": f"{clock.now():%Y-%m-%d}", "keep_account": False}
    api.as_("admin", "POST", f"/v1/clients/{client}/contract-end", json=body)
    clock.advance(days=6 * 366)
    assert api.as_("admin", "GET", f"/v1/clients/{client}").status_code == HTTPStatus.GONE
    listed = api.as_("admin", "GET", "/v1/clients?limit=500").get_json()["items"]
    assert client not in [item["id"] for item in listed]


def at_once(*requests: Callable[[], TestResponse]) -> list[int]:
    """Send requests at the same time; returns their statuses."""
    barrier = Barrier(len(requests))

    def send(request: Callable[[], TestResponse]) -> int:
        barrier.wait()
        return request().status_code

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))
