"""What a hold keeps is moved from below keys that go, whoever else moves it at that moment."""

from collections.abc import Callable
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys import page_repository
from telecom_privacy.keys.model import KeyReference, client_node, held_node, period_node
from telecom_privacy.keys.page_repository import PageRepository
from telecom_privacy.keys.rotation_repository import RotationRepository
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role
from tests.builders import Api
from tests.holds.builders import audio, kept, opened, place, release
from tests.retention.builders import AUDIO, client_id, put_recorded_call


def _keys(services: Services) -> KeyService:
    return services.accounts._keys


def _put(api: Api, client: str, call: str, **changes: Any) -> None:
    put_recorded_call(api, client, call, note=f"note of {call}", **changes)


def _delete(api: Api, client: str, call: str) -> None:
    path = f"/v1/clients/{client}/calls/{call}"
    assert api.as_client(client, "DELETE", path).status_code == 204


def _anonymise(api: Api, client: str, licence: str) -> int:
    path = f"/v1/clients/{client}/licences/{licence}/anonymise"
    return api.as_client(client, "POST", path).status_code


def _notes(services: Services, hold: str) -> list[str]:
    return sorted(one["call"]["note"] for one in opened(services, hold, "call"))


def _destroy_client_key(api: Api, services: Services, client: str) -> None:
    path = f"/v1/clients/{client}/licences"
    for licence in api.as_client(client, "GET", path).json["items"]:
        found = f"{path}/{licence['id']}"
        assert api.as_client(client, "DELETE", found).status_code == 204
    owner, role = client_id(services, client), Role.PROCESSOR
    eraser: Any = services.recovery._eraser
    nodes = [client_node(owner, role)]
    eraser.erase_nodes(owner, role, "client-key", "RET-3", nodes, "test", is_emptied=True)


def _held_keys(services: Services, client: str) -> int:
    query = {"client": client_id(services, client), "kind": "held-key"}
    return services.databases.keystore["keys"].count_documents(query)


@pytest.fixture
def licences(api: Api, client: str) -> str:
    api.client_key(client)
    for licence in ("left", "stays"):
        api.create_licence(client, licence)
        _put(api, client, licence, licence_id=licence)
    return client


def _wrap_anew(services: Services, reference: KeyReference) -> None:
    """What a rotation does with a key below a node that it replaced."""
    found = services.accounts._keys._pages.fetch_record_keys([reference])[reference]
    moved = {reference: (found, _keys(services).wrapped_anew(found))}
    RotationRepository(services.databases.keystore).replace_record_keys([moved])


def _list_another_node(services: Services, reference: KeyReference) -> None:
    """What a second process does that keeps another key of the page apart."""
    pages = services.databases.keystore["record_keys"]
    another = held_node(reference.page, Role.PROCESSOR).name
    pages.update_one({"_id": reference.page}, {"$push": {"nodes": another}})


@pytest.mark.parametrize("disturb", [_wrap_anew, _list_another_node])
def test_a_key_that_another_changes_while_it_is_moved_outlives_its_client_key(
    api: Api,
    client: str,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    disturb: Callable[[Services, KeyReference], None],
) -> None:
    api.client_key(client)
    _put(api, client, "call")
    hold = place(api, client_id=client)
    _delete(api, client, "call")
    entry, disturbed = page_repository.record_key_bytes, []

    def late(*arguments: Any) -> Any:
        if not disturbed:
            disturbed.extend(one.item.key for one in kept(services, hold))
            for reference in disturbed:
                disturb(services, reference)
        return entry(*arguments)

    monkeypatch.setattr(page_repository, "record_key_bytes", late)
    _destroy_client_key(api, services, client)
    assert disturbed
    assert _notes(services, hold) == ["note of call"]
    assert audio(services, hold) == [AUDIO]


def test_a_held_key_that_is_replaced_while_keys_are_moved_below_it_takes_none_along(
    api: Api, client: str, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.client_key(client)
    _put(api, client, "call")
    hold = place(api, client_id=client)
    _delete(api, client, "call")
    held = held_node(client_id(services, client), Role.PROCESSOR)
    tree, number = services.accounts._keys._tree, services.epoch.rotation() + 1
    replace, replaced = PageRepository.replace_record_key, []

    def rotate_before(self: PageRepository, *keys: Any) -> bool:
        if not replaced:
            replaced.append(held)
            tree.renew(held, number)
            services.epoch.begin_rotation(number)
        return replace(self, *keys)

    monkeypatch.setattr(PageRepository, "replace_record_key", rotate_before)
    _destroy_client_key(api, services, client)
    stored = services.accounts._keys._repository.fetch_node(held)
    assert stored is not None
    assert stored.newest == 2
    RotationRepository(services.databases.keystore).erase_old_generations(held, stored, number)
    services.epoch.advance()
    assert _notes(services, hold) == ["note of call"]
    assert audio(services, hold) == [AUDIO]


def test_only_what_lies_below_the_keys_that_go_is_moved(
    api: Api, services: Services, licences: str
) -> None:
    hold = place(api, client_id=licences)
    _delete(api, licences, "stays")
    assert _anonymise(api, licences, "left") == 200
    held = held_node(client_id(services, licences), Role.PROCESSOR)
    calls = [one for one in kept(services, hold) if one.category == "call"]
    above = [_keys(services).nodes_above([one.item.key])[0] for one in calls]
    assert sorted(held in nodes for nodes in above) == [False, True]
    assert _notes(services, hold) == ["note of left", "note of stays"]


def test_the_ledger_names_each_key_below_which_what_is_released_has_lain(
    api: Api, services: Services, licences: str
) -> None:
    hold = place(api, client_id=licences)
    assert _anonymise(api, licences, "left") == 200
    (call,) = [one for one in kept(services, hold) if one.category == "call"]
    release(api, hold)
    query = {"category": "withheld", "items.page": call.item.key.page}
    (erasure,) = services.databases.audit["erasures"].find(query)
    held = held_node(client_id(services, licences), Role.PROCESSOR)
    assert {held.name, period_node(call.binding).name} <= {*erasure["above"]}


def test_a_second_hold_after_an_anonymisation_keeps_as_the_first_did(
    api: Api, services: Services, licences: str
) -> None:
    first = place(api, client_id=licences)
    assert _anonymise(api, licences, "left") == 200
    release(api, first)
    services.holds.run()
    second = place(api, client_id=licences)
    assert _anonymise(api, licences, "stays") == 200
    assert _notes(services, second) == ["note of stays"]
    services.replay.run("test")
    assert _notes(services, second) == ["note of stays"]
    _destroy_client_key(api, services, licences)
    services.holds.run()
    assert _notes(services, second) == ["note of stays"]
    release(api, second)
    services.holds.run()
    assert _held_keys(services, licences) == 0
