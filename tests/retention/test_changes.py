"""What is agreed otherwise while data is kept: options, policies and terms (RULES §2, RET-8)."""

from datetime import timedelta

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    call_status,
    change,
    end_contract,
    local,
    new_client,
    preview,
    put_recorded_call,
    recording_status,
    sweep,
)

TICK = timedelta(milliseconds=1)
JOINED = local("2027-03-01 12:00")
EXTENDED = ["recording", "storage_extension"]


@pytest.fixture
def joined(api: Api, clock: MovableClock) -> str:
    """A client with one recorded call of 1 March 2027."""
    clock.set(JOINED)
    client = new_client(api)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    return client


def gone_at(api: Api, clock: MovableClock, client: str, text: str) -> None:
    """Check both sides of the moment at which the recording is gone."""
    clock.set(local(text) - TICK)
    assert recording_status(api, client, "call-1") == 200
    clock.set(local(text))
    assert recording_status(api, client, "call-1") == 410


def test_an_extension_bought_again_after_the_grace_revives_nothing(
    api: Api, clock: MovableClock, joined: str
) -> None:
    change(api, joined, options=EXTENDED)
    clock.set(local("2027-06-09 12:00"))
    change(api, joined, options=["recording"])
    clock.set(local("2027-06-16 12:00"))
    assert recording_status(api, joined, "call-1") == 410
    assert change(api, joined, options=EXTENDED) == 200

    assert recording_status(api, joined, "call-1") == 410
    assert preview(api, joined, "2027-12-31") == [("recording", "RET-1", "2027-06-16", 1)]


def test_what_was_swept_does_not_come_back_with_the_extension(
    api: Api, services: Services, clock: MovableClock, joined: str
) -> None:
    clock.set(local("2027-06-01 12:00"))
    assert sweep(services, clock).erased["recording"] == 1
    change(api, joined, options=EXTENDED)
    assert recording_status(api, joined, "call-1") == 410
    assert call_status(api, joined, "call-1") == 200


def test_a_change_may_be_dated_ahead_and_the_grace_runs_from_its_day(
    api: Api, clock: MovableClock, joined: str
) -> None:
    change(api, joined, options=EXTENDED)
    clock.set(local("2027-06-05 12:00"))
    assert change(api, joined, options=["recording"], effective_on="2027-07-01") == 200
    assert preview(api, joined, "2027-12-31") == [("recording", "RET-1", "2027-07-08", 1)]
    gone_at(api, clock, joined, "2027-07-08 00:00")


def test_a_shorter_agreed_term_waits_for_the_grace_that_the_preview_shows(
    api: Api, clock: MovableClock, joined: str
) -> None:
    clock.set(local("2027-04-10 12:00"))
    assert change(api, joined, terms={"recording": "P30D"}) == 200
    assert preview(api, joined, "2027-12-31") == [("recording", "RET-8", "2027-04-17", 1)]
    gone_at(api, clock, joined, "2027-04-17 12:00")


def test_a_term_given_up_within_the_grace_was_never_agreed(
    api: Api, clock: MovableClock, joined: str
) -> None:
    clock.set(local("2027-04-10 12:00"))
    change(api, joined, terms={"recording": "P30D"})
    clock.set(local("2027-04-16 12:00"))
    change(api, joined, terms={"recording": None})
    assert preview(api, joined, "2027-12-31") == [("recording", "RET-1", "2027-05-30", 1)]


def test_a_longer_agreed_term_counts_at_once(api: Api, clock: MovableClock, joined: str) -> None:
    clock.set(local("2027-05-30 12:59"))
    assert change(api, joined, terms={"recording": "P6M"}) == 200
    gone_at(api, clock, joined, "2027-09-01 12:00")


def test_another_policy_counts_from_its_day_and_shortens_after_the_grace(
    api: Api, clock: MovableClock, joined: str
) -> None:
    """Six months of informatique70 become web2contact's 90 days."""
    assert change(api, joined, policy="informatique70") == 200
    clock.set(local("2027-06-15 12:00"))
    assert recording_status(api, joined, "call-1") == 200
    assert change(api, joined, policy="web2contact") == 200
    assert preview(api, joined, "2027-12-31") == [("recording", "RET-1", "2027-06-22", 1)]
    gone_at(api, clock, joined, "2027-06-22 12:00")


def test_another_policy_revives_nothing(api: Api, clock: MovableClock, joined: str) -> None:
    clock.set(local("2027-05-30 13:00"))  # 90 times 24 hours, over the change to summer time
    assert change(api, joined, policy="informatique70") == 200
    assert recording_status(api, joined, "call-1") == 410


def test_a_policy_that_there_is_not_is_refused(api: Api, client: str) -> None:
    assert change(api, client, policy="none") == 422


def test_the_preview_supposes_another_policy(api: Api, joined: str) -> None:
    assert preview(api, joined, "2027-12-31", policy="informatique70") == [
        ("recording", "RET-8", "2027-09-01", 1)
    ]


def test_the_preview_supposes_agreed_terms(api: Api, joined: str, clock: MovableClock) -> None:
    terms = {"terms.recording": "P30D", "terms.call": "P60D"}
    assert preview(api, joined, "2027-12-31", **terms) == [
        ("call", "RET-8", "2027-04-30", 1),
        ("recording", "RET-8", "2027-03-31", 1),
    ]
    clock.set(local("2027-04-20 12:00"))  # the supposition is of now, and has its grace
    assert preview(api, joined, "2027-12-31", **terms)[1] == ("recording", "RET-8", "2027-04-27", 1)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"policy": "none"}, "policy"),
        ({"terms.recording": "P7M"}, "terms"),
        ({"terms.recording": "soon"}, "terms"),
        ({"terms.nothing": "P7M"}, "terms"),
        ({"terms": "P7M"}, "terms"),
    ],
)
def test_what_could_not_be_agreed_is_not_supposed(
    api: Api, client: str, clock: MovableClock, query: dict[str, str], field: str
) -> None:
    asked = {"on": f"{clock.now():%Y-%m-%d}", "client": client, **query}
    answer = api.as_("dpo", "GET", "/v1/retention/preview", query_string=asked)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def put_note(api: Api, client: str, note: str) -> None:
    """Hand in a call note of now."""
    body = {"occurred_at": api.clock.now().isoformat(), "data": {"text": "rappeler"}}
    path = f"/v1/clients/{client}/records/call_note/{note}"
    assert api.as_("platform", "PUT", path, json=body).status_code == 201


def note_status(api: Api, client: str, note: str) -> int:
    path = f"/v1/clients/{client}/records/call_note/{note}"
    return api.as_client(client, "GET", path).status_code


def test_a_term_is_agreed_for_records_as_well(api: Api, clock: MovableClock, client: str) -> None:
    clock.set(JOINED + timedelta(days=1))
    put_note(api, client, "note-1")
    assert preview(api, client, "2027-12-31") == []
    assert preview(api, client, "2027-12-31", **{"terms.call_note": "P60D"}) == [
        ("call_note", "RET-8", "2027-05-01", 1)
    ]
    assert change(api, client, terms={"call_note": "P60D"}) == 200
    shown = api.as_("admin", "GET", f"/v1/clients/{client}").json["terms"]
    assert shown == {"call_note": "P60D"}

    clock.set(local("2027-05-01 13:00") - TICK)
    assert note_status(api, client, "note-1") == 200
    clock.set(local("2027-05-01 13:00"))
    assert note_status(api, client, "note-1") == 410


@pytest.mark.parametrize(
    "terms", [{"call_note": "P11Y"}, {"unpaid_invoice": "P1D"}, {"no_such": "P1D"}, {"No": "P1D"}]
)
def test_other_terms_are_not_agreed_for_records(
    api: Api, client: str, terms: dict[str, str]
) -> None:
    assert change(api, client, terms=terms) == 422


def test_the_preview_follows_the_end_of_the_contract_its_correction_and_its_resumption(
    api: Api, clock: MovableClock, client: str
) -> None:
    clock.set(local("2027-04-20 12:00"))
    put_note(api, client, "note-1")
    hosted = [("call_note", "RET-3"), ("licence", "RET-3")]

    def foretold() -> list[tuple[str, str, str]]:
        return [found[:3] for found in preview(api, client, "2027-12-31")]

    assert foretold() == []
    end_contract(api, client, "2027-04-15")
    assert foretold() == [(*kind, "2027-05-16") for kind in hosted]
    end_contract(api, client, "2027-04-30")
    assert foretold() == [(*kind, "2027-05-31") for kind in hosted]
    path = f"/v1/clients/{client}/contract-end"
    assert api.as_("admin", "DELETE", path).status_code == 204
    assert foretold() == []


def test_the_sweep_spares_what_a_resumed_contract_keeps(
    api: Api, services: Services, clock: MovableClock, joined: str
) -> None:
    clock.set(local("2027-04-20 12:00"))
    put_note(api, joined, "note-1")
    end_contract(api, joined, "2027-04-15")
    clock.set(local("2027-05-15 23:59"))
    assert sweep(services, clock).erased == {}
    assert api.as_("admin", "DELETE", f"/v1/clients/{joined}/contract-end").status_code == 204

    clock.set(local("2027-05-20 12:00"))
    assert sweep(services, clock).erased == {}
    assert call_status(api, joined, "call-1") == 200
    assert note_status(api, joined, "note-1") == 200
