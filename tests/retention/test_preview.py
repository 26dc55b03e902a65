"""The preview foretells just what sweeps then erase (DESIGN §5)."""

from collections import Counter
from datetime import timedelta

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock
from tests.retention.builders import (
    START,
    certificates_of,
    change,
    client_id,
    counts,
    end_contract,
    local,
    new_client,
    preview,
    put_recorded_call,
    stored_documents,
    sweep,
)


def test_the_preview_counts_per_category_rule_and_local_day(api: Api, clock: MovableClock) -> None:
    clock.set(local("2027-01-10 09:00"))
    client = new_client(api)
    for call_id, ended_at in [("a", "2027-01-09 20:00"), ("b", "2027-01-09 21:00")]:
        put_recorded_call(api, client, call_id, ended_ago=clock.now() - local(ended_at))

    assert preview(api, client, "2027-04-08") == []
    assert preview(api, client, "2027-04-09") == [("recording", "RET-1", "2027-04-09", 2)]


def test_the_day_that_is_asked_for_belongs_to_it_until_midnight_of_paris(
    api: Api, clock: MovableClock
) -> None:
    clock.set(local("2027-11-02 09:00"))
    client = new_client(api)
    for call_id, ended_at in [("a", "2027-11-01 23:59"), ("b", "2027-11-02 00:00")]:
        put_recorded_call(api, client, call_id, ended_ago=clock.now() - local(ended_at))

    assert preview(api, client, "2028-01-30") == [("recording", "RET-1", "2028-01-30", 1)]
    assert preview(api, client, "2028-01-31")[-1] == ("recording", "RET-1", "2028-01-31", 1)


def test_the_end_of_the_contract_brings_everything_hosted_into_the_preview(
    api: Api, clock: MovableClock
) -> None:
    clock.set(local("2027-05-31 09:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    assert preview(api, client, "2027-07-01") == []
    end_contract(api, client, "2027-05-31")

    assert preview(api, client, "2032-06-01") == [
        ("call", "RET-4", "2027-07-01", 1),
        ("client", "RET-30", "2032-06-01", 1),
        ("licence", "RET-3", "2027-07-01", 1),
        ("recording", "RET-3", "2027-07-01", 1),
        ("traffic", "RET-29", "2028-05-31", 1),
    ]


def test_the_preview_asks_what_would_be_if_the_extension_were_taken_or_given_up(
    api: Api, clock: MovableClock
) -> None:
    clock.set(local("2027-03-01 12:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    now, later = ("2027-05-30", "2027-09-01")

    assert preview(api, client, later) == [("recording", "RET-1", now, 1)]
    assert preview(api, client, later, storage_extension="true") == [
        ("recording", "RET-1", later, 1)
    ]
    change(api, client, options=["recording", "storage_extension"])
    clock.advance(days=100)
    assert preview(api, client, later) == [("recording", "RET-1", later, 1)]
    assert preview(api, client, later, storage_extension="false") == [
        ("recording", "RET-1", "2027-06-16", 1)
    ]


def test_a_term_is_supposed_of_all_clients_that_could_agree_it(
    api: Api, clock: MovableClock
) -> None:
    clock.set(local("2027-03-01 12:00"))
    able, unable = new_client(api), new_client(api)
    change(api, unable, policy="messagebird")
    put_recorded_call(api, able, "call-1", ended_ago=timedelta(0))
    query = {"on": "2027-04-30", "terms.message": "P30D", "terms.recording": "P40D"}
    path = "/v1/retention/preview"

    answer = api.as_("dpo", "GET", path, query_string=query)
    assert answer.status_code == 200
    assert [(one["client"], one["day"]) for one in answer.json["items"]] == [(able, "2027-04-10")]
    named = api.as_("dpo", "GET", path, query_string={**query, "client": unable})
    assert named.status_code == 422


def test_sweeps_erase_what_the_preview_foretold_on_the_day_it_foretold(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(START)
    client = new_client(api)
    owner = client_id(services, client)
    for number in range(4):
        put_recorded_call(api, client, f"call-{number}", ended_ago=timedelta(hours=7 * number))
        clock.advance(days=1, hours=5)
    end_contract(api, client, "2027-03-20")
    foretold = preview(api, client, "2032-03-31")
    per_day = Counter()
    for category, _, day, count in foretold:
        per_day[day, category] += count

    erased = {}
    for day in sorted({day for day, _ in per_day}):
        clock.set(local(f"{day} 23:59:59"))
        found = sweep(services, clock)
        erased |= {(day, category.value): n for category, n in found.erased.items()}

    assert erased == per_day
    assert len(foretold) >= 6
    assert services.databases.audit["clients"].find_one({"_id": owner}) is None
    assert stored_documents(services, "traffic", owner) == []


def test_what_is_due_already_is_foretold_for_the_day_it_fell_due(
    api: Api, services: Services, clock: MovableClock
) -> None:
    clock.set(local("2027-03-01 12:00"))
    client = new_client(api)
    put_recorded_call(api, client, "call-1", ended_ago=timedelta(0))
    clock.advance(days=95)

    assert preview(api, client, "2027-06-04") == [("recording", "RET-1", "2027-05-30", 1)]
    sweep(services, clock)
    assert preview(api, client, "2027-06-04") == []
    assert counts(certificates_of(api, client)[0]) == {"recording": 1}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"on": "2027-01-04"}, 200),
        ({"on": "2027-01-03"}, 422),
        ({"on": "soon"}, 422),
        ({}, 422),
        ({"on": "2027-01-04", "storage_extension": "perhaps"}, 422),
        ({"on": "2027-01-04", "client": "nobody"}, 404),
        ({"on": "2126-12-31"}, 200),
        ({"on": "9999-12-31"}, 422),
    ],
)
def test_a_preview_is_for_a_day_to_come(
    api: Api, clock: MovableClock, query: dict[str, str], status: int
) -> None:
    clock.set(local("2027-01-04 00:00"))
    put_recorded_call(api, new_client(api), "call-1")
    answer = api.as_("dpo", "GET", "/v1/retention/preview", query_string=query)
    assert answer.status_code == status


def test_a_client_sees_the_preview_of_its_own_data_only(api: Api, clock: MovableClock) -> None:
    clock.set(local("2027-01-04 00:00"))
    client, other, day = new_client(api), new_client(api), "2027-01-04"
    path = "/v1/retention/preview"

    def asked(**query: str) -> int:
        return api.as_client(client, "GET", path, query_string={"on": day, **query}).status_code

    assert asked(client=client) == 200
    assert asked(client=other) == 404
    assert asked() == 422
