"""A client's key is destroyed, and what a hold keeps of the client still opens."""

from contextlib import suppress
from uuid import UUID

import pytest

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.model import Erasure
from telecom_privacy.erasure.repository import ErasureRepository
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import Held
from telecom_privacy.holds.guard import ActiveHolds
from telecom_privacy.keys.model import client_node
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.tree import KeyTree
from telecom_privacy.scope import Role
from tests.builders import Api, MovableClock, recording_path, tone
from tests.erasure.kills import killed_at, recover, stored
from tests.holds.builders import audio, kept, opened, place, release
from tests.retention.builders import client_id

AUDIO = tone(0.1)
STEPS = [
    pytest.param(AuditLog, "append", id="after ledger"),
    pytest.param(ErasureRepository, "decide", id="after log"),
    pytest.param(PageRepository, "replace_record_key", id="after decision"),
    pytest.param(KeyTree, "destroy", id="after keeping apart"),
    pytest.param(ErasureRepository, "close", id="after destroying"),
]


def _put(api: Api, client: str, *calls: str) -> None:
    api.client_key(client)
    for call in calls:
        assert api.put_call(client, call, api.call(note=f"note of {call}")).status_code == 201
        assert api.put_recording(client, call, AUDIO).status_code == 201


def _delete(api: Api, client: str, *calls: str) -> None:
    for call in calls:
        path = f"/v1/clients/{client}/calls/{call}"
        assert api.as_client(client, "DELETE", path).status_code == 204


def _empty(api: Api, client: str, *calls: str) -> None:
    """Delete all that the client has."""
    _delete(api, client, *calls)
    path = f"/v1/clients/{client}/licences/licence-1"
    assert api.as_client(client, "DELETE", path).status_code == 204


def _destroy(services: Services, owner: UUID, is_emptied: bool) -> None:
    role = Role.PROCESSOR
    eraser = _eraser(services)
    nodes = [client_node(owner, role)]
    eraser.erase_nodes(owner, role, "client-key", "RET-3", nodes, "test", is_emptied)


def _eraser(services: Services) -> Eraser:
    found = services.recovery._eraser
    assert isinstance(found, Eraser)
    return found


def test_what_is_withheld_outlives_the_client_key(
    api: Api, client: str, services: Services
) -> None:
    owner = client_id(services, client)
    _put(api, client, "one", "two")
    hold = place(api, number="+33612345678")
    _empty(api, client, "one", "two")
    _destroy(services, owner, is_emptied=True)
    notes = [one["call"]["note"] for one in opened(services, hold, "call")]
    assert sorted(notes) == ["note of one", "note of two"]
    assert audio(services, hold) == [AUDIO, AUDIO]
    second = place(api, client_id=client)
    assert len(kept(services, second)) == 4


def test_what_is_withheld_while_the_client_key_is_about_to_go_is_not_lost(
    api: Api, client: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = client_id(services, client)
    _put(api, client, "one", "late")
    hold = place(api, client_id=client)
    _empty(api, client, "one")
    keep_apart = ActiveHolds.keep_apart

    def looked_before(self: ActiveHolds, erasure: Erasure) -> None:
        keep_apart(self, erasure)
        monkeypatch.undo()
        _delete(api, client, "late")

    monkeypatch.setattr(ActiveHolds, "keep_apart", looked_before)
    with suppress(Held):
        _destroy(services, owner, is_emptied=True)
    notes = [one["call"]["note"] for one in opened(services, hold, "call")]
    assert sorted(notes) == ["note of late", "note of one"]
    _destroy(services, owner, is_emptied=True)
    assert sorted(one["call"]["note"] for one in opened(services, hold, "call")) == sorted(notes)
    assert audio(services, hold) == [AUDIO, AUDIO]


def test_the_held_key_goes_with_the_last_record_that_is_kept(
    api: Api, client: str, services: Services
) -> None:
    owner = client_id(services, client)
    _put(api, client, "one")
    hold = place(api, client_id=client)
    _empty(api, client, "one")
    _destroy(services, owner, is_emptied=True)
    services.holds.run()
    assert _held_keys(services, owner) == 1
    release(api, hold)
    services.holds.run()
    assert _held_keys(services, owner) == 0
    assert stored(services)["withheld"] == []


def test_a_client_key_above_records_that_a_hold_may_keep_is_not_destroyed(
    api: Api, client: str, services: Services
) -> None:
    owner = client_id(services, client)
    _put(api, client, "one")
    place(api, number="+33612345678")
    with pytest.raises(Held):
        _destroy(services, owner, is_emptied=False)
    assert api.as_client(client, "GET", recording_path(client, "one")).data == AUDIO
    assert not any("open_since" in erasure for erasure in stored(services)["erasures"])


def test_a_hold_that_is_placed_when_a_client_key_is_about_to_go_keeps_it(
    api: Api, client: str, services: Services, clock: MovableClock
) -> None:
    owner = client_id(services, client)
    _put(api, client, "one")
    with killed_at(AuditLog, "append"):
        _destroy(services, owner, is_emptied=False)
    place(api, client_id=client)
    recover(services, clock, minutes=11)
    assert api.as_client(client, "GET", recording_path(client, "one")).data == AUDIO
    assert not any("open_since" in erasure for erasure in stored(services)["erasures"])


@pytest.mark.parametrize(("owner", "method"), STEPS)
def test_the_destruction_of_a_client_key_that_was_killed_is_finished_and_keeps_what_is_held(
    api: Api, client: str, services: Services, clock: MovableClock, owner: type, method: str
) -> None:
    found = client_id(services, client)
    _put(api, client, "one")
    hold = place(api, client_id=client)
    _empty(api, client, "one")
    with killed_at(owner, method):
        _destroy(services, found, is_emptied=True)
    recover(services, clock, minutes=11)
    assert [one["call"]["note"] for one in opened(services, hold, "call")] == ["note of one"]
    assert audio(services, hold) == [AUDIO]
    if method in ("append", "decide"):  # undecided: given up, and to be begun anew
        _destroy(services, found, is_emptied=True)
    assert audio(services, hold) == [AUDIO]
    release(api, hold)
    assert stored(services)["withheld"] == stored(services)["segments"] == []


def _held_keys(services: Services, owner: UUID) -> int:
    keys = services.databases.keystore["keys"]
    return keys.count_documents({"client": owner, "kind": "held-key"})
