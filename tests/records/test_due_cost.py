"""A look for what is due reads what may be due, however much else is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from bson import Binary
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent, CommandSucceededEvent

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.model import Client
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.policies.reach import Reach
from telecom_privacy.policies.triggers import Trigger
from telecom_privacy.records.due import DueRecords
from telecom_privacy.records.model import StoredRecord
from telecom_privacy.records.repository import RECORDS, RecordRepository
from telecom_privacy.scope import NO_ID, Role, Scope
from telecom_privacy.settings import Settings
from telecom_privacy.storage.paging import month_of
from tests.policies.oracle import is_reached
from tests.records.builders import RecordApi

FOREVER = timedelta(days=90)


class Reads(CommandListener):
    """What was asked of the records, and how many documents came back."""

    def __init__(self) -> None:
        self.filters: list[dict[str, Any]] = []
        self.returned = 0

    def started(self, event: CommandStartedEvent) -> None:
        if event.command.get("find") == RECORDS:
            self.filters.append(event.command["filter"])

    def succeeded(self, event: CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {})
        self.returned += len(cursor.get("firstBatch", cursor.get("nextBatch", ())))

    def failed(self, event: object) -> None: ...


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
def repository(settings: Settings, services: Services, reads: Reads) -> Iterator[RecordRepository]:
    name = services.databases.bulk.name
    with MongoClient[Any](
        settings.mongodb_uri, event_listeners=[reads], tz_aware=True, uuidRepresentation="standard"
    ) as connected:
        yield RecordRepository(connected[name], FOREVER)


@contextmanager
def multiplied(services: Services, client: Client, category: str, times: int) -> Iterator[None]:
    """Store copies of the one record of a category, and delete them: dropping them is slow."""
    records = services.databases.bulk[RECORDS]
    record = records.find_one({"client": client.id, "category": category})
    assert record
    new = ({"_id": Binary(uuid4().bytes), "record_id": uuid4()} for _ in range(times))
    records.insert_many([{**record, **ids} for ids in new])
    yield
    records.delete_many({"client": client.id, "category": category})


@pytest.mark.parametrize(
    ("category", "role", "event"),
    [
        ("marketing", Role.CONTROLLER, "last_contact"),
        ("enquiry", Role.PROCESSOR, "reopened"),
    ],
)
def test_records_that_are_kept_alive_are_not_read_again_and_again(
    api: RecordApi,
    client: str,
    services: Services,
    repository: RecordRepository,
    reads: Reads,
    category: str,
    role: Role,
    event: str,
) -> None:
    api.stored(client, category, "old", {}, ago=timedelta(days=360))
    assert api.event(client, category, "old", event, role="platform").status_code == 200
    found = services.clients.reach(Access("test", ApiRole.ADMIN), client)
    look = DueRecords(repository, category, role)
    with multiplied(services, found, category, 500):
        assert list(look(found, found.terms, api.clock.now() + timedelta(days=10))) == []
    assert reads.filters
    assert reads.returned <= 5
    assert [query for query in reads.filters if not has_index(services, query)] == []


def has_index(services: Services, query: dict[str, Any]) -> bool:
    """Whether an index begins with all that is asked for, the range at the end."""
    indexes = services.databases.bulk[RECORDS].index_information().values()
    keys = [[name for name, _ in index["key"]] for index in indexes]
    return any(key[: len(query)] == list(query) for key in keys)


days = st.integers(0, 20).map(lambda n: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=n))
happened = st.dictionaries(st.sampled_from(["last_contact", "reviewed", "closed", "given"]), days)
reaches = st.builds(
    Reach,
    st.none() | days,
    st.dictionaries(st.sampled_from([Trigger.LAST_CONTACT, Trigger.REVIEWED]), days),
    st.none() | days,
)


@effort(max_examples=40, deadline=None)
@given(st.lists(st.tuples(days, happened), max_size=6), reaches)
def test_what_is_within_a_reach_is_found_once_and_nothing_else(
    services: Services,
    records: list[tuple[datetime, dict[str, datetime]]],
    reach: Reach,
) -> None:
    repository = RecordRepository(services.databases.bulk, FOREVER)
    scope = Scope(uuid4(), NO_ID, Role.CONTROLLER)
    for occurred_at, events in records:
        repository.insert(stored(scope, occurred_at, events))
    found = [
        (one.occurred_at, dict(one.events))
        for one in repository.fetch_due(scope, "lead", reach, list)
    ]
    within = [record for record in records if is_reached(reach, *record)]
    assert sorted(found, key=repr) == sorted(within, key=repr)


def stored(scope: Scope, occurred_at: datetime, events: dict[str, datetime]) -> StoredRecord:
    key = KeyReference(uuid4(), "0")
    month = month_of(occurred_at)
    return StoredRecord(
        uuid4().bytes, uuid4(), scope, "lead", month, occurred_at, key, b"", occurred_at, events
    )
