"""What a search lets the database send, in a day of many calls."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.policies.history import ContractChange
from telecom_privacy.policies.model import ROLES, Category
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock

CALLS = 1_000
ALICE = "+33611111111"


class Sent(CommandListener):
    """Collects the documents that the database sends from calls and traffic."""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        pass

    def succeeded(self, event: CommandSucceededEvent) -> None:
        cursor = event.reply.get("cursor", {})
        if cursor.get("ns", "").endswith((".calls", ".traffic")):
            self.documents += cursor.get("firstBatch", []) + cursor.get("nextBatch", [])

    def failed(self, event: CommandFailedEvent) -> None:
        pass

    @property
    def with_content(self) -> int:
        return sum("payload" in document for document in self.documents)


@pytest.fixture(scope="module")
def sent() -> Sent:
    return Sent()


@pytest.fixture(scope="module")
def watched(
    services: Services, settings: Settings, module_clock: MovableClock, sent: Sent
) -> Iterator[Services]:
    """Services on the databases of `services`, whose answers from the bulk database are seen."""
    databases = bootstrap.connect(settings)
    listening: MongoClient[dict[str, Any]] = MongoClient(
        settings.mongodb_uri, uuidRepresentation="standard", tz_aware=True, event_listeners=[sent]
    )
    bulk = listening[databases.bulk.name]
    watched = bootstrap.wire(settings, replace(databases, bulk=bulk), module_clock)
    watched.epoch.start()
    yield watched
    watched.epoch.stop()
    listening.close()
    databases.close()


@pytest.fixture(scope="module")
def busy(watched: Services, module_clock: MovableClock) -> tuple[Api, str]:
    """A client with a thousand calls in eight hours, every hundredth with Alice."""
    api = Api(create_app(watched), watched.accounts, module_clock)
    client = api.create_client("busy")
    calls = {
        f"call-{n}": api.call(n * timedelta(seconds=30), **({} if n % 100 else {"from": ALICE}))
        for n in range(CALLS)
    }
    assert api.put_calls(client, calls).json["accepted"] == CALLS
    return api, client


@pytest.mark.parametrize(("query", "most"), [({}, 300), ({"number": ALICE}, 30)])
def test_a_small_page_of_a_busy_day_takes_few_documents_and_its_own_content(
    busy: tuple[Api, str], sent: Sent, query: dict[str, str], most: int
) -> None:
    api, client = busy
    api.client_key(client)
    sent.documents.clear()
    path = f"/v1/clients/{client}/calls"
    answer = api.as_client(client, "GET", path, query_string={"limit": 3, **query})
    assert len(answer.json["items"]) == 3
    assert sent.with_content == 3
    assert len(sent.documents) <= most


def test_billing_takes_the_content_of_its_page_only(busy: tuple[Api, str], sent: Sent) -> None:
    api, client = busy
    sent.documents.clear()
    answer = api.as_("billing", "GET", f"/v1/clients/{client}/traffic?limit=3")
    assert len(answer.json["items"]) == 3
    assert sent.with_content == 3
    assert len(sent.documents) <= 300


def test_counting_takes_no_content(busy: tuple[Api, str], sent: Sent) -> None:
    api, client = busy
    sent.documents.clear()
    assert api.as_("dpo", "GET", f"/v1/clients/{client}/traffic").json["count"] == CALLS
    assert len(sent.documents) == CALLS
    assert sent.with_content == 0


@pytest.mark.parametrize("category", [Category.CALL, Category.RECORDING, Category.TRAFFIC])
def test_looking_for_what_is_due_takes_no_content(
    busy: tuple[Api, str], sent: Sent, watched: Services, category: Category
) -> None:
    api, client = busy
    api.put_recording(client, "call-0", b"audio")
    found = next(one for one in watched.clients.all() if one.external_id == client)
    sent.documents.clear()
    source = watched.sweeps._sources[category, ROLES[category]]
    far = api.clock.now() + timedelta(days=3_000)
    ended = replace(
        found.history, contracts=(ContractChange(found.started_on, False, found.created_at),)
    )
    due = list(source(found, watched.clients.terms(ended), far))
    assert len(due) == (1 if category is Category.RECORDING else CALLS)
    assert sent.with_content == 0
    assert not any(
        "metadata" in one for found in sent.documents for one in found.get("recordings", ())
    )
