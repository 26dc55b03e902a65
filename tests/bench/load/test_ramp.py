"""Steps at rising rates."""

import pytest

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.load import ramp
from telecom_privacy.bench.load.model import NO_ANSWER, Reply, Usage
from telecom_privacy.bench.model import Plan
from telecom_privacy.settings import Settings
from tests.bench.load.replies import chance, refused, right, step


@pytest.fixture
def plan(tmp_path):
    return Plan(Settings.from_environment({}), tmp_path, 1, 2, False, lambda _: None)


def test_each_round_takes_every_step_and_asks_as_often_as_the_rate_says(plan):
    steps = ramp.ramp(plan, lambda _: right(), 400, 0.05)
    assert list(steps) == list(ramp.SHARES)
    assert {share: [len(one.replies) for one in rounds] for share, rounds in steps.items()} == {
        0.25: [5, 5],
        0.5: [10, 10],
        0.75: [15, 15],
        1.0: [20, 20],
        2.0: [40, 40],
    }
    assert steps[2.0][0].usage.processor[ramp.CLIENT] >= 0


def test_the_rate_rises_until_the_service_falls_behind(monkeypatch):
    taken = []

    def take_step(act, rate, seconds, _):
        taken.append(rate)
        answered = min(rate, 50)
        return step(*(right() for _ in range(int(answered))), offered=rate, seconds=1.0)

    monkeypatch.setattr(ramp, "_asked_again", lambda act, seconds: 20.0)
    monkeypatch.setattr(ramp, "take_step", take_step)
    assert ramp.highest_rate(lambda _: right(), 1.0, chance()) == 50
    assert taken == [30.0, 45.0, 67.5]


def test_refusals_are_counted_apart_and_not_as_served():
    replies = iter([right(), refused(), right(), refused()])
    taken = ramp.take_step(lambda _: next(replies), 400, 0.01, chance())
    assert taken.refused == 0.5
    assert len(taken.delays) == 2
    assert taken.served == pytest.approx(2 / taken.seconds)


@pytest.mark.parametrize("status", [NO_ANSWER, 200, 500, 503])
def test_whatever_is_neither_right_nor_a_refusal_ends_the_run(status):
    wrong = Reply("a batch", status, 0.1, is_right=False)
    with pytest.raises(WrongAnswer, match=rf"a batch: {status} \(2 times\)"):
        ramp.require_right([right(), wrong, refused(), wrong])


def test_a_service_that_refuses_everything_has_no_figures():
    with pytest.raises(WrongAnswer, match="refused everything"):
        ramp.require_right([refused(), refused()])


@pytest.mark.parametrize(
    ("used", "text"),
    [
        ({ramp.CLIENT: 1.0, ramp.WORKERS: 10.0, ramp.DATABASE: 8.0}, "the machine's 2 cores"),
        ({ramp.CLIENT: 1.0, ramp.WORKERS: 9.0}, "the 1 workers"),
        ({ramp.CLIENT: 1.0, ramp.WORKERS: 2.0, ramp.DATABASE: 2.0}, "waits for another"),
    ],
)
def test_what_saturates_is_what_there_was_no_more_of(used, text, monkeypatch):
    monkeypatch.setattr(ramp.os, "cpu_count", lambda: 2)
    assert text in ramp.saturated(Usage(10, used), 1)
