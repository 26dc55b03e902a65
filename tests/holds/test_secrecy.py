"""After the end of its contract no client, and no platform, can tell that something is held."""

from datetime import datetime, timedelta

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api, MovableClock, recording_path
from tests.holds.builders import place
from tests.holds.twins import RECORD, TWINS, answers, until_packages_are_made
from tests.retention.builders import end_contract, put_recorded_call

MOMENTS = (
    (timedelta(seconds=-1), False),
    (timedelta(), False),
    (timedelta(), True),
    (timedelta(seconds=30), True),
    (timedelta(minutes=3), True),
    (timedelta(minutes=15), True),
    (timedelta(minutes=16), True),
)
"""When the twins are asked, as seen from the end of their windows, and whether after a sweep."""


@pytest.fixture
def twins(api: Api, clock: MovableClock) -> datetime:
    """Two clients with the same data, one of them under a secret hold; when both windows close."""
    closes_at = clock.now()
    for twin in TWINS:
        api.create_client(twin)
        put_recorded_call(api, twin, "old")
        put_recorded_call(api, twin, "deleted")
        path = f"/v1/clients/{twin}"
        note = f"{path}/records/call_note/note"
        assert api.as_client(twin, "PUT", note, json=RECORD).status_code == 201
        assert api.as_client(twin, "DELETE", f"{path}/calls/deleted").status_code == 204
        ended = end_contract(api, twin, clock.now().date().isoformat())
        closes_at = datetime.fromisoformat(ended["window"]["closes_at"])
    place(api, client_id="twin-held")
    return closes_at


def test_a_secret_hold_shows_in_no_answer_to_a_client_or_platform(
    api: Api, services: Services, clock: MovableClock, twins: datetime
) -> None:
    for moment, (after, is_swept) in enumerate(MOMENTS):
        until_packages_are_made(services)
        clock.set(twins + after)
        if is_swept:
            services.sweeps.run("test")
        free, held = (answers(api, twin, moment) for twin in TWINS)
        assert held == free, f"{after} after the window, swept: {is_swept}"
        if after >= timedelta():
            assert free["client GET /calls/old"][0] == 410
            assert free["platform PUT /calls/bad"][0] == 410


def test_whatever_is_gone_is_told_in_the_same_words(
    api: Api, client: str, clock: MovableClock
) -> None:
    for call in ("deleted", "over"):
        put_recorded_call(api, client, call)
    deleted, over = (recording_path(client, call) for call in ("deleted", "over"))
    assert api.as_client(client, "DELETE", deleted).status_code == 204
    clock.advance(days=4000)
    answers = [api.as_client(client, "GET", path) for path in (deleted, over)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert answers[0].json == answers[1].json
