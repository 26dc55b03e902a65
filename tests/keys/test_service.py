"""Record keys in their pages."""

from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import IntegrityError, KeyDestroyed, Unavailable
from telecom_privacy.keys.model import KeyReference, RecordKey, period_node, record_binding
from telecom_privacy.keys.service import KeyService
from telecom_privacy.scope import Role, Scope

INTENT = {"kind": "test"}


@pytest.fixture
def service(services: Services) -> KeyService:
    """As wired, but with a ledger in which everything was erased."""
    return with_ledger(services, everything=True)


def with_ledger(services: Services, everything: bool) -> KeyService:
    found = services.accounts._keys
    return KeyService(
        found._repository,
        found._pages,
        found._tree,
        services.clock,
        Ledger(everything),
        found._opened,
    )


class Ledger:
    """Explains the loss of every key, or of none."""

    def __init__(self, explains: bool) -> None:
        self._explains = explains

    def names_key(self, key: KeyReference) -> bool:
        return self._explains

    def names_node(self, name: str) -> bool:
        return self._explains


def bindings(count: int) -> list[Binding]:
    scope = Scope(uuid4(), uuid4(), Role.PROCESSOR)
    return [record_binding(scope, "call", "2026-11", uuid4()) for _ in range(count)]


def page_of(services: Services, key: RecordKey) -> dict | None:
    return services.databases.keystore["record_keys"].find_one({"_id": key.reference.page})


def test_keys_of_one_page_are_all_different_and_open_by_their_places(service: KeyService) -> None:
    places = bindings(20)
    keys = service.issue(places, INTENT)
    assert len({key.key for key in keys}) == 20
    assert {key.reference.page for key in keys} == {keys[0].reference.page}
    opened = service.open_existing(dict(zip([k.reference for k in keys], places, strict=True)))
    assert opened == {key.reference: key.key for key in keys}


def test_several_pages_are_issued_and_settled_together(
    services: Services, service: KeyService
) -> None:
    wanted = [(bindings(2), {"kind": "test", "n": n}) for n in range(3)]
    pages = service.issue_pages(wanted)
    assert len({keys[0].reference.page for keys in pages}) == 3
    for (places, intent), keys in zip(wanted, pages, strict=True):
        assert [service.open(p, k.reference) for p, k in zip(places, keys, strict=True)] == [
            key.key for key in keys
        ]
        page = page_of(services, keys[0])
        assert page is not None
        assert page["intent"] == intent
    service.settle(pages[1][0])  # as recovery would have
    with pytest.raises(Unavailable):
        service.settle_pages({keys[0].reference.page for keys in pages})
    assert not any("intent" in (page_of(services, keys[0]) or {}) for keys in pages)


def test_a_key_does_not_open_at_its_neighbours_place(service: KeyService) -> None:
    places = bindings(2)
    keys = service.issue(places, INTENT)
    with pytest.raises(IntegrityError):
        service.open(places[1], keys[0].reference)


def test_a_page_is_deleted_with_its_last_key(services: Services, service: KeyService) -> None:
    places = bindings(2)
    keys = service.issue(places, INTENT)
    service.settle(keys[0])
    service.destroy([keys[0].reference])
    page = page_of(services, keys[0])
    assert page is not None
    assert list(page["keys"]) == ["1"]
    with pytest.raises(KeyDestroyed):
        service.open(places[0], keys[0].reference)
    assert service.open(places[1], keys[1].reference) == keys[1].key

    service.destroy([keys[1].reference])
    assert page_of(services, keys[0]) is None


def test_destroying_twice_harms_nobody(services: Services, service: KeyService) -> None:
    keys = service.issue(bindings(2), INTENT)
    service.settle(keys[0])
    for _ in range(2):
        service.destroy([keys[0].reference])
    assert page_of(services, keys[1]) is not None


def test_a_page_that_was_given_up_cannot_be_settled(service: KeyService) -> None:
    keys = service.issue(bindings(1), INTENT)
    service.settle(keys[0])
    with pytest.raises(Unavailable):
        service.settle(keys[0])


def test_a_settled_page_holds_no_intent(services: Services, service: KeyService) -> None:
    key = service.issue(bindings(1), INTENT)[0]
    page = page_of(services, key)
    assert page is not None
    assert page["intent"] == INTENT
    service.settle(key)
    assert page_of(services, key) == {name: page[name] for name in ("_id", "nodes", "keys")}


@pytest.mark.parametrize("explained", [True, False])
def test_a_record_below_a_destroyed_key_is_unreadable_and_alarms_if_the_ledger_is_silent(
    services: Services, explained: bool
) -> None:
    place = bindings(1)[0]
    service = with_ledger(services, everything=explained)
    key = service.issue([place], INTENT)[0]
    service._tree.destroy(period_node(place))
    with pytest.raises(KeyDestroyed if explained else IntegrityError):
        service.open(place, key.reference)


def test_a_record_key_does_not_show_itself(service: KeyService) -> None:
    key = service.issue(bindings(1), INTENT)[0]
    assert repr(key.key) not in repr(key)
