"""Questions are asked when they are due, and every answer is judged."""

import threading
import time
from itertools import count

import pytest

from telecom_privacy.bench.load.asking import Asker, as_fast_as_answered, at_rate
from telecom_privacy.bench.load.model import Question, answered
from telecom_privacy.demo.caller import Answer
from telecom_privacy.errors import Unavailable
from telecom_privacy.http.access import ApiRole
from tests.bench.load.replies import chance, right

_PATIENCE_SECONDS = 60


class Answering:
    """A service that always says the same, or nothing."""

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer
        self.keys = []

    def send(self, method, path, key, body=None, headers=None):
        self.keys.append(key)
        if self.answer is None:
            raise Unavailable("no answer")
        return self.answer


def ask(answer, late=0):
    question = Question(
        "a call", ApiRole.CLIENT, "GET", "/", answered(200, lambda a: a.body == b"1")
    )
    service = Answering(answer)
    asker = Asker(service, {ApiRole.CLIENT: "key"}, lambda _: question, 1, count())
    reply = asker.ask_next(time.perf_counter() - late)
    assert service.keys == ["key"]
    return reply


def test_what_is_asked_does_not_wait_for_what_was_asked_before():
    all_at_once = threading.Barrier(20)

    def act(_):
        all_at_once.wait(_PATIENCE_SECONDS)
        return right()

    assert len(at_rate(act, 1_000, 0.02, chance())) == 20


def test_moments_are_those_that_were_planned_however_late_the_answers_are():
    moments = []
    all_at_once = threading.Barrier(50)

    def act(moment):
        moments.append(moment)
        all_at_once.wait(_PATIENCE_SECONDS)
        return right()

    at_rate(act, 500, 0.1, chance())
    assert max(moments) - min(moments) <= 0.1


def test_a_delay_counts_from_the_moment_at_which_a_question_was_due():
    assert ask(Answer(200, {}, b"1"), late=5).delay > 5
    assert ask(None, late=5).delay > 5


def test_those_who_ask_again_at_once_are_all_counted():
    asked = count()

    def act(_):
        next(asked)
        return right()

    assert len(as_fast_as_answered(act, 4, 0.01)) == next(asked)


def test_a_right_answer_tells_how_long_the_database_took():
    reply = ask(Answer(200, {"server-timing": "db;dur=2.5"}, b"1"))
    assert reply.is_right
    assert reply.database == pytest.approx(0.0025)


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_with_a_time_to_come_again_is_no_wrong_answer(status):
    reply = ask(Answer(status, {"retry-after": "2"}, b""))
    assert reply.is_refusal
    assert not reply.is_wrong


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Answer(200, {}, b"2"),
        Answer(201, {}, b"1"),
        Answer(500, {"retry-after": "2"}, b""),
        Answer(503, {}, b""),
        Answer(503, {"retry-after": "0"}, b""),
        Answer(429, {"retry-after": "soon"}, b""),
    ],
)
def test_anything_else_is_wrong(answer):
    assert ask(answer).is_wrong
