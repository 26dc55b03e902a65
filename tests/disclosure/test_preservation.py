"""Secret holds of requisitions: for the time of the text, known to legal staff alone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.preservation import Preservation
from telecom_privacy.disclosure.register import Register
from telecom_privacy.holds.service import HoldService
from tests.builders import Api, MovableClock
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
)
from tests.disclosure.builders import FIRST, SECOND, LegalDesk
from tests.erasure.kills import killed_at
from tests.retention.builders import AUDIO, end_contract, new_client, sweep

CONTENT = {"categories": ["traffic", "content"]}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(api: Api) -> str:
    return new_client(api)


@pytest.fixture
def number() -> str:
    return fresh_number()


def holds(desk: LegalDesk, path: str) -> list[dict[str, Any]]:
    """All holds of a case, in force or not."""
    case_id = path.rpartition("/")[2]
    listed = desk.as_(FIRST, "GET", "/v1/holds?limit=500").json["items"]
    return [one for one in listed if one["requisition"] == case_id]


def look_after(services: Services) -> None:
    """What maintenance does beside requests."""
    services.holds.lapse()
    services.holds.run()
    preservation = services.maintenance._preservation
    preservation.note_lapsed()


def steps(desk: LegalDesk, path: str) -> list[str]:
    return [step["step"] for step in desk.show(path)["steps"]]


def test_a_hold_of_a_case_is_there_for_legal_staff_alone(desk: LegalDesk, number: str) -> None:
    path = desk.recorded(numbers=[number])
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
    desk: LegalDesk, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    put_recorded(desk.api, client, "other", **{"from": fresh_number()})
    path = desk.approved(numbers=[number], **CONTENT)
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


def test_what_was_erased_before_is_not_found(desk: LegalDesk, client: str, number: str) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    erase(desk.api, client, "call")
    path = desk.approved(numbers=[number], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    assert line(desk, path, "content") == (0, 0, {})


@pytest.mark.parametrize("is_released", [False, True])
def test_what_was_erased_before_is_not_found_either_where_another_hold_keeps_it(
    desk: LegalDesk, services: Services, client: str, number: str, is_released: bool
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    of_another = desk.approved("eevidence-epoc-pr", numbers=[number], **CONTENT)
    assert desk.take(of_another, "preserve").status_code == 200
    erase(desk.api, client, "call")
    path = desk.approved(numbers=[number], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    if is_released:
        assert desk.take(of_another, "cancel", reason="withdrawn").status_code == 200
        services.holds.run()
    assert line(desk, path, "content") == (0, 0, {})
    assert [hold["withheld"] for hold in holds(desk, path)] == [0]


def test_a_case_keeps_after_a_correction_what_it_kept_before_and_asks_for_still(
    desk: LegalDesk, services: Services, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    path = desk.recorded(numbers=[number], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    erase(desk.api, client, "call")
    until = (desk.api.clock.now() - timedelta(days=2)).isoformat()
    period = {"from": desk.show(path)["period"]["from"], "until": until}
    correction = {"period": period, "reason": "typo"}
    assert desk.as_(FIRST, "PATCH", path, json=correction).status_code == 200
    with killed_at(HoldService, "share", 1):
        desk.take(path, "preserve")
    assert desk.take(path, "preserve").status_code == 200
    services.holds.run()
    kept = {hold["state"]: hold["withheld"] for hold in holds(desk, path)}
    assert kept["released"] == 0 < kept["active"]


def test_what_is_due_while_a_case_runs_is_kept_for_it(
    desk: LegalDesk, services: Services, clock: MovableClock, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=58), **{"from": number})
    path = desk.approved(numbers=[number], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=40)
    sweep(services, clock)
    assert line(desk, path, "content") == (1, 1, {})


def test_what_a_case_keeps_is_given_past_its_term_before_the_sweeper_moves_it(
    desk: LegalDesk, clock: MovableClock, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=58), **{"from": number})
    named = [{"client_id": client, "id": "call"}]
    path = desk.approved(numbers=[number], call_ids=named, **CONTENT)
    other = desk.approved(numbers=[number], **CONTENT)
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
    desk: LegalDesk, clock: MovableClock, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=58), **{"from": number})
    path = desk.approved(numbers=[number], **CONTENT)
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


def test_an_order_of_preservation_is_approved_first(desk: LegalDesk, number: str) -> None:
    path = desk.checked("eevidence-epoc-pr", numbers=[number])
    assert desk.take(path, "preserve").status_code == 409
    assert desk.approve(path).status_code == 200
    answer = desk.take(path, "preserve")
    assert (answer.status_code, answer.json["state"]) == (200, "Preserved")


@pytest.mark.parametrize(
    ("basis", "days"), [("eevidence-epoc-pr", 60), ("cpp-60-2-2", 365), ("cpp-60-1", 60)]
)
def test_a_hold_lasts_as_long_as_the_text_says_and_then_ends_by_itself(
    desk: LegalDesk, services: Services, clock: MovableClock, number: str, basis: str, days: int
) -> None:
    path = desk.approved(basis, numbers=[number])
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=days - 1)
    look_after(services)
    assert [hold["state"] for hold in holds(desk, path)] == ["active"]
    clock.advance(days=1, hours=1)
    look_after(services)
    (hold,) = holds(desk, path)
    assert (hold["state"], hold["released"]["by"]) == ("released", "law")
    assert steps(desk, path)[-1] == "lapsed"
    if basis != "cpp-60-1":
        assert desk.show(path)["state"] == "Expired"


def test_what_a_lapsed_hold_kept_is_gone(
    desk: LegalDesk, services: Services, clock: MovableClock, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    path = desk.approved("cpp-60-1", numbers=[number], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    erase(desk.api, client, "call")
    clock.advance(days=61)
    look_after(services)
    assert [hold["withheld"] for hold in holds(desk, path)] == [0]
    assert line(desk, path, "content") == (0, 0, {})


def test_what_a_hold_kept_is_not_given_once_its_time_is_over_swept_or_not(
    desk: LegalDesk, clock: MovableClock, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    path = desk.recorded(numbers=[number], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    erase(desk.api, client, "call")
    clock.advance(days=61)
    assert desk.take(path, "preserve").status_code == 409
    desk.pass_checks(path)
    assert desk.approve(path).status_code == 200
    assert matches(desk, path)["kept_until"] is None
    assert line(desk, path, "content") == (0, 0, {})
    disclosed(desk, path)
    assert audio(package(desk, path)) == []


def test_it_is_renewed_once_and_within_its_time(
    desk: LegalDesk, services: Services, clock: MovableClock, number: str
) -> None:
    path = desk.approved("eevidence-epoc-pr", numbers=[number])
    assert desk.take(path, "preserve/renewal", reference="VI 1").status_code == 409
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=59)
    assert desk.take(path, "preserve/renewal", reference="VI 1").status_code == 200
    assert desk.take(path, "preserve/renewal", reference="VI 2").status_code == 409
    clock.advance(days=30)
    look_after(services)
    assert desk.show(path)["state"] == "Preserved"
    clock.advance(days=2)
    look_after(services)
    assert desk.show(path)["state"] == "Expired"


def test_it_is_not_renewed_once_its_time_is_over_or_where_the_text_allows_none(
    desk: LegalDesk, clock: MovableClock, number: str
) -> None:
    late = desk.approved("eevidence-epoc-pr", numbers=[number])
    french = desk.approved("cpp-60-2-2", numbers=[number])
    for path in (late, french):
        assert desk.take(path, "preserve").status_code == 200
    assert desk.take(french, "preserve/renewal", reference="x").status_code == 409
    clock.advance(days=61)
    assert desk.take(late, "preserve/renewal", reference="x").status_code == 409


def test_an_order_of_production_takes_over_what_is_preserved(
    desk: LegalDesk, services: Services, clock: MovableClock, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    preserved = desk.approved("eevidence-epoc-pr", numbers=[number], **CONTENT)
    assert desk.take(preserved, "preserve").status_code == 200
    erase(desk.api, client, "call")
    clock.advance(days=55)
    period = desk.show(preserved)["period"]
    asked = {name: period[name] for name in ("from", "until")}
    production = desk.approved("eevidence-epoc", numbers=[number], period=asked, **CONTENT)
    case_id = production.rpartition("/")[2]
    convert = {"production": case_id}
    assert desk.take(preserved, "preserve/conversion", **convert).status_code == 200
    clock.advance(days=8)
    look_after(services)
    assert line(desk, production, "content") == (1, 1, {})
    disclosed(desk, production)
    assert audio(package(desk, production)) == [AUDIO]


def test_only_what_is_preserved_is_converted_and_only_into_a_production(
    desk: LegalDesk, number: str
) -> None:
    preserved = desk.approved("eevidence-epoc-pr", numbers=[number])
    production = desk.recorded("eevidence-epoc", numbers=[number])
    into = {"production": production.rpartition("/")[2]}
    assert desk.take(preserved, "preserve/conversion", **into).status_code == 409
    assert desk.take(preserved, "preserve").status_code == 200
    itself = {"production": preserved.rpartition("/")[2]}
    assert desk.take(preserved, "preserve/conversion", **itself).status_code == 409
    unknown = {"production": str(uuid4())}
    assert desk.take(preserved, "preserve/conversion", **unknown).status_code == 404


@pytest.mark.parametrize("step", ["reject", "cancel"])
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_case_that_is_dropped_keeps_nothing_any_more(
    desk: LegalDesk, services: Services, client: str, number: str, step: str, is_killed: bool
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    path = desk.recorded(numbers=[number], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    erase(desk.api, client, "call")
    if is_killed:
        with killed_at(Preservation, "lift", 1):
            desk.take(path, step, reason="no text")
        services.maintenance._preservation.lift_unfounded()
    else:
        assert desk.take(path, step, reason="no text").status_code == 200
    services.holds.run()
    (hold,) = holds(desk, path)
    assert (hold["state"], hold["withheld"]) == ("released", 0)


def test_a_corrected_case_keeps_what_it_names_now_and_nothing_else(
    desk: LegalDesk, clock: MovableClock, client: str, number: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": number})
    path = desk.checked(numbers=[fresh_number()], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    until = matches(desk, path)["kept_until"]
    clock.advance(days=1)
    correction = {"numbers": [number], "reason": "typo"}
    assert desk.as_(FIRST, "PATCH", path, json=correction).status_code == 200
    desk.pass_checks(path)
    assert matches(desk, path)["kept_until"] is None
    for _ in range(2):
        assert desk.take(path, "preserve").status_code == 200
    states = {hold["number"]: hold["state"] for hold in holds(desk, path)}
    assert (states.pop(number), set(states.values())) == ("active", {"released"})
    assert matches(desk, path)["kept_until"] == until
    erase(desk.api, client, "call")
    assert desk.approve(path).status_code == 200
    assert line(desk, path, "content") == (1, 1, {})


def test_what_is_kept_beside_a_correction_is_not_what_was_mistyped(
    desk: LegalDesk, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, place = desk.recorded(numbers=[fresh_number()]), HoldService.place

    def corrected_after(*arguments: Any) -> Any:
        correction = {"numbers": [number], "reason": "typo"}
        assert desk.as_(FIRST, "PATCH", path, json=correction).status_code == 200
        return place(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(HoldService, "place", corrected_after)
        assert desk.take(path, "preserve").status_code == 409
    assert "preserved" not in steps(desk, path)
    assert desk.take(path, "preserve").status_code == 200
    in_force = [hold["number"] for hold in holds(desk, path) if hold["state"] == "active"]
    assert in_force == [number]


def test_a_preservation_is_converted_into_an_approved_order_of_the_same_alone(
    desk: LegalDesk, number: str
) -> None:
    preserved = desk.approved("eevidence-epoc-pr", numbers=[number])
    assert desk.take(preserved, "preserve").status_code == 200
    recorded = desk.recorded("eevidence-epoc", numbers=[number])
    other = desk.approved("eevidence-epoc", numbers=[number, fresh_number()])
    for production in (recorded, other):
        into = {"production": production.rpartition("/")[2]}
        assert desk.take(preserved, "preserve/conversion", **into).status_code == 409
        assert "preserved" not in steps(desk, production)


def test_a_dropped_preservation_leaves_what_a_production_took_over(
    desk: LegalDesk, services: Services, number: str
) -> None:
    preserved = desk.approved("eevidence-epoc-pr", numbers=[number])
    assert desk.take(preserved, "preserve").status_code == 200
    production = desk.approved("eevidence-epoc", numbers=[number])
    into = {"production": production.rpartition("/")[2]}
    assert desk.take(preserved, "preserve/conversion", **into).status_code == 200
    assert desk.take(preserved, "cancel", reason="withdrawn").status_code == 200
    assert [hold["state"] for hold in holds(desk, preserved)] == ["active"]
    assert desk.take(production, "cancel", reason="withdrawn").status_code == 200
    services.maintenance._preservation.lift_unfounded()
    assert [hold["state"] for hold in holds(desk, preserved)] == ["released"]


def test_one_person_alone_does_not_end_a_hold(desk: LegalDesk, number: str) -> None:
    path = desk.recorded(numbers=[number])
    assert desk.take(path, "preserve").status_code == 200
    (hold,) = holds(desk, path)
    assert hold["state"] == "active"
    release = f"/v1/holds/{hold['id']}/release"
    assert desk.as_(FIRST, "POST", release).status_code == 202
    assert desk.as_(FIRST, "POST", release).status_code == 409
    assert desk.as_(SECOND, "POST", release).status_code == 200


@pytest.mark.parametrize(
    ("owner", "method"), [(HoldService, "place"), (Register, "note")], ids=["placing", "noting"]
)
def test_a_preservation_that_was_killed_is_repeated_without_a_second_hold(
    desk: LegalDesk, number: str, owner: type, method: str
) -> None:
    numbers = [number, fresh_number()]
    path = desk.checked(numbers=numbers)
    with killed_at(owner, method, 2 if method == "place" else 1):
        desk.take(path, "preserve")
    assert "preserved" not in steps(desk, path)
    assert desk.take(path, "preserve").status_code == 200
    assert desk.take(path, "preserve").status_code == 200
    assert len(holds(desk, path)) == len(numbers)
    assert matches(desk, path)["kept_until"] is not None


def test_what_was_placed_before_a_kill_is_kept_as_long_as_the_case_says(
    desk: LegalDesk, clock: MovableClock, number: str
) -> None:
    path = desk.approved("eevidence-epoc-pr", numbers=[number])
    with killed_at(Register, "note"):
        desk.take(path, "preserve")
    clock.advance(days=5)
    (said,) = (one["said"] for one in desk.take(path, "preserve").json["steps"][-1:])
    (hold,) = holds(desk, path)
    assert hold["lapses_at"] == said["until"]
    assert datetime.fromisoformat(said["until"]) == clock.now() + timedelta(days=60)
