"""How long an answer takes tells a client of no hold: the same is asked of the database."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pymongo import monitoring

from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock, tone
from tests.holds.builders import place
from tests.wiring import wired

FREE, HELD = "free", "held"
CALLS = ("call-1", "call-2")
_ASKED = ("find", "insert", "update", "delete", "aggregate")
_AT_TIMES = (("state", "find"), ("restrictions", "find"))
"""The epoch is polled, and that there are no restrictions is remembered for a moment."""


class _Listener(monitoring.CommandListener):
    """Counts commands by the collection and what is done there."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, str]] = Counter()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        name = event.command_name
        if name in _ASKED:
            self.counted[event.command[name], name] += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing more is known then."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing more is known then."""


@pytest.fixture(scope="module")
def listener() -> Iterator[_Listener]:
    """Hears the clients of the database that are made while it is there."""
    listener = _Listener()
    monitoring.register(listener)
    yield listener
    monitoring._LISTENERS.command_listeners.remove(listener)  # there is no public way back


@pytest.fixture(scope="module")
def services(settings: Settings, clock: MovableClock, listener: _Listener) -> Iterator[Services]:
    with wired(settings, clock) as services:
        yield services


@pytest.fixture
def twins(api: Api) -> Api:
    """Two clients with the same calls and recordings; all that one has is held, secretly."""
    for client in (FREE, HELD):
        api.create_client(client, licences=("licence-1", "licence-2"))
        for call in CALLS:
            api.put_call(client, call, api.call(timedelta(days=1)))
            assert api.put_recording(client, call, tone(0.1)).status_code == 201
            _put_voicemail(api, client, call)
    assert place(api, client_id=HELD, secret=True)
    return api


def _put_voicemail(api: Api, client: str, name: str) -> None:
    body = {"licence_id": "licence-1", "occurred_at": api.clock.now().isoformat(), "data": {}}
    path = f"/v1/clients/{client}/records/voicemail/{name}"
    assert api.as_("platform", "PUT", path, json=body).status_code == 201
    audio = {"data": tone(0.1), "content_type": "audio/wav"}
    assert api.as_("platform", "PUT", f"{path}/content", **audio).status_code == 201


def _delete_call(api: Api, client: str, call: str) -> int:
    return api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/{call}").status_code


def _delete_recording(api: Api, client: str, call: str) -> int:
    path = f"/v1/clients/{client}/calls/{call}/recording"
    return api.as_client(client, "DELETE", path).status_code


def _change_call(api: Api, client: str, call: str) -> int:
    path = f"/v1/clients/{client}/calls/{call}"
    return api.as_client(client, "PATCH", path, json={"note": call}).status_code


def _delete_record(api: Api, client: str, name: str) -> int:
    path = f"/v1/clients/{client}/records/voicemail/{name}"
    return api.as_client(client, "DELETE", path).status_code


_MOST = {_delete_call: 14, _change_call: 19}
"""So often the database is asked by what people do most: each time is waited for."""


def test_as_much_is_asked_of_the_database_whether_a_hold_keeps_it_or_not(
    twins: Api, listener: _Listener
) -> None:
    asked: dict[str, Counter[tuple[str, str]]] = {}
    for ask in (_delete_recording, _change_call, _delete_call, _delete_record):
        for call in CALLS:  # the first finds nothing cached
            for client in (FREE, HELD):
                listener.counted.clear()
                assert ask(twins, client, call) in (200, 204)
                asked[client] = listener.counted.copy()
                for timed in _AT_TIMES:
                    del asked[client][timed]
        assert 10 < asked[FREE].total() <= _MOST.get(ask, 30), asked[FREE]
        assert asked[HELD] == asked[FREE], ask
