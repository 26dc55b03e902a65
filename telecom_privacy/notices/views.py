"""What the routes of webhooks answer, before it is dumped."""

from typing import Any

from telecom_privacy.notices.model import Delivery, DeliveryState, Webhook
from telecom_privacy.notices.signing import message_id
from telecom_privacy.notices.webhooks import OpenedWebhook


def webhook_view(webhook: OpenedWebhook) -> dict[str, Any]:
    stored = webhook.stored
    return {
        "id": stored.id,
        "url": webhook.target.url,
        "label": webhook.target.label,
        "events": sorted(stored.events),
        "created_at": stored.created_at,
        "state": _state(stored),
        "failing_since": stored.failing_since,
        "disabled_at": stored.disabled_at,
    }


def delivery_view(delivery: Delivery) -> dict[str, Any]:
    notice = delivery.notice
    return {
        "id": delivery.id,
        "webhook_id": delivery.webhook_id,
        "message_id": message_id(notice.id),
        "type": notice.type.value,
        "timestamp": notice.at,
        "data": notice.data,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "next_attempt_at": delivery.next_at if delivery.state is DeliveryState.PENDING else None,
        "finished_at": delivery.finished_at,
        "last_attempt": delivery.last,
    }


def _state(webhook: Webhook) -> str:
    if webhook.disabled_at:
        return "disabled"
    return "failing" if webhook.failing_since else "active"
