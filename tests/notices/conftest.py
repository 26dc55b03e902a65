"""One service for the package; each test begins without webhooks and with an empty outbox."""

from collections.abc import Iterator
from concurrent.futures import wait
from typing import Any
from uuid import UUID, uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.notices.model import NoticeType, Webhook
from telecom_privacy.notices.repository import WebhookRepository
from telecom_privacy.settings import Settings
from telecom_privacy.storage.paging import month_of
from tests.builders import MovableClock
from tests.calls.shared import api, app, client, clock, module_api, module_clock, services
from tests.notices.receiver import Receiver, receiving
from tests.wiring import own_settings

__all__ = ["api", "app", "client", "clock", "module_api", "module_clock", "services"]


@pytest.fixture(scope="package")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that let webhooks lead to this machine."""
    path = tmp_path_factory.mktemp("service")
    return own_settings(database_settings, path, webhook_private_addresses=True)


class Outbox:
    """Subscribes without a receiver, reads what was put into the outbox, delivers it."""

    def __init__(self, services: Services, clock: MovableClock) -> None:
        self._services = services
        self._clock = clock
        self._webhooks = WebhookRepository(services.databases.audit)

    def subscribe(self, client_id: UUID | None, *events: NoticeType, **more: Any) -> UUID:
        now = self._clock.now()
        key = KeyReference(uuid4(), "0")
        webhook = Webhook(
            uuid4(), client_id, frozenset(events), now, month_of(now), key, b"", **more
        )
        self._webhooks.insert(webhook)
        self._services.epoch.advance()
        return webhook.id

    def found(self) -> list[dict[str, Any]]:
        return list(self._services.databases.bulk["deliveries"].find())

    def receivers(self) -> set[UUID]:
        return {delivery["webhook"] for delivery in self.found()}

    def deliver(self) -> None:
        """Attempt everything that is due now."""
        while begun := self._services.noticing.dispatcher.run():
            wait(begun)
            for one in begun:
                one.result()

    def clear(self) -> None:
        self._services.databases.bulk["deliveries"].delete_many({})
        self._services.databases.audit["webhooks"].delete_many({})
        self._services.epoch.advance()


@pytest.fixture
def outbox(services: Services, clock: MovableClock) -> Iterator[Outbox]:
    found = Outbox(services, clock)
    yield found
    found.clear()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found
