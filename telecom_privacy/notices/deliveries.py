"""Deliveries as the owner of a webhook sees them: looked up, replayed."""

from datetime import timedelta
from uuid import UUID

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, NotFound
from telecom_privacy.notices.model import Delivery, DeliveryState
from telecom_privacy.notices.repository import DeliveryRepository
from telecom_privacy.notices.upkeep import KEPT
from telecom_privacy.notices.webhooks import WebhookService
from telecom_privacy.storage.paging import (
    TICK,
    Position,
    Window,
    cut,
    month_of,
    page_newest_first,
    windows_within,
)

_LONGEST_UNDER_WAY = timedelta(days=31)
"""Made so long ago, at most, that it is not finished yet: a notice may lie ahead of its time."""


class DeliveryService:
    def __init__(
        self,
        repository: DeliveryRepository,
        webhooks: WebhookService,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._repository = repository
        self._webhooks = webhooks
        self._audit = audit
        self._clock = clock

    def page(
        self,
        owner: UUID | None,
        webhook_id: UUID,
        state: DeliveryState | None,
        after: Position | None,
        limit: int,
    ) -> tuple[list[Delivery], Position | None]:
        """Return a page of a webhook's deliveries, newest first, and where the next goes on.

        Raises `NotFound`.
        """
        self._webhooks.read(owner, webhook_id)
        now = self._clock.now()
        start, end = now - KEPT - _LONGEST_UNDER_WAY, (after.at if after else now) + TICK
        months = {month_of(start + timedelta(days=day)) for day in range((end - start).days + 2)}

        def fetch(window: Window, most: int) -> list[Delivery]:
            return self._repository.fetch_within(webhook_id, window, most)

        def keep(found: list[Delivery]) -> list[Delivery]:
            return [one for one in found if state in (None, one.state)]

        windows = windows_within(months, start, end)
        found = page_newest_first(windows, fetch, keep, _position, after, limit + 1)
        return cut(found, limit, _position)

    def read(self, owner: UUID | None, webhook_id: UUID, delivery_id: UUID) -> Delivery:
        """Raises `NotFound`."""
        self._webhooks.read(owner, webhook_id)
        found = self._repository.fetch(webhook_id, delivery_id)
        if found is None:
            raise NotFound("delivery")
        return found

    def replay(
        self, actor: str, owner: UUID | None, webhook_id: UUID, delivery_id: UUID
    ) -> Delivery:
        """Send a finished delivery again, under the same `webhook-id`.

        Raises `NotFound`, and `Conflict` while it is under way or the webhook is switched off.
        """
        if self._webhooks.read(owner, webhook_id).stored.disabled_at:
            raise Conflict("the webhook is switched off")
        delivery = self.read(owner, webhook_id, delivery_id)
        now = self._clock.now()
        named = {"webhook": str(webhook_id), "delivery": str(delivery_id)}
        self._audit.append([Event("webhook.replayed", actor, now, owner, named)])
        if not self._repository.restart(delivery, now):
            raise Conflict("the delivery is under way")
        return self.read(owner, webhook_id, delivery_id)


def _position(delivery: Delivery) -> Position:
    return Position(delivery.created_at, delivery.id.bytes)
