"""Who calls."""

from datetime import UTC, datetime, timedelta

import pytest

from telecom_privacy.bench.growth.population import PERSONS, Population

_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_POPULATION = Population(seed=1, first=200, leaving=4, now=_NOW)


def test_each_subject_has_one_call_which_is_the_same_each_time() -> None:
    calls = _POPULATION.calls(0, 400)
    assert calls == Population(1, 200, 4, _NOW).calls(0, 400)
    assert calls != Population(2, 200, 4, _NOW).calls(0, 400)
    assert len({call.id for call in calls}) == len({call.number for call in calls}) == 400
    assert {call.licence for call in calls} == set(_POPULATION.licences)
    for call in calls:
        assert _NOW - timedelta(days=91) < call.started_at < call.ended_at < _NOW


def test_who_is_read_is_never_erased() -> None:
    read = {_POPULATION.licence(subject) for subject in range(_POPULATION.readable)}
    assert not read & {PERSONS, *_POPULATION.leaving}
    assert {_POPULATION.licence(subject) for subject in _POPULATION.persons} == {PERSONS}
    assert _POPULATION.readable + 4 * 5 + len(_POPULATION.persons) == 200


def test_growth_adds_nothing_to_the_licences_that_are_read() -> None:
    read = {_POPULATION.licence(subject) for subject in range(200)}
    assert not read & {_POPULATION.licence(subject) for subject in range(200, 400)}


def test_the_newest_calls_of_a_licence_are_known() -> None:
    newest = _POPULATION.newest_of_licence(7)
    calls = [call for call in _POPULATION.calls(0, 400) if call.licence == newest[0].licence]
    assert newest == sorted(calls, key=lambda call: call.started_at)[: -len(newest) - 1 : -1]


def test_others_are_under_no_number_that_is_asked_about() -> None:
    assert _POPULATION.other("one", 3).number not in {c.number for c in _POPULATION.calls(0, 400)}


def test_there_must_be_room_for_the_licences_that_leave() -> None:
    with pytest.raises(ValueError, match="too many"):
        Population(1, 200, 9, _NOW)
