"""The outbox: what happened is put here before its cause counts as done."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from telecom_privacy.clock import Clock
from telecom_privacy.notices.model import (
    CONCERNS_ALL,
    Data,
    Delivery,
    DeliveryState,
    Notice,
    NoticeType,
    Webhook,
    notice_id,
)
from telecom_privacy.notices.repository import DeliveryRepository, WebhookRepository
from telecom_privacy.scope import NO_ID
from telecom_privacy.storage.epoch import Epoch, EpochCache


class Notices:
    """Announces what happened to whoever subscribed it. Costs nothing where nobody did."""

    def __init__(
        self,
        webhooks: WebhookRepository,
        deliveries: DeliveryRepository,
        epoch: Epoch,
        clock: Clock,
    ) -> None:
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._clock = clock
        self._cache: EpochCache[UUID, Sequence[Webhook]] = EpochCache(epoch)

    def announce(
        self,
        client_id: UUID | None,
        kind: NoticeType,
        subject_id: UUID,
        at: datetime,
        data: Data,
    ) -> None:
        """Put a notice into the outbox, for the client's webhooks and those of the operator.

        To be called before the step that marks its cause as done, so that whoever is killed
        repeats it: the same type, subject and data are told once, even if `at` differs, for as
        long as deliveries are remembered (30 days). It is not sent before `at`. `data` holds
        random ids, days and counts only. Without a client it is for the operator, or, of the
        types `CONCERNS_ALL`, for everybody. Raises `Unavailable`.
        """
        told = [one for one in self._subscribed(client_id, kind) if kind in one.events]
        if told:
            name = notice_id(kind, subject_id, data)
            whose = {"client": str(client_id)} if client_id else {}
            self.put(Notice(name, client_id, kind, at, {**whose, **data}), told)

    def put(self, notice: Notice, webhooks: Sequence[Webhook]) -> None:
        """Put a notice into the outbox for these webhooks; one that is there already stays."""
        now = self._clock.now()
        self._deliveries.insert_absent([_delivery(notice, one, now) for one in webhooks])

    def _subscribed(self, client_id: UUID | None, kind: NoticeType) -> Sequence[Webhook]:
        if client_id is None and kind in CONCERNS_ALL:
            return list(self._webhooks.fetch_all())
        operators = self._of(None)
        return operators if client_id is None else [*self._of(client_id), *operators]

    def _of(self, client_id: UUID | None) -> Sequence[Webhook]:
        return self._cache.get_or_load(
            client_id or NO_ID, lambda: self._webhooks.fetch_of(client_id)
        )


def _delivery(notice: Notice, webhook: Webhook, now: datetime) -> Delivery:
    """One for a webhook that is switched off waits for its owner to replay it."""
    is_off = webhook.disabled_at is not None
    return Delivery(
        id=notice.delivery_id(webhook.id),
        webhook_id=webhook.id,
        notice=notice,
        state=DeliveryState.FAILED if is_off else DeliveryState.PENDING,
        created_at=now,
        next_at=max(now, notice.at),
        finished_at=now if is_off else None,
    )
