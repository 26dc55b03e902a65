"""Opening and sealing what only the service and the webhook's owner may know: URL and secrets."""

from datetime import datetime
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.keys.sealing import open_json, seal_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.notices.model import Secret, Target, Webhook


class WebhookOpener:
    def __init__(self, keys: KeyService) -> None:
        self._keys = keys

    def open(self, webhook: Webhook) -> Target:
        """Raises `KeyDestroyed` for a webhook that is being removed, and `IntegrityError`."""
        key = self._keys.open(webhook.binding, webhook.key)
        return _target(open_json(key, webhook.payload, webhook.binding))

    def seal_again(self, webhook: Webhook, target: Target) -> bytes:
        """Seal what a webhook is to hold from now on.

        Its key stays: what it sealed before says no more than what the owner was given.
        """
        key = self._keys.open(webhook.binding, webhook.key)
        return seal_json(key, sealed_form(target), webhook.binding)


def sealed_form(target: Target) -> dict[str, Any]:
    secrets = [
        {"secret": one.secret, "until": to_text(one.until) if one.until else None}
        for one in target.secrets
    ]
    return {"url": target.url, "label": target.label, "secrets": secrets}


def _target(sealed: dict[str, Any]) -> Target:
    return Target(sealed["url"], sealed["label"], tuple(map(_secret, sealed["secrets"])))


def _secret(sealed: dict[str, Any]) -> Secret:
    until = sealed["until"]
    return Secret(sealed["secret"], datetime.fromisoformat(until) if until else None)
