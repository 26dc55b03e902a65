"""How large the store gets."""

from dataclasses import dataclass

import pytest

from telecom_privacy.bench.growth import stage
from telecom_privacy.bench.growth.stage import grown
from telecom_privacy.bench.model import Plan


@dataclass
class _Store:
    """Takes so long for each record, by a clock of its own."""

    seconds: float
    size: int = 0
    now: float = 0

    def grow(self, size: int) -> None:
        self.now += (size - self.size) * self.seconds
        self.size = size

    def monotonic(self) -> float:
        return self.now


def _sizes(
    monkeypatch, settings, tmp_path, seconds: float, measuring: float = 0, **more
) -> list[int]:
    store, sizes = _Store(seconds), []
    monkeypatch.setattr(stage, "time", store)
    plan = Plan(settings, tmp_path, seed=1, rounds=3, say=lambda _: None, **{"quick": False} | more)
    for size in grown(plan, store):
        sizes.append(size)
        store.now += measuring
    return sizes


@pytest.mark.parametrize(
    ("seconds", "sizes"),
    [
        (0.0001, [10_000, 30_000, 100_000, 300_000]),
        (0.004, [10_000, 30_000, 100_000]),
        (0.006, [10_000, 30_000, 71_000]),
        (0.02, [10_000, 21_000]),
        (0.03, [10_000, 20_000]),
        (1.0, [10_000, 20_000]),
    ],
)
def test_a_slow_machine_ends_it_earlier(monkeypatch, settings, tmp_path, seconds, sizes) -> None:
    assert _sizes(monkeypatch, settings, tmp_path, seconds) == sizes


def test_so_do_measurements_that_take_long(monkeypatch, settings, tmp_path) -> None:
    assert _sizes(monkeypatch, settings, tmp_path, 0.004, measuring=50) == [10_000, 30_000, 70_000]


def test_what_was_asked_for_is_loaded_however_long_it_takes(monkeypatch, settings, tmp_path):
    given = {"sizes": (10_000, 1_000_000)}
    assert _sizes(monkeypatch, settings, tmp_path, 1.0, given=given) == [10_000, 1_000_000]


def test_a_quick_run_is_small(monkeypatch, settings, tmp_path) -> None:
    assert max(_sizes(monkeypatch, settings, tmp_path, 1.0, quick=True)) <= 1_000
