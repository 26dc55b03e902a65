"""Webhooks tell of a breach once it stands on the register, once a notice, whoever is killed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.breaches.register import BreachRegister
from telecom_privacy.breaches.telling import BreachTelling
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.notices.service import Notices
from tests.breaches.builders import CLIENT, OTHER, BreachDesk
from tests.builders import MovableClock
from tests.erasure.kills import killed_at
from tests.notices.conftest import Outbox
from tests.retention.builders import client_id

TOLD = NoticeType.BREACH_ANNOUNCED


@pytest.fixture
def outbox(services: Services, clock: MovableClock) -> Iterator[Outbox]:
    """What one client and the operator's platform are told."""
    outbox = Outbox(services, clock)
    outbox.subscribe(None, TOLD)
    outbox.subscribe(client_id(services, CLIENT), TOLD)
    yield outbox
    outbox.clear()


@pytest.fixture
def resume(services: Services) -> Callable[[], int]:
    """What a sweeper does once a minute."""
    (telling,) = (one for one in services.all if isinstance(one, BreachTelling))
    return lambda: telling.resume(lambda: None)


def told(outbox: Outbox, path: str) -> list[tuple[int, str]]:
    """The notices of a breach: which, to whom."""
    mine = [one["data"] for one in outbox.found() if one["data"]["breach"] in path]
    return sorted((data["notice"], data["client"]) for data in mine)


def test_clients_and_operator_are_told_of_each_notice_by_random_ids(
    desk: BreachDesk, outbox: Outbox, services: Services
) -> None:
    path = desk.recorded(clients=[CLIENT, OTHER])
    assert outbox.found() == []
    one, other = (str(client_id(services, name)) for name in (CLIENT, OTHER))
    desk.send(path, "cnil_first")
    desk.send(path, "clients", clients=[CLIENT])
    assert told(outbox, path) == [(1, one)] * 2
    desk.send(path, "clients")
    assert told(outbox, path) == sorted([(1, one)] * 2 + [(2, one)] * 2 + [(2, other)])


def test_all_clients_are_told_but_not_the_operator_as_its_own(
    desk: BreachDesk, outbox: Outbox, services: Services
) -> None:
    path = desk.recorded(clients="all")
    desk.send(path, "clients")
    names = {str(client_id(services, name)) for name in (CLIENT, OTHER)}
    assert {client for _, client in told(outbox, path)} == names


@pytest.mark.parametrize(
    ("owner", "method", "call"),
    [(Notices, "announce", 1), (Notices, "announce", 2), (BreachRegister, "note", 2)],
)
def test_what_a_killed_process_left_untold_is_told_once(
    desk: BreachDesk, outbox: Outbox, resume: Callable[[], int], owner: Any, method: str, call: int
) -> None:
    path = desk.recorded(clients=[CLIENT, OTHER])
    with killed_at(owner, method, call):
        desk.send(path, "clients")
    assert desk.told_of(CLIENT, path)
    assert resume() == 1
    assert len(told(outbox, path)) == 3
    assert resume() == 0
    assert len(told(outbox, path)) == 3


def test_who_is_killed_before_the_register_says_so_tells_nobody(
    desk: BreachDesk, outbox: Outbox, resume: Callable[[], int]
) -> None:
    path = desk.recorded()
    with killed_at(BreachRegister, "_write"):
        desk.send(path, "clients")
    assert resume() == 0
    assert told(outbox, path) == []
    assert desk.told_of(CLIENT, path) is None


def test_closing_finishes_what_was_left_untold(desk: BreachDesk, outbox: Outbox) -> None:
    path = desk.recorded()
    with killed_at(Notices, "announce"):
        desk.send(path, "clients")
    assert desk.close(path, "no_breach").status_code == 200
    assert len(told(outbox, path)) == 2
