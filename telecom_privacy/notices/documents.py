"""How webhooks and deliveries lie in their collections (docs/formats.md)."""

from bson import Binary

from telecom_privacy.erasure.documents import reference_document
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.notices.model import (
    Delivery,
    DeliveryState,
    Notice,
    NoticeType,
    Outcome,
    Webhook,
)
from telecom_privacy.storage.mongo import Document


def webhook_document(webhook: Webhook) -> Document:
    return {
        "_id": webhook.id,
        "client": webhook.client_id,
        "events": sorted(webhook.events),
        "created_at": webhook.created_at,
        "month": webhook.month,
        "key": reference_document(webhook.key),
        "payload": Binary(webhook.payload),
        "version": webhook.version,
        "failing_since": webhook.failing_since,
        "disabled_at": webhook.disabled_at,
        "orphaned_at": webhook.orphaned_at,
    }


def webhook_from(document: Document) -> Webhook:
    return Webhook(
        id=document["_id"],
        client_id=document["client"],
        events=frozenset(map(NoticeType, document["events"])),
        created_at=document["created_at"],
        month=document["month"],
        key=KeyReference(**document["key"]),
        payload=bytes(document["payload"]),
        version=document["version"],
        failing_since=document["failing_since"],
        disabled_at=document["disabled_at"],
        orphaned_at=document["orphaned_at"],
    )


def delivery_document(delivery: Delivery) -> Document:
    notice = delivery.notice
    return {
        "_id": delivery.id,
        "webhook": delivery.webhook_id,
        "client": notice.client_id,
        "notice": notice.id,
        "type": notice.type,
        "at": notice.at,
        "data": dict(notice.data),
        "state": delivery.state,
        "created_at": delivery.created_at,
        "next_at": delivery.next_at,
        "attempts": delivery.attempts,
        "finished_at": delivery.finished_at,
        "last": delivery.last and outcome_document(delivery.last),
    }


def delivery_from(document: Document) -> Delivery:
    last = document["last"]
    return Delivery(
        id=document["_id"],
        webhook_id=document["webhook"],
        notice=Notice(
            document["notice"],
            document["client"],
            NoticeType(document["type"]),
            document["at"],
            document["data"],
        ),
        state=DeliveryState(document["state"]),
        created_at=document["created_at"],
        next_at=document["next_at"],
        attempts=document["attempts"],
        last=Outcome(**last) if last else None,
        finished_at=document["finished_at"],
    )


def outcome_document(outcome: Outcome) -> Document:
    return {"at": outcome.at, "status": outcome.status, "error": outcome.error}
