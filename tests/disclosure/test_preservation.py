"""Secret holds of requisitions: for the time of the text, known to legal staff alone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.register import Register
from telecom_privacy.holds.service import HoldService
from tests.builders import MovableClock
from tests.disclosure.answers import (
    audio,
    calls,
    disclosed,
    erase,
    fresh_number,
    line,
    matches,
    package,
    put_recorded,
    steps,
)
from tests.disclosure.builders import CONTENT, LegalDesk
from tests.disclosure.preserving import holds
from tests.erasure.kills import killed_at
from tests.retention.builders import AUDIO, end_contract, sweep


def test_a_hold_of_a_case_is_there_for_legal_staff_alone(desk: LegalDesk, fresh: str) -> None:
    path = desk.recorded(numbers=[fresh])
    assert desk.take(path, "preserve").status_code == 200
    (hold,) = holds(desk, path)
    assert hold["secret"] is True
    one = f"/v1/holds/{hold['id']}"
    listed = desk.api.as_("dpo", "GET", "/v1/holds?limit=500").json["items"]
    assert hold["id"] not in {other["id"] for other in listed}
    review = {"review_on": "2099-01-01"}
    for method, rest, body in (
        ("GET", "", None),
        ("POST", "/release", None),
        ("POST", "/review", review),
    ):
        assert desk.api.as_("dpo", method, f"{one}{rest}", json=body).status_code == 404


def test_what_a_client_erases_meanwhile_is_found_and_given(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    put_recorded(desk.api, client, "other", **{"from": fresh_number()})
    path = desk.approved(numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    for call in ("call", "other"):
        erase(desk.api, client, call)
    assert line(desk, path, "traffic") == (1, 1, {})
    assert line(desk, path, "content") == (1, 1, {})
    disclosed(desk, path)
    assert audio(package(desk, path)) == [AUDIO]


def test_a_named_call_and_a_licence_are_kept_too(desk: LegalDesk, client: str) -> None:
    put_recorded(desk.api, client, "call")
    named: dict[str, dict[str, Any]] = {
        "call_ids": {"call_ids": [{"client_id": client, "id": "call"}]},
        "licences": {"licences": [{"client_id": client, "id": "licence-1"}]},
    }
    paths = [desk.approved(numbers=[], **asked, **CONTENT) for asked in named.values()]
    for path in paths:
        assert desk.take(path, "preserve").status_code == 200
    erase(desk.api, client, "call")
    for path in paths:
        assert line(desk, path, "content") == (1, 1, {})
        assert line(desk, path, "traffic") == (1, 1, {})
    assert {call["reference"] for call in calls(desk, paths[0])} == {"call"}


def test_what_was_erased_before_is_not_found(desk: LegalDesk, client: str, fresh: str) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    erase(desk.api, client, "call")
    path = desk.approved(numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    assert line(desk, path, "content") == (0, 0, {})


@pytest.mark.parametrize("is_released", [False, True])
def test_what_was_erased_before_is_not_found_either_where_another_hold_keeps_it(
    desk: LegalDesk, services: Services, client: str, fresh: str, is_released: bool
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    of_another = desk.approved("eevidence-epoc-pr", numbers=[fresh], **CONTENT)
    assert desk.take(of_another, "preserve").status_code == 200
    erase(desk.api, client, "call")
    path = desk.approved(numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    if is_released:
        assert desk.take(of_another, "cancel", reason="withdrawn").status_code == 200
        services.holds.run()
    assert line(desk, path, "content") == (0, 0, {})
    assert [hold["withheld"] for hold in holds(desk, path)] == [0]


def test_what_is_due_while_a_case_runs_is_kept_for_it(
    desk: LegalDesk, services: Services, clock: MovableClock, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=58), **{"from": fresh})
    path = desk.approved(numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=40)
    sweep(services, clock)
    assert line(desk, path, "content") == (1, 1, {})


def test_what_a_case_keeps_is_given_past_its_term_before_the_sweeper_moves_it(
    desk: LegalDesk, clock: MovableClock, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=58), **{"from": fresh})
    named = [{"client_id": client, "id": "call"}]
    path = desk.approved(numbers=[fresh], call_ids=named, **CONTENT)
    other = desk.approved(numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=40)
    found = matches(desk, path)
    assert [one["given"] for one in found["lines"] if one["found"]] == [1, 1, 0, 1]
    assert datetime.fromisoformat(found["first_due_at"]) > clock.now()
    assert line(desk, other, "content") == (1, 0, {"past_its_term": 1})
    assert desk.take(other, "preserve").status_code == 200
    assert line(desk, other, "content") == (1, 0, {"past_its_term": 1})
    disclosed(desk, path)
    assert audio(package(desk, path)) == [AUDIO]


def test_what_a_hold_keeps_no_more_is_not_given_past_its_term(
    desk: LegalDesk, clock: MovableClock, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=58), **{"from": fresh})
    path = desk.approved(numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=60)
    assert line(desk, path, "content") == (1, 0, {"past_its_term": 1})


def test_a_named_call_is_given_though_all_keys_of_its_client_are_gone(
    desk: LegalDesk, services: Services, clock: MovableClock, client: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=5))
    put_recorded(desk.api, client, "other", timedelta(days=5))
    path = desk.approved(call_ids=[{"client_id": client, "id": "call"}], numbers=[], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    end_contract(desk.api, client, (clock.now() - timedelta(days=1)).date().isoformat())
    clock.advance(days=40)
    for _ in range(2):
        sweep(services, clock)
    assert line(desk, path, "traffic") == (1, 1, {})
    assert line(desk, path, "content") == (1, 1, {})
    assert [call["reference"] for call in calls(desk, path)] == ["call"]


@pytest.mark.parametrize("is_made_anew", [False, True])
def test_what_a_deleted_licence_left_can_be_preserved(
    desk: LegalDesk, client: str, is_made_anew: bool
) -> None:
    put_recorded(desk.api, client, "call")
    licence = f"/v1/clients/{client}/licences/licence-1"
    assert desk.api.as_client(client, "DELETE", licence).status_code == 204
    if is_made_anew:
        desk.api.create_licence(client, "licence-1")
    named = [{"client_id": client, "id": "licence-1"}]
    path = desk.approved(numbers=[], licences=named, **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    assert len(holds(desk, path)) == 1 + is_made_anew
    erase(desk.api, client, "call")
    assert line(desk, path, "traffic") == (1, 1, {})
    assert line(desk, path, "content") == (1, 1, {})


@pytest.mark.parametrize(
    ("owner", "method"), [(HoldService, "place"), (Register, "note")], ids=["placing", "noting"]
)
def test_a_preservation_that_was_killed_is_repeated_without_a_second_hold(
    desk: LegalDesk, fresh: str, owner: type, method: str
) -> None:
    numbers = [fresh, fresh_number()]
    path = desk.checked(numbers=numbers)
    with killed_at(owner, method, 2 if method == "place" else 1):
        desk.take(path, "preserve")
    assert "preserved" not in steps(desk, path)
    assert desk.take(path, "preserve").status_code == 200
    assert desk.take(path, "preserve").status_code == 200
    assert len(holds(desk, path)) == len(numbers)
    assert matches(desk, path)["kept_until"] is not None


def test_what_was_placed_before_a_kill_is_kept_as_long_as_the_case_says(
    desk: LegalDesk, clock: MovableClock, fresh: str
) -> None:
    path = desk.approved("eevidence-epoc-pr", numbers=[fresh])
    with killed_at(Register, "note"):
        desk.take(path, "preserve")
    clock.advance(days=5)
    (said,) = (one["said"] for one in desk.take(path, "preserve").json["steps"][-1:])
    (hold,) = holds(desk, path)
    assert hold["lapses_at"] == said["until"]
    assert datetime.fromisoformat(said["until"]) == clock.now() + timedelta(days=60)
