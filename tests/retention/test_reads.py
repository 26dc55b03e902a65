"""Reads obey the term by themselves: no sweep runs in this module (DESIGN §5)."""

from datetime import timedelta

import pytest

from tests.builders import Api, MovableClock, recording_path
from tests.retention.builders import (
    AUDIO,
    call_status,
    change,
    end_contract,
    local,
    new_client,
    preview,
    put_recorded_call,
    recording_status,
    traffic_count,
)

TICK = timedelta(milliseconds=1)
EXTENDED = ["recording", "storage_extension"]


def recording_answers(api: Api, client: str) -> dict[str, int]:
    """What every way to the recording of `call-1` answers."""
    path, ranged = recording_path(client, "call-1"), {"Range": "bytes=0-9"}
    return {
        "get": api.as_client(client, "GET", path).status_code,
        "head": api.as_client(client, "HEAD", path).status_code,
        "range": api.as_client(client, "GET", path, headers=ranged).status_code,
        "late retry": api.put_recording(client, "call-1", AUDIO).status_code,
    }


def listed_recordings(api: Api, client: str) -> int:
    answer = api.as_client(client, "GET", f"/v1/clients/{client}/calls/call-1")
    assert answer.status_code == 200
    return len(answer.json["recordings"])


def test_a_recording_is_gone_the_instant_its_90_days_are_over(
    api: Api, client: str, clock: MovableClock
) -> None:
    call = put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    due_at = clock.now() + timedelta(days=90)

    clock.set(due_at - TICK)
    assert recording_answers(api, client) == {
        "get": 200,
        "head": 200,
        "range": 206,
        "late retry": 200,
    }
    assert listed_recordings(api, client) == 1

    clock.set(due_at)
    assert set(recording_answers(api, client).values()) == {410}
    assert api.put_recording(client, "call-1", AUDIO, "another").status_code == 410
    assert listed_recordings(api, client) == 0
    assert api.put_call(client, "call-1", call).status_code == 200


@pytest.mark.parametrize(
    ("ended_at", "due_at"),
    [
        ("2027-08-31 10:00", "2028-02-29 10:00"),
        ("2028-08-31 10:00", "2029-02-28 10:00"),
        ("2027-09-28 02:30", "2028-03-28 02:30"),
        ("2026-09-28 02:30", "2027-03-28 03:30"),
    ],
)
def test_six_months_of_the_extension_are_counted_by_the_calendar_of_paris(
    api: Api, clock: MovableClock, ended_at: str, due_at: str
) -> None:
    clock.set(local(ended_at))
    client = new_client(api)
    change(api, client, options=EXTENDED)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))

    clock.set(local(due_at) - TICK)
    assert recording_status(api, client, "call-1") == 200
    clock.set(local(due_at))
    assert recording_status(api, client, "call-1") == 410


def test_an_extension_bought_in_time_keeps_the_recording(
    api: Api, client: str, clock: MovableClock
) -> None:
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(days=85)
    assert change(api, client, options=EXTENDED) == 200

    clock.advance(days=10)
    assert recording_status(api, client, "call-1") == 200


def test_an_extension_bought_too_late_revives_nothing(
    api: Api, client: str, clock: MovableClock
) -> None:
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(days=95)
    assert change(api, client, options=EXTENDED) == 200

    assert set(recording_answers(api, client).values()) == {410}


def test_a_cancelled_extension_ends_after_seven_days_that_the_preview_shows(
    api: Api, clock: MovableClock
) -> None:
    clock.set(local("2027-03-01 12:00"))
    client = new_client(api)
    change(api, client, options=EXTENDED)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(days=100)
    assert change(api, client, options=["recording"]) == 200
    cancelled_at = clock.now()

    assert preview(api, client, "2027-06-30") == [("recording", "RET-1", "2027-06-16", 1)]
    clock.set(cancelled_at + timedelta(days=7) - TICK)
    assert recording_status(api, client, "call-1") == 200
    clock.set(cancelled_at + timedelta(days=7))
    assert recording_status(api, client, "call-1") == 410


def test_an_extension_that_is_given_back_within_the_grace_was_never_lost(
    api: Api, client: str, clock: MovableClock
) -> None:
    change(api, client, options=EXTENDED)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(days=100)
    change(api, client, options=["recording"])
    clock.advance(days=6)
    change(api, client, options=EXTENDED)

    clock.advance(days=10)
    assert recording_status(api, client, "call-1") == 200


def test_an_agreed_term_counts_instead_of_the_notice(
    api: Api, client: str, clock: MovableClock
) -> None:
    assert change(api, client, terms={"recording": "P30D"}) == 200
    clock.advance(days=8)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    due_at = clock.now() + timedelta(days=30)

    day = due_at.date().isoformat()
    assert preview(api, client, day) == [("recording", "RET-8", day, 1)]
    clock.set(due_at - TICK)
    assert recording_status(api, client, "call-1") == 200
    clock.set(due_at)
    assert recording_status(api, client, "call-1") == 410


@pytest.mark.parametrize("terms", [{"recording": "P7M"}, {"call": "P11Y"}, {"traffic": "P1M"}])
def test_a_term_beyond_what_the_policy_allows_is_refused(
    api: Api, client: str, terms: dict[str, str]
) -> None:
    assert change(api, client, terms=terms) == 422


@pytest.mark.parametrize(
    ("ended_on", "closes_on"), [("2027-01-31", "2027-03-02"), ("2027-07-31", "2027-08-31")]
)
def test_a_month_after_the_contract_all_that_was_hosted_is_gone_and_traffic_is_not(
    api: Api, clock: MovableClock, ended_on: str, closes_on: str
) -> None:
    clock.set(local(f"{ended_on} 09:00"))
    client = new_client(api)
    call = put_recorded_call(api, client, "call-1")
    assert end_contract(api, client, ended_on)["closes_on"] == closes_on
    licence = f"/v1/clients/{client}/licences/licence-1"
    calls = f"/v1/clients/{client}/calls"
    over_at = local(f"{closes_on} 00:00") + timedelta(days=1)

    clock.set(over_at - TICK)
    assert call_status(api, client, "call-1") == 200
    assert recording_status(api, client, "call-1") == 200
    assert api.as_("admin", "GET", licence).status_code == 200

    clock.set(over_at)
    assert call_status(api, client, "call-1") == 410
    assert set(recording_answers(api, client).values()) == {410}
    assert api.as_client(client, "GET", f"{calls}/call-1/receipt").status_code == 410
    assert api.as_client(client, "PATCH", f"{calls}/call-1", json={"note": "n"}).status_code == 410
    assert api.as_client(client, "GET", calls).status_code == 410
    assert api.put_call(client, "call-1", call).status_code == 410
    assert api.as_("admin", "GET", licence).status_code == 410
    assert traffic_count(api, client) == 1


def test_traffic_stays_a_year_and_the_subscribers_identity_five(
    api: Api, clock: MovableClock
) -> None:
    clock.set(local("2027-01-31 09:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    end_contract(api, client, "2027-01-31")

    clock.set(local("2028-01-31 09:00") - TICK)
    assert traffic_count(api, client) == 1
    clock.set(local("2028-01-31 09:00"))
    assert traffic_count(api, client) == 0

    clock.set(local("2032-02-01 00:00") - TICK)
    assert api.as_("admin", "GET", f"/v1/clients/{client}").status_code == 200
    clock.set(local("2032-02-01 00:00"))
    assert api.as_("admin", "GET", f"/v1/clients/{client}").status_code == 410


def test_what_the_client_deletes_leaves_the_operators_traffic(
    api: Api, client: str, clock: MovableClock
) -> None:
    put_recorded_call(api, client, "call-1")
    path = f"/v1/clients/{client}/calls/call-1"
    assert api.as_client(client, "DELETE", path).status_code == 204

    assert call_status(api, client, "call-1") == 410
    assert recording_status(api, client, "call-1") == 410
    assert traffic_count(api, client) == 1


def test_a_late_retry_of_what_was_deleted_gets_no_second_life(
    api: Api, clock: MovableClock, client: str
) -> None:
    call = put_recorded_call(api, client, "call-1")
    path = f"/v1/clients/{client}/calls/call-1"
    assert api.as_client(client, "DELETE", path).status_code == 204
    clock.advance(days=89)

    assert api.put_call(client, "call-1", call).status_code == 410
    assert api.put_recording(client, "call-1", AUDIO).status_code == 410
