"""Webhooks as their owners see them: subscribed, rotated, tested, removed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import REMOVED, ErasedItem
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.versions import ContentVersions
from telecom_privacy.errors import Conflict, Invalid, KeyDestroyed, NotFound
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.sealing import seal_json
from telecom_privacy.notices.addresses import endpoint_of
from telecom_privacy.notices.model import (
    WEBHOOK,
    Notice,
    NoticeType,
    Secret,
    Target,
    Webhook,
    notice_id,
    webhook_binding,
)
from telecom_privacy.notices.opening import WebhookOpener, sealed_form
from telecom_privacy.notices.repository import WEBHOOKS, WebhookRepository
from telecom_privacy.notices.service import Notices
from telecom_privacy.notices.signing import new_secret
from telecom_privacy.scope import NO_ID, Role
from telecom_privacy.storage.epoch import Epoch
from telecom_privacy.storage.paging import month_of

_MOST = 10
_OVERLAP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class OpenedWebhook:
    """A webhook and what is sealed of it."""

    stored: Webhook
    target: Target


class WebhookService:
    """`owner` is a client's internal id, None for the operator. `private` is as for `Sender`."""

    def __init__(
        self,
        repository: WebhookRepository,
        opener: WebhookOpener,
        notices: Notices,
        versions: ContentVersions,
        eraser: Eraser,
        audit: AuditLog,
        epoch: Epoch,
        clock: Clock,
        private: bool,
    ) -> None:
        self._repository = repository
        self._opener = opener
        self._notices = notices
        self._versions = versions
        self._eraser = eraser
        self._audit = audit
        self._epoch = epoch
        self._clock = clock
        self._private = private

    def subscribe(
        self, actor: str, owner: UUID | None, url: str, events: Iterable[str], label: str
    ) -> tuple[OpenedWebhook, str]:
        """Make a webhook; returns also its secret, which is never shown again.

        Raises `Invalid` for a URL that it may not have, and `Conflict` beyond 10 webhooks.
        """
        self._require_allowed(url)
        if len(self._repository.fetch_of(owner)) >= _MOST:
            raise Conflict(f"there are {_MOST} webhooks already")
        secret = new_secret()
        target = Target(url, label, (Secret(secret),))
        webhook = self._insert(actor, owner, frozenset(map(NoticeType, events)), target)
        self._epoch.advance()
        return OpenedWebhook(webhook, target), secret

    def all_of(self, owner: UUID | None) -> list[OpenedWebhook]:
        """All webhooks of an owner, oldest first."""
        found = sorted(self._repository.fetch_of(owner), key=lambda one: (one.created_at, one.id))
        opened = (self._opened(one) for one in found)
        return [one for one in opened if one]

    def read(self, owner: UUID | None, webhook_id: UUID) -> OpenedWebhook:
        """Raises `NotFound`, also for another owner's."""
        found = self._repository.fetch(webhook_id)
        if found is None or found.client_id != owner:
            raise NotFound("webhook")
        if (opened := self._opened(found)) is None:
            raise NotFound("webhook")
        return opened

    def rotate(self, actor: str, owner: UUID | None, webhook_id: UUID) -> str:
        """Give a webhook a new secret; for 24 hours the former signs, too.

        Raises `NotFound`, and `Conflict` if somebody else rotates it at the same time.
        """
        found = self.read(owner, webhook_id)
        secret, until = new_secret(), self._clock.now() + _OVERLAP
        former = Secret(found.target.secrets[0].secret, until)
        target = replace(found.target, secrets=(Secret(secret), former))
        self._log("webhook.rotated", actor, found.stored)
        payload = self._opener.seal_again(found.stored, target)
        if not self._repository.update_payload(found.stored, payload):
            raise Conflict("the webhook was changed at the same time")
        return secret

    def enable(self, actor: str, owner: UUID | None, webhook_id: UUID) -> OpenedWebhook:
        """Switch a webhook on again; what it missed can be replayed. Raises `NotFound`."""
        found = self.read(owner, webhook_id)
        self._log("webhook.enabled", actor, found.stored)
        self._repository.update_health(webhook_id, disabled_at=None, failing_since=None)
        self._epoch.advance()
        return self.read(owner, webhook_id)

    def test(self, owner: UUID | None, webhook_id: UUID) -> UUID:
        """Send a test notice to a webhook; returns the id of its delivery. Raises `NotFound`."""
        found = self.read(owner, webhook_id).stored
        now, data = self._clock.now(), {"webhook": str(webhook_id)}
        name = notice_id(NoticeType.TEST, uuid4(), data)
        notice = Notice(name, owner, NoticeType.TEST, now, data)
        self._notices.put(notice, [found])
        return notice.delivery_id(webhook_id)

    def unsubscribe(self, actor: str, owner: UUID | None, webhook_id: UUID) -> None:
        """Raises `NotFound`."""
        self.remove(actor, self.read(owner, webhook_id).stored)

    def remove(self, actor: str, webhook: Webhook) -> None:
        """Destroy the key of URL and secrets, then the rest. What is on its way is not sent."""
        self._log("webhook.removed", actor, webhook)
        item = ErasedItem(webhook.id, webhook.key, webhook.id)
        self._eraser.erase(NO_ID, Role.CONTROLLER, WEBHOOK, REMOVED, [item], actor)
        self._epoch.advance()

    def _insert(
        self, actor: str, owner: UUID | None, events: frozenset[NoticeType], target: Target
    ) -> Webhook:
        now, webhook_id = self._clock.now(), uuid4()
        binding = webhook_binding(webhook_id, month_of(now))
        made: list[Webhook] = []

        def write(key: RecordKey) -> bool:
            payload = seal_json(key.key, sealed_form(target), binding)
            made.append(
                Webhook(webhook_id, owner, events, now, binding.month, key.reference, payload)
            )
            self._log("webhook.created", actor, made[0])
            self._repository.insert(made[0])
            return True

        self._versions.insert(binding, WEBHOOKS, webhook_id, write)
        return made[0]

    def _opened(self, webhook: Webhook) -> OpenedWebhook | None:
        """None if it is being removed."""
        try:
            return OpenedWebhook(webhook, self._opener.open(webhook))
        except KeyDestroyed:
            return None

    def _require_allowed(self, url: str) -> None:
        try:
            endpoint_of(url, self._private)
        except ValueError as error:
            raise Invalid({"url": [str(error)]}) from error

    def _log(self, action: str, actor: str, webhook: Webhook) -> None:
        details = {"webhook": str(webhook.id)}
        event = Event(action, actor, self._clock.now(), webhook.client_id, details)
        self._audit.append([event])
