"""The reminders of a window that the client closed itself: those that it was given (RET-3)."""

from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.dashboard.builders import confirm, contract_end, take_package
from tests.retention.builders import end_contract, local, new_client, put_recorded_call, sweep


@pytest.fixture
def ended(api: Api, clock: MovableClock) -> str:
    """A client with a call whose contract ended on 31 May."""
    clock.set(max(clock.now(), local("2027-05-31 09:00")))
    client = new_client(api)
    put_recorded_call(api, client, "call-1")
    end_contract(api, client, "2027-05-31")
    return client


def close_early(api: Api, client: str) -> None:
    taken = take_package(api, client)
    asked = confirm(api, client, taken, destroy_early=True)
    answer = confirm(api, client, taken, destroy_early=True, records=asked.json["records"])
    assert answer.json["closed_by_client"], answer.json


def reminders(api: Api, client: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = contract_end(api, client)["reminders"]
    shown = api.as_("admin", "GET", f"/v1/clients/{client}").json
    assert shown["contract"]["reminders"] == found
    return found


def test_what_was_sent_is_shown_and_nothing_that_never_will_be(
    api: Api, services: Services, clock: MovableClock, ended: str
) -> None:
    clock.set(local("2027-06-16 09:00"))
    sweep(services, clock)
    [sent, *_] = reminders(api, ended)
    assert sent["reminded_at"]

    close_early(api, ended)

    assert reminders(api, ended) == [sent]
    sweep(services, clock)
    assert reminders(api, ended) == [sent]


def test_of_a_window_that_closed_before_any_reminder_none_is_shown(
    api: Api, clock: MovableClock, ended: str
) -> None:
    clock.advance(seconds=1)
    close_early(api, ended)
    assert reminders(api, ended) == []
