"""The list of a day, and changes that are told ahead, once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.notices.model import NoticeType
from telecom_privacy.recipients.announcing import ChangeAnnouncing
from telecom_privacy.recipients.model import Kind, Recipient, changes_of
from telecom_privacy.recipients.repository import ChangeRepository
from telecom_privacy.recipients.service import RecipientService
from telecom_privacy.settings import PARIS
from tests.builders import Api, MovableClock
from tests.erasure.kills import killed_at
from tests.notices.conftest import Outbox

AHEAD = timedelta(days=30)


def recipient(since: date, until: date | None = None, name: str = "Example") -> Recipient:
    kind = Kind.SUB_PROCESSOR
    return Recipient(name, kind, "hosting", "machines", ("traffic",), "FR", since, until)


class World:
    """What the service does with a list, whose file is changed between two starts."""

    def __init__(self, services: Services, clock: MovableClock) -> None:
        self.services = services
        self.clock = clock
        self.outbox = Outbox(services, clock)
        self.outbox.subscribe(uuid4(), NoticeType.SUBPROCESSORS_CHANGED)

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(PARIS).date()

    def look(self, *listed: Recipient) -> None:
        service = RecipientService(listed, self.clock, PARIS)
        repository = ChangeRepository(self.services.databases.bulk)
        notices = self.services.noticing.notices
        ChangeAnnouncing(service, repository, notices, self.clock, AHEAD).run()

    def told(self) -> list[tuple[str, str]]:
        said = [one["data"] for one in self.outbox.found()]
        return sorted((one["direction"], one["effective_on"]) for one in said)


@pytest.fixture
def world(services: Services, clock: MovableClock) -> Iterator[World]:
    found = World(services, clock)
    yield found
    services.databases.bulk["recipient_changes"].delete_many({})
    found.outbox.clear()


def test_what_lay_in_the_past_at_first_is_no_news(world: World) -> None:
    listed = recipient(world.today - timedelta(days=400), world.today - timedelta(days=1))
    world.look(listed)
    world.look(listed)
    assert world.told() == []


def test_a_change_is_told_once_as_soon_as_it_is_near(world: World) -> None:
    old = recipient(world.today - timedelta(days=400))
    new = recipient(world.today + timedelta(days=40), name="Another")
    world.look(old, new)
    world.clock.advance(days=9)
    world.look(old, new)
    assert world.told() == []
    for days in (1, 1, 40):
        world.clock.advance(days=days)
        world.look(old, new)
        assert world.told() == [("added", new.since.isoformat())]


def test_an_end_is_told_of_the_day_after_the_last(world: World) -> None:
    listed = recipient(world.today - timedelta(days=400))
    world.look(listed)
    until = world.today + timedelta(days=10)
    world.look(recipient(listed.since, until))
    assert world.told() == [("ended", (until + timedelta(days=1)).isoformat())]


def test_what_is_entered_too_late_is_told_at_once(world: World) -> None:
    world.look()
    late = recipient(world.today - timedelta(days=3))
    world.look(late)
    assert world.told() == [("added", late.since.isoformat())]


def test_who_is_killed_before_a_change_is_remembered_tells_it_once_all_the_same(
    world: World,
) -> None:
    world.look()
    new = recipient(world.today + timedelta(days=5))
    with killed_at(ChangeRepository, "insert_absent"):
        world.look(new)
    world.look(new)
    assert len(world.told()) == 1


def test_a_list_is_that_of_its_day(api: Api, clock: MovableClock) -> None:
    clock.set(datetime(2026, 6, 1, 12, tzinfo=PARIS))
    listed = [recipient(date(2025, 1, 1), date(2025, 12, 31)), recipient(date(2026, 1, 1))]
    service = RecipientService(listed, clock, PARIS)
    assert service.on(date(2024, 12, 31)) == []
    assert service.on(date(2025, 12, 31)) == listed[:1]
    assert service.on(None) == service.on(date(2026, 1, 1)) == listed[1:]
    changes = service.changes_since(date(2026, 1, 1))
    assert [(one.direction, one.effective_on) for one in changes] == [
        ("ended", date(2026, 1, 1)),
        ("added", date(2026, 1, 1)),
    ]


def test_a_changed_entry_is_another_change_and_its_end_is_not() -> None:
    one = recipient(date(2025, 1, 1))
    ended = recipient(date(2025, 1, 1), date(2027, 1, 1))
    moved = Recipient(**{**_fields(one), "country": "DE"})
    ids = [changes_of([found])[0].id for found in (one, ended, moved)]
    assert ids[0] == ids[1] != ids[2]


def test_anybody_with_a_key_reads_the_list_and_its_changes(api: Api) -> None:
    listed = api.as_("platform", "GET", "/v1/recipients").json["items"]
    assert [one["country"] for one in listed] == ["DE", "FR", "US"]
    assert api.as_("auditor", "GET", "/v1/recipients?on=2024-12-31").json == {"items": []}
    changes = api.as_("billing", "GET", "/v1/recipients/changes?since=2025-02-01").json["items"]
    assert [(one["direction"], one["effective_on"]) for one in changes] == [("added", "2025-03-01")]
    assert changes[0]["recipient"]["ground"]


def _fields(one: Recipient) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}
