"""Commands are counted for each kind of operation."""

from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.command_times import command_times
from telecom_privacy.bench.roles.mixes import MIXES
from telecom_privacy.bench.roles.round_trips import measure_round_trips
from telecom_privacy.clock import SystemClock
from tests.wiring import wired


def test_every_operation_is_counted_on_both_sides(settings, tmp_path) -> None:
    plan = Plan(settings, tmp_path, seed=1, rounds=1, quick=True, say=print)
    with command_times() as times, wired(settings, SystemClock()) as services:
        found = {one.name: one.median for one in measure_round_trips(plan, times, services)}
    kinds = {kind.value for mix in MIXES for kind in mix.shares}
    assert found.keys() == {f"{kind}, side {side}" for kind in kinds for side in "AC"}
    assert found["read by key, side A"] == found["delete by key, side A"] == 1
    assert found["create, side A"] == 2
    assert found["read by key, side C"] >= 2  # the call, and the log
