"""Webhooks of a client and of the operator, and what is in the outbox for them."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.notices.model import NoticeType, Webhook
from telecom_privacy.notices.repository import WebhookRepository
from telecom_privacy.storage.paging import month_of


class Outbox:
    """Subscribes without a receiver, and reads what was put into the outbox."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._webhooks = WebhookRepository(services.databases.audit)

    def subscribe(self, client_id: UUID | None, *events: NoticeType, **more: Any) -> UUID:
        now = self._services.clock.now()
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


@pytest.fixture
def outbox(services: Services) -> Outbox:
    return Outbox(services)
