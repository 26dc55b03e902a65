"""The day of calls that the demo hands in."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from telecom_privacy.calls.schemas import CallSchema
from telecom_privacy.demo.audio import speech
from telecom_privacy.demo.day import CLIENTS, CRAFTSMAN, LAW_OFFICE, calls_of, national
from telecom_privacy.demo.day import recorded_call as make_recorded_call

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)
FICTION = re.compile(r"\+33(19900|26191|35301|46571|53649|63998)\d{4}")


def test_it_has_240_calls_of_three_clients_and_six_licences() -> None:
    calls = calls_of(MORNING)
    assert Counter(call.client for call in calls) == dict.fromkeys((c.id for c in CLIENTS), 80)
    assert len({call.body["licence_id"] for call in calls}) == 6
    assert len({call.path for call in calls}) == 240


def test_at_least_20_calls_are_recorded_in_two_formats_some_of_several_megabytes() -> None:
    audios = [call.audio for call in calls_of(MORNING) if call.audio]
    formats = Counter(audio.media_type for audio in audios)
    assert len(audios) >= 20
    assert formats["audio/wav"] and formats["audio/ogg"]
    assert sum(len(audio.content) > 4_000_000 for audio in audios) >= 2


def test_a_client_without_the_option_has_no_recording() -> None:
    recorded = {call.client for call in calls_of(MORNING) if call.audio}
    assert CRAFTSMAN.id not in recorded and LAW_OFFICE.id in recorded


def test_every_number_is_reserved_for_fiction() -> None:
    numbers = {number for call in calls_of(MORNING) for number in (call.caller, call.body["to"])}
    assert all(FICTION.fullmatch(number) for number in numbers)


def test_every_body_is_what_the_service_takes_and_lies_within_the_day() -> None:
    for call in calls_of(MORNING):
        loaded = CallSchema().load(call.body)
        assert MORNING < loaded["started_at"] <= loaded["ended_at"] < MORNING + timedelta(hours=12)
        assert bool(loaded["answered_at"]) == (loaded["disposition"] == "ANSWERED")
        assert not call.audio or loaded["answered_at"]


def test_a_recorded_call_ends_exactly_when_it_is_told_to() -> None:
    ended_at = datetime(2026, 1, 1, 12, 0, 0, 123000, tzinfo=UTC)
    call = make_recorded_call(LAW_OFFICE, "old-1", ended_at, speech(1, seed=1))
    assert CallSchema().load(call.body)["ended_at"] == ended_at


def test_a_number_is_written_as_people_write_it() -> None:
    assert national("+33639980012") == "06 39 98 00 12"
