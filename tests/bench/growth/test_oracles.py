"""What is wrong is noticed: something left of what was erased, something served after its term."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.growth.erasures import PERSON, Victim, seconds_of
from telecom_privacy.bench.growth.expiry import judge
from telecom_privacy.bench.growth.finality import Erased, Found
from telecom_privacy.bench.growth.population import Population

_DUE = datetime(2026, 11, 20, tzinfo=UTC)
_MOMENT = timedelta(milliseconds=1)
_CALL = Population(1, 200, 4, _DUE).call(0)
_SLOT = (uuid4(), "3")
_COPY = {"bulk.calls": [{"numbers": [b"token"]}]}


def _attacker(readings=(), slots=(), numbers=()):
    return SimpleNamespace(
        readings=lambda: list(readings),
        record_keys={slot: {b"key"} for slot in slots},
        numbers=lambda tokens, candidates: set(candidates) & set(numbers) if tokens else set(),
    )


def test_whoever_is_erased_must_be_gone() -> None:
    done = []
    assert seconds_of(PERSON, Victim(lambda: done.append(1), lambda: not done)) >= 0
    with pytest.raises(WrongAnswer, match="a person was erased"):
        seconds_of(PERSON, Victim(lambda: None, lambda: True))


@given(st.integers(-1_000, 1_000), st.integers(0, 1_000), st.booleans())
def test_an_answer_is_wrong_where_all_of_it_lay_on_the_other_side(start, length, is_served) -> None:
    asked_at = _DUE + start * _MOMENT
    answered_at = asked_at + length * _MOMENT
    is_wrong = asked_at >= _DUE if is_served else answered_at < _DUE
    if not is_wrong:
        judge(_DUE, is_served, asked_at, answered_at)
        return
    with pytest.raises(WrongAnswer, match="after its term" if is_served else "within its term"):
        judge(_DUE, is_served, asked_at, answered_at)


def test_what_is_recovered_is_counted() -> None:
    erased = Erased([_CALL], frozenset({_SLOT}))
    note = _CALL.note.encode()
    assert erased.recovered(_attacker(), [_COPY], b"") == Found(0, 0, 0)
    assert erased.recovered(_attacker([note]), [_COPY], b"").plaintexts == 1
    assert erased.recovered(_attacker(), [_COPY], b"journal " + note).plaintexts == 1
    assert erased.recovered(_attacker(slots=[_SLOT]), [_COPY], b"").keys == 1
    assert erased.recovered(_attacker(numbers=[_CALL.number]), [_COPY], b"").numbers == 1
