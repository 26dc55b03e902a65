"""What becomes of deliveries that are over, and of webhooks whose client is gone."""

from datetime import datetime, timedelta

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import ConfigurationError, IntegrityError, KeyDestroyed, NotFound
from telecom_privacy.notices.model import Webhook
from telecom_privacy.notices.repository import DeliveryRepository, WebhookRepository
from telecom_privacy.notices.webhooks import WebhookService

KEPT = timedelta(days=30)
"""How long a delivery can be looked up, and replayed, after it was finished."""

_OUTLIVES_ITS_CLIENT = timedelta(days=7)
"""So that the last notices arrive, the certificate of the destruction among them."""

_ACTOR = "system"


class NoticeUpkeep:
    def __init__(
        self,
        webhooks: WebhookRepository,
        deliveries: DeliveryRepository,
        service: WebhookService,
        clients: ClientService,
        clock: Clock,
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._service = service
        self._clients = clients
        self._clock = clock

    def run(self) -> None:
        """Forget old deliveries, and remove the webhooks of clients that are gone for a week."""
        now = self._clock.now()
        self._deliveries.delete_finished(now - KEPT)
        for webhook in self._webhooks.fetch_all():
            if self._is_orphan(webhook):
                self._part_with(webhook, now)

    def _is_orphan(self, webhook: Webhook) -> bool:
        try:
            return webhook.client_id is not None and not self._clients.current(webhook.client_id)
        except (NotFound, KeyDestroyed):
            return True
        except (IntegrityError, ConfigurationError):
            return False  # opening it raises the alarm elsewhere

    def _part_with(self, webhook: Webhook, now: datetime) -> None:
        if webhook.orphaned_at is None:
            self._webhooks.update_health(webhook.id, orphaned_at=now)
        elif now - webhook.orphaned_at >= _OUTLIVES_ITS_CLIENT:
            self._service.remove(_ACTOR, webhook)
