"""Working off the outbox: each webhook by one thread at a time, none waiting for another."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.errors import KeyDestroyed, TelecomPrivacyError
from telecom_privacy.notices.attempt import Attempts
from telecom_privacy.notices.model import (
    Delivery,
    DeliveryState,
    Outcome,
    Target,
    Webhook,
    pause_after,
)
from telecom_privacy.notices.opening import WebhookOpener
from telecom_privacy.notices.repository import DeliveryRepository, WebhookRepository

_THREADS = 8
_MOST = 200
_MOST_IN_A_ROW = 20
_LONGEST_REST = timedelta(minutes=5)
_log = logging.getLogger("telecom_privacy.notices")


class Dispatcher:
    """Several processes may work at once: each attempt is claimed."""

    def __init__(
        self,
        webhooks: WebhookRepository,
        deliveries: DeliveryRepository,
        opener: WebhookOpener,
        attempts: Attempts,
        clock: Clock,
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._opener = opener
        self._attempts = attempts
        self._clock = clock
        self._busy: set[UUID] = set()
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "notices")

    def run(self) -> list[Future[None]]:
        """Begin to deliver what is due, for the webhooks that are not being served already.

        Raises `Unavailable`.
        """
        with self._lock:
            busy = sorted(self._busy)
        waiting: defaultdict[UUID, list[Delivery]] = defaultdict(list)
        for delivery in self._deliveries.fetch_due(self._clock.now(), _MOST, busy):
            waiting[delivery.webhook_id].append(delivery)
        with self._lock:
            self._busy |= waiting.keys()
        return [self._threads.submit(self._serve, *one) for one in waiting.items()]

    def stop(self) -> None:
        """Wait for the attempts that are under way; begin no other."""
        self._threads.shutdown(cancel_futures=True)

    def _serve(self, webhook_id: UUID, deliveries: Sequence[Delivery]) -> None:
        try:
            self._work_off(webhook_id, deliveries[:_MOST_IN_A_ROW])
        except TelecomPrivacyError as error:
            fields = {"webhook": str(webhook_id), "error": type(error).__name__}
            _log.warning("notices wait", extra={"fields": fields})
        finally:
            with self._lock:
                self._busy.discard(webhook_id)

    def _work_off(self, webhook_id: UUID, deliveries: Sequence[Delivery]) -> None:
        webhook = self._webhooks.fetch(webhook_id)
        target = self._target(webhook) if webhook else None
        if webhook is None or target is None:
            for delivery in deliveries:
                self._deliveries.delete(delivery)
        elif webhook.disabled_at:
            for delivery in deliveries:
                outcome = Outcome(self._clock.now(), error="webhook-disabled")
                self._deliveries.finish(delivery, DeliveryState.FAILED, outcome)
        else:
            self._deliver(webhook, target, deliveries)

    def _target(self, webhook: Webhook) -> Target | None:
        try:
            return self._opener.open(webhook)
        except KeyDestroyed:
            return None  # it is being removed

    def _deliver(self, webhook: Webhook, target: Target, deliveries: Sequence[Delivery]) -> None:
        """Deliver one after the other; a receiver that fails is left alone for a while."""
        for number, delivery in enumerate(deliveries, 1):
            outcome = self._attempts.make(webhook, target, delivery)
            if outcome and not outcome.is_success:
                pause = pause_after(delivery.attempts + 1) or _LONGEST_REST
                rested = outcome.at + min(pause, _LONGEST_REST)
                for other in deliveries[number:]:
                    self._deliveries.postpone(other, rested)
                return
