"""What a case keeps no more: it was corrected, dropped, or two people released it."""

from datetime import timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.disclosure.preservation import Preservation
from telecom_privacy.holds.service import HoldService
from tests.builders import MovableClock
from tests.disclosure.answers import (
    erase,
    fresh_number,
    line,
    matches,
    put_recorded,
    steps,
)
from tests.disclosure.builders import CONTENT, FIRST, SECOND, LegalDesk
from tests.disclosure.preserving import holds
from tests.erasure.kills import killed_at


def test_a_case_keeps_after_a_correction_what_it_kept_before_and_asks_for_still(
    desk: LegalDesk, services: Services, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.recorded(numbers=[fresh], **CONTENT)
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


@pytest.mark.parametrize("step", ["reject", "cancel"])
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_case_that_is_dropped_keeps_nothing_any_more(
    desk: LegalDesk, services: Services, client: str, fresh: str, step: str, is_killed: bool
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.recorded(numbers=[fresh], **CONTENT)
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
    desk: LegalDesk, clock: MovableClock, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.checked(numbers=[fresh_number()], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    until = matches(desk, path)["kept_until"]
    clock.advance(days=1)
    correction = {"numbers": [fresh], "reason": "typo"}
    assert desk.as_(FIRST, "PATCH", path, json=correction).status_code == 200
    desk.pass_checks(path)
    assert matches(desk, path)["kept_until"] is None
    for _ in range(2):
        assert desk.take(path, "preserve").status_code == 200
    states = {hold["number"]: hold["state"] for hold in holds(desk, path)}
    assert (states.pop(fresh), set(states.values())) == ("active", {"released"})
    assert matches(desk, path)["kept_until"] == until
    erase(desk.api, client, "call")
    assert desk.approve(path).status_code == 200
    assert line(desk, path, "content") == (1, 1, {})


def test_what_is_kept_beside_a_correction_is_not_what_was_mistyped(
    desk: LegalDesk, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, place = desk.recorded(numbers=[fresh_number()]), HoldService.place

    def corrected_after(*arguments: Any) -> Any:
        correction = {"numbers": [fresh], "reason": "typo"}
        assert desk.as_(FIRST, "PATCH", path, json=correction).status_code == 200
        return place(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(HoldService, "place", corrected_after)
        assert desk.take(path, "preserve").status_code == 409
    assert "preserved" not in steps(desk, path)
    assert desk.take(path, "preserve").status_code == 200
    in_force = [hold["number"] for hold in holds(desk, path) if hold["state"] == "active"]
    assert in_force == [fresh]


def test_one_person_alone_does_not_end_a_hold(desk: LegalDesk, fresh: str) -> None:
    path = desk.recorded(numbers=[fresh])
    assert desk.take(path, "preserve").status_code == 200
    (hold,) = holds(desk, path)
    assert hold["state"] == "active"
    release = f"/v1/holds/{hold['id']}/release"
    assert desk.as_(FIRST, "POST", release).status_code == 202
    assert desk.as_(FIRST, "POST", release).status_code == 409
    assert desk.as_(SECOND, "POST", release).status_code == 200
