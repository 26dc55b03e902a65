"""One attempt to deliver a notice, and what follows from it."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.notices.model import (
    Delivery,
    DeliveryState,
    Outcome,
    Target,
    Webhook,
    pause_after,
)
from telecom_privacy.notices.repository import DeliveryRepository, WebhookRepository
from telecom_privacy.notices.sending import Failed, Sender
from telecom_privacy.notices.signing import signed_headers
from telecom_privacy.storage.epoch import Epoch

_ACTOR = "system"
_LEASE = timedelta(minutes=2)
"""Longer than an attempt may take: whoever was killed during one makes room for another."""

_GONE = 410
_LONGEST_WISH = timedelta(hours=24)
_HEADERS = {"Content-Type": "application/json", "User-Agent": "telecom-privacy"}
_log = logging.getLogger("telecom_privacy.notices")


class Attempts:
    """`patience` is how long a webhook may fail before it is switched off."""

    def __init__(
        self,
        webhooks: WebhookRepository,
        deliveries: DeliveryRepository,
        sender: Sender,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
        patience: timedelta,
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._sender = sender
        self._audit = audit
        self._epoch = epoch
        self._clock = clock
        self._patience = patience

    def make(self, webhook: Webhook, target: Target, delivery: Delivery) -> Outcome | None:
        """Attempt a delivery and record how it ended. None if another process attempts it."""
        until = self._clock.now() + _LEASE
        if not self._deliveries.claim(delivery, until):
            return None
        claimed = replace(delivery, next_at=until, attempts=delivery.attempts + 1)
        outcome, wish = self._send(target, claimed)
        if outcome.is_success:
            self._deliveries.finish(claimed, DeliveryState.DELIVERED, outcome)
            self._webhooks.note_success(webhook.id)
        else:
            self._plan_next(claimed, outcome, wish)
            self._note_failure(webhook, outcome)
        return outcome

    def _send(self, target: Target, delivery: Delivery) -> tuple[Outcome, timedelta]:
        """Return also how long the receiver wants to be left alone."""
        now, body = self._clock.now(), delivery.notice.body
        signed = signed_headers(delivery.notice.id, now, body, target.valid_secrets(now))
        try:
            answer = self._sender.post(target.url, {**_HEADERS, **signed}, body)
        except Failed as error:
            return Outcome(self._clock.now(), error=str(error)), timedelta()
        wish = min(timedelta(seconds=min(answer.retry_after or 0, 10**6)), _LONGEST_WISH)
        return Outcome(self._clock.now(), answer.status), wish

    def _plan_next(self, delivery: Delivery, outcome: Outcome, wish: timedelta) -> None:
        pause = pause_after(delivery.attempts)
        if pause is None:
            self._deliveries.finish(delivery, DeliveryState.FAILED, outcome)
        else:
            next_at = outcome.at + max(_spread(pause, delivery), wish)
            self._deliveries.retry(delivery, outcome, next_at)

    def _note_failure(self, webhook: Webhook, outcome: Outcome) -> None:
        """Judge by what is stored: since it was read, another attempt may have succeeded."""
        found = self._webhooks.note_failure(webhook.id, outcome.at)
        if found is None or found.failing_since is None or found.disabled_at:
            return
        if outcome.status == _GONE or outcome.at - found.failing_since >= self._patience:
            self._switch_off(found, outcome.at)

    def _switch_off(self, webhook: Webhook, now: datetime) -> None:
        """Logged before, so that a kill hides nothing; and after, if nothing came of it."""
        self._audit_of("webhook.disabled", webhook, now)
        if self._webhooks.disable(webhook, now):
            self._epoch.advance()
            fields = {"webhook": str(webhook.id)}
            _log.critical("a webhook fails and is switched off", extra={"fields": fields})
        else:
            self._audit_of("webhook.disabled.withdrawn", webhook, now)

    def _audit_of(self, action: str, webhook: Webhook, now: datetime) -> None:
        named = {"webhook": str(webhook.id)}
        self._audit.append([Event(action, _ACTOR, now, webhook.client_id, named)])


def _spread(pause: timedelta, delivery: Delivery) -> timedelta:
    """Up to a tenth longer, so that what failed together is not attempted together."""
    pause *= 1 + delivery.id.int % 100 / 1000
    return timedelta(milliseconds=round(pause / timedelta(milliseconds=1)))
