"""Delays are counted from when something was to be done."""

import threading
import time

from telecom_privacy.bench.roles.ingest import Delay, open_loop


def test_what_waits_for_others_is_late_too() -> None:
    one_at_a_time = threading.Lock()

    def act(moment: float) -> Delay:
        with one_at_a_time:
            time.sleep(0.01)
        return Delay(time.perf_counter() - moment, 0)

    delays = open_loop(act, rate=1_000, seconds=0.02)
    assert len(delays) == 20
    # The last one begins 19 ms after the first and ends 200 ms after it.
    assert max(delay.whole for delay in delays) > 0.18


def test_nothing_is_done_before_its_time() -> None:
    begun: list[tuple[float, float]] = []

    def note(moment: float) -> Delay:
        begun.append((moment, time.perf_counter()))
        return Delay(0, 0)

    open_loop(note, rate=200, seconds=0.05)
    assert len(begun) == 10
    assert all(now >= moment for moment, now in begun)
