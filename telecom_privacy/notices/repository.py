"""Webhooks (audit database, as API keys) and the deliveries to them (bulk data)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bson import Binary
from pymongo.errors import BulkWriteError

from telecom_privacy.erasure.documents import UnheldDocuments
from telecom_privacy.notices.documents import (
    delivery_document,
    delivery_from,
    outcome_document,
    webhook_document,
    webhook_from,
)
from telecom_privacy.notices.model import Delivery, DeliveryState, Outcome, Webhook
from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.storage.paging import Window

WEBHOOKS = "webhooks"
_PENDING = {"state": DeliveryState.PENDING}
_FIRST = datetime.fromtimestamp(0, UTC)


class WebhookRepository(UnheldDocuments):
    """Collection `webhooks` of the audit database: no restore of data brings one back."""

    def __init__(self, audit: MongoDatabase) -> None:
        super().__init__(audit[WEBHOOKS])

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index("client")

    def insert(self, webhook: Webhook) -> None:
        with translating_errors():
            self._collection.insert_one(webhook_document(webhook))

    def fetch(self, webhook_id: UUID) -> Webhook | None:
        with translating_errors():
            found = self._collection.find_one({"_id": webhook_id})
        return webhook_from(found) if found else None

    def fetch_of(self, client_id: UUID | None) -> list[Webhook]:
        """Those of a client, or of the operator."""
        with translating_errors():
            return [webhook_from(found) for found in self._collection.find({"client": client_id})]

    def fetch_all(self) -> Iterator[Webhook]:
        with translating_errors():
            for document in self._collection.find():
                yield webhook_from(document)

    def update_payload(self, webhook: Webhook, payload: bytes) -> bool:
        """Seal something else. False if the webhook changed, or went, meanwhile."""
        query = {"_id": webhook.id, "version": webhook.version}
        change = {"$set": {"payload": Binary(payload)}, "$inc": {"version": 1}}
        with translating_errors():
            return self._collection.update_one(query, change).matched_count == 1

    def update_health(self, webhook_id: UUID, **moments: datetime | None) -> None:
        """Set `failing_since`, `disabled_at` or `orphaned_at`."""
        with translating_errors():
            self._collection.update_one({"_id": webhook_id}, {"$set": moments})

    def note_success(self, webhook_id: UUID) -> None:
        query = {"_id": webhook_id, "failing_since": {"$ne": None}}
        with translating_errors():
            self._collection.update_one(query, {"$set": {"failing_since": None}})

    def note_failure(self, webhook_id: UUID, at: datetime) -> Webhook | None:
        """Set `failing_since` unless it is set; return the webhook as it is stored now."""
        query = {"_id": webhook_id, "failing_since": None}
        with translating_errors():
            self._collection.update_one(query, {"$set": {"failing_since": at}})
        return self.fetch(webhook_id)

    def disable(self, webhook: Webhook, at: datetime) -> bool:
        """Switch a webhook off. False if it succeeded, was switched off or went meanwhile."""
        query = {"_id": webhook.id, "failing_since": webhook.failing_since, "disabled_at": None}
        with translating_errors():
            changed = self._collection.update_one(query, {"$set": {"disabled_at": at}})
        return changed.matched_count == 1


class DeliveryRepository:
    """Collection `deliveries`: the outbox, and for a time what became of it."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._collection = bulk["deliveries"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._collection.create_index([("state", 1), ("next_at", 1)])
            self._collection.create_index([("webhook", 1), ("created_at", 1)])
            self._collection.create_index("finished_at")

    def insert_absent(self, deliveries: Iterable[Delivery]) -> None:
        """Store deliveries; those that are there already stay as they are."""
        with suppress(BulkWriteError), translating_errors():  # which lets only duplicates through
            self._collection.insert_many(map(delivery_document, deliveries), ordered=False)

    def fetch(self, webhook_id: UUID, delivery_id: UUID) -> Delivery | None:
        with translating_errors():
            found = self._collection.find_one({"_id": delivery_id, "webhook": webhook_id})
        return delivery_from(found) if found else None

    def fetch_due(self, now: datetime, most: int, without: Sequence[UUID] = ()) -> list[Delivery]:
        """Those that are to be attempted, the longest due first, but for some webhooks."""
        query = {**_PENDING, "next_at": {"$lte": now}, "webhook": {"$nin": list(without)}}
        with translating_errors():
            found = self._collection.find(query).sort("next_at", 1).limit(most)
            return [delivery_from(document) for document in found]

    def fetch_within(self, webhook_id: UUID, window: Window, most: int) -> list[Delivery]:
        """The newest deliveries of a webhook that were made in a time; `most` 0: all."""
        made = {"$gte": window.start, "$lt": window.end}
        with translating_errors():
            found = self._collection.find({"webhook": webhook_id, "created_at": made})
            return [delivery_from(one) for one in found.sort("created_at", -1).limit(most)]

    def claim(self, delivery: Delivery, until: datetime) -> bool:
        """Begin an attempt, which nobody else makes until then. False if another was faster."""
        change = {"$set": {"next_at": until}, "$inc": {"attempts": 1}}
        return self._update(_unchanged(delivery), change)

    def finish(self, delivery: Delivery, state: DeliveryState, outcome: Outcome) -> None:
        """Record how a delivery ended, unless it was taken up again meanwhile."""
        values = {
            "state": state,
            "last": outcome_document(outcome),
            "finished_at": outcome.at,
        }
        self._update(_unchanged(delivery), {"$set": values})

    def retry(self, delivery: Delivery, outcome: Outcome, next_at: datetime) -> None:
        """Record a failed attempt, and when the next one is due."""
        values = {"last": outcome_document(outcome), "next_at": next_at}
        self._update(_unchanged(delivery), {"$set": values})

    def postpone(self, delivery: Delivery, next_at: datetime) -> None:
        """Put off an attempt that was not begun."""
        self._update(_unchanged(delivery), {"$set": {"next_at": next_at}})

    def restart(self, delivery: Delivery, now: datetime) -> bool:
        """Let a finished delivery be pending again. False if it is not finished."""
        query = {"_id": delivery.id, "state": {"$ne": DeliveryState.PENDING}}
        values = {
            "state": DeliveryState.PENDING,
            "next_at": now,
            "attempts": 0,
            "finished_at": None,
        }
        return self._update(query, {"$set": values})

    def has_pending(self, webhook_id: UUID) -> bool:
        with translating_errors():
            return self._collection.find_one({**_PENDING, "webhook": webhook_id}) is not None

    def delete(self, delivery: Delivery) -> None:
        with translating_errors():
            self._collection.delete_one({"_id": delivery.id})

    def delete_finished(self, before: datetime) -> int:
        """Forget what was finished before a time; return how many."""
        query = {"finished_at": {"$gte": _FIRST, "$lt": before}}
        with translating_errors():
            return self._collection.delete_many(query).deleted_count

    def _update(self, query: Document, change: dict[str, Any]) -> bool:
        with translating_errors():
            return self._collection.update_one(query, change).matched_count == 1


def _unchanged(delivery: Delivery) -> Document:
    """As it was read, or claimed: each claim moves `next_at`."""
    return {"_id": delivery.id, **_PENDING, "next_at": delivery.next_at}
