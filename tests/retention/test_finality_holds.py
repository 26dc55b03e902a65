"""What a hold keeps outlives a replay and new keys, and goes with its release."""

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import Api
from tests.holds.builders import opened, place, read, release
from tests.retention.builders import (
    call_status,
    certificates_of,
    client_id,
    put_recorded_call,
    sweep,
)

CALLER = "+33612345678"


@pytest.fixture
def hold(api: Api, client: str) -> str:
    """A hold on a client whose call `held` was deleted."""
    put_recorded_call(api, client, "held")
    found = place(api, client_id=client)
    path = f"/v1/clients/{client}/calls/held"
    assert api.as_client(client, "DELETE", path).status_code == 204
    return found


def test_what_is_held_opens_after_new_keys_and_a_replay(
    api: Api, services: Services, client: str, hold: str
) -> None:
    before = opened(services, hold, "call")
    assert before
    services.finality.run("test")
    services.replay.run("test")
    assert opened(services, hold, "call") == before
    assert call_status(api, client, "held") == 410


def test_a_hold_on_a_number_keeps_after_new_keys_what_has_it_and_nothing_else(
    api: Api, services: Services, client: str, hold: str
) -> None:
    services.finality.run("test")
    second = place(api, client_id=client, number=CALLER)
    another = place(api, client_id=client, number="+33699999999")
    release(api, hold)
    services.holds.run()
    assert opened(services, second, "call")
    assert read(api, second)["withheld"] == 2  # the call, and its recording
    assert read(api, another)["withheld"] == 0
    release(api, second)
    left = {"client": client_id(services, client)}
    assert services.databases.bulk["withheld"].count_documents(left) == 0


def test_a_recording_is_compared_after_new_keys_by_the_call_that_it_belongs_to(
    api: Api, services: Services, client: str
) -> None:
    put_recorded_call(api, client, "live")
    first = place(api, client_id=client)
    path = f"/v1/clients/{client}/calls/live/recording"
    assert api.as_client(client, "DELETE", path).status_code == 204
    services.clock.advance(seconds=1)
    put_recorded_call(api, client, "gone")
    assert api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/gone").status_code == 204
    services.finality.run("test")
    assert read(api, place(api, client_id=client, number=CALLER))["withheld"] == 3
    assert read(api, place(api, client_id=client, number="+33699999999"))["withheld"] == 0
    release(api, first)


def test_a_certificate_tells_nothing_of_what_is_held(
    api: Api, services: Services, client: str, hold: str
) -> None:
    services.clock.advance(seconds=1)
    sweep(services, services.clock)
    services.finality.run("test")
    (certificate,) = certificates_of(api, client)
    assert certificate["final"]
    assert "hold" not in str(certificate)
