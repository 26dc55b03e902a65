"""Routes of webhooks: a client's own, and those of the operator for its platform."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.notices.deliveries import DeliveryService
from telecom_privacy.notices.schemas import (
    DeliveryListSchema,
    DeliveryQuery,
    DeliverySchema,
    NewlyMadeWebhookSchema,
    NewWebhookSchema,
    SecretSchema,
    WebhookListSchema,
    WebhookSchema,
)
from telecom_privacy.notices.views import delivery_view, webhook_view
from telecom_privacy.notices.webhooks import WebhookService

blueprint = Blueprint("notices", __name__)

_CLIENTS = "/v1/clients/<client>/webhooks"
_OPERATORS = "/v1/webhooks"
_ONE = "/<uuid:webhook_id>"
_DELIVERIES = f"{_ONE}/deliveries"
_DELIVERY = f"{_DELIVERIES}/<uuid:delivery_id>"


@blueprint.post(_CLIENTS)
@endpoint(ApiRole.CLIENT, body=NewWebhookSchema, answers={201: NewlyMadeWebhookSchema})
def subscribe_clients_webhook(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Subscribe notices; the secret that signs them is shown this once."""
    return _subscribed(access, _owner(access, client), body)


@blueprint.get(_CLIENTS)
@endpoint(ApiRole.CLIENT, answers={200: WebhookListSchema})
def list_clients_webhooks(access: Access, client: str) -> Any:
    """List webhooks, oldest first, without their secrets."""
    return {"items": map(webhook_view, service(WebhookService).all_of(_owner(access, client)))}


@blueprint.get(f"{_CLIENTS}{_ONE}")
@endpoint(ApiRole.CLIENT, answers={200: WebhookSchema})
def get_clients_webhook(access: Access, client: str, webhook_id: UUID) -> Any:
    """Read a webhook: whether it fails, and since when."""
    return webhook_view(service(WebhookService).read(_owner(access, client), webhook_id))


@blueprint.delete(f"{_CLIENTS}{_ONE}")
@endpoint(ApiRole.CLIENT, answers={204: None})
def remove_clients_webhook(access: Access, client: str, webhook_id: UUID) -> Any:
    """Remove a webhook: nothing is sent to it any more."""
    service(WebhookService).unsubscribe(access.actor, _owner(access, client), webhook_id)


@blueprint.post(f"{_CLIENTS}{_ONE}/rotate")
@endpoint(ApiRole.CLIENT, answers={200: SecretSchema})
def rotate_clients_webhook(access: Access, client: str, webhook_id: UUID) -> Any:
    """Give a webhook a new secret; for 24 hours the former one signs, too."""
    return {
        "secret": service(WebhookService).rotate(access.actor, _owner(access, client), webhook_id)
    }


@blueprint.post(f"{_CLIENTS}{_ONE}/enable")
@endpoint(ApiRole.CLIENT, answers={200: WebhookSchema})
def enable_clients_webhook(access: Access, client: str, webhook_id: UUID) -> Any:
    """Switch a webhook on again; what it missed can be replayed."""
    return webhook_view(
        service(WebhookService).enable(access.actor, _owner(access, client), webhook_id)
    )


@blueprint.post(f"{_CLIENTS}{_ONE}/test")
@endpoint(ApiRole.CLIENT, answers={202: DeliverySchema})
def test_clients_webhook(access: Access, client: str, webhook_id: UUID) -> Any:
    """Send a test notice."""
    return _tested(_owner(access, client), webhook_id)


@blueprint.get(f"{_CLIENTS}{_DELIVERIES}")
@endpoint(ApiRole.CLIENT, query=DeliveryQuery, answers={200: DeliveryListSchema})
def list_deliveries_of_clients_webhook(
    access: Access, client: str, webhook_id: UUID, query: dict[str, Any]
) -> Any:
    """List what was, or is to be, delivered in the last 30 days, newest first."""
    return _page(_owner(access, client), webhook_id, query)


@blueprint.get(f"{_CLIENTS}{_DELIVERY}")
@endpoint(ApiRole.CLIENT, answers={200: DeliverySchema})
def get_delivery_of_clients_webhook(
    access: Access, client: str, webhook_id: UUID, delivery_id: UUID
) -> Any:
    """Show how a delivery ended, or goes on."""
    return delivery_view(
        service(DeliveryService).read(_owner(access, client), webhook_id, delivery_id)
    )


@blueprint.post(f"{_CLIENTS}{_DELIVERY}/replay")
@endpoint(ApiRole.CLIENT, answers={202: DeliverySchema})
def replay_delivery_of_clients_webhook(
    access: Access, client: str, webhook_id: UUID, delivery_id: UUID
) -> Any:
    """Send a finished delivery again, under the same `webhook-id`."""
    return _replayed(access, _owner(access, client), webhook_id, delivery_id)


@blueprint.post(_OPERATORS)
@endpoint(ApiRole.ADMIN, body=NewWebhookSchema, answers={201: NewlyMadeWebhookSchema})
def subscribe_operators_webhook(access: Access, body: dict[str, Any]) -> Any:
    """Subscribe notices; the secret that signs them is shown this once."""
    return _subscribed(access, None, body)


@blueprint.get(_OPERATORS)
@endpoint(ApiRole.ADMIN, answers={200: WebhookListSchema})
def list_operators_webhooks(access: Access) -> Any:
    """List webhooks, oldest first, without their secrets."""
    del access
    return {"items": map(webhook_view, service(WebhookService).all_of(None))}


@blueprint.get(f"{_OPERATORS}{_ONE}")
@endpoint(ApiRole.ADMIN, answers={200: WebhookSchema})
def get_operators_webhook(access: Access, webhook_id: UUID) -> Any:
    """Read a webhook: whether it fails, and since when."""
    del access
    return webhook_view(service(WebhookService).read(None, webhook_id))


@blueprint.delete(f"{_OPERATORS}{_ONE}")
@endpoint(ApiRole.ADMIN, answers={204: None})
def remove_operators_webhook(access: Access, webhook_id: UUID) -> Any:
    """Remove a webhook: nothing is sent to it any more."""
    service(WebhookService).unsubscribe(access.actor, None, webhook_id)


@blueprint.post(f"{_OPERATORS}{_ONE}/rotate")
@endpoint(ApiRole.ADMIN, answers={200: SecretSchema})
def rotate_operators_webhook(access: Access, webhook_id: UUID) -> Any:
    """Give a webhook a new secret; for 24 hours the former one signs, too."""
    return {"secret": service(WebhookService).rotate(access.actor, None, webhook_id)}


@blueprint.post(f"{_OPERATORS}{_ONE}/enable")
@endpoint(ApiRole.ADMIN, answers={200: WebhookSchema})
def enable_operators_webhook(access: Access, webhook_id: UUID) -> Any:
    """Switch a webhook on again; what it missed can be replayed."""
    return webhook_view(service(WebhookService).enable(access.actor, None, webhook_id))


@blueprint.post(f"{_OPERATORS}{_ONE}/test")
@endpoint(ApiRole.ADMIN, answers={202: DeliverySchema})
def test_operators_webhook(access: Access, webhook_id: UUID) -> Any:
    """Send a test notice."""
    del access
    return _tested(None, webhook_id)


@blueprint.get(f"{_OPERATORS}{_DELIVERIES}")
@endpoint(ApiRole.ADMIN, query=DeliveryQuery, answers={200: DeliveryListSchema})
def list_deliveries_of_operators_webhook(
    access: Access, webhook_id: UUID, query: dict[str, Any]
) -> Any:
    """List what was, or is to be, delivered in the last 30 days, newest first."""
    del access
    return _page(None, webhook_id, query)


@blueprint.get(f"{_OPERATORS}{_DELIVERY}")
@endpoint(ApiRole.ADMIN, answers={200: DeliverySchema})
def get_delivery_of_operators_webhook(access: Access, webhook_id: UUID, delivery_id: UUID) -> Any:
    """Show how a delivery ended, or goes on."""
    del access
    return delivery_view(service(DeliveryService).read(None, webhook_id, delivery_id))


@blueprint.post(f"{_OPERATORS}{_DELIVERY}/replay")
@endpoint(ApiRole.ADMIN, answers={202: DeliverySchema})
def replay_delivery_of_operators_webhook(
    access: Access, webhook_id: UUID, delivery_id: UUID
) -> Any:
    """Send a finished delivery again, under the same `webhook-id`."""
    return _replayed(access, None, webhook_id, delivery_id)


def _owner(access: Access, client: str) -> UUID:
    """The client, for a key that is not limited to some of its licences."""
    access.require_whole_client()
    return service(ClientService).reach(access, client).id


def _subscribed(access: Access, owner: UUID | None, body: dict[str, Any]) -> dict[str, Any]:
    url, events, label = body["url"], body["events"], body["label"]
    made, secret = service(WebhookService).subscribe(access.actor, owner, url, events, label)
    return {**webhook_view(made), "secret": secret}


def _tested(owner: UUID | None, webhook_id: UUID) -> dict[str, Any]:
    delivery_id = service(WebhookService).test(owner, webhook_id)
    return delivery_view(service(DeliveryService).read(owner, webhook_id, delivery_id))


def _page(owner: UUID | None, webhook_id: UUID, query: dict[str, Any]) -> dict[str, Any]:
    after = decode_cursor(query.get("cursor"))
    deliveries = service(DeliveryService)
    found, more = deliveries.page(owner, webhook_id, query["state"], after, query["limit"])
    return {"items": map(delivery_view, found), "next": more and encode_cursor(more)}


def _replayed(
    access: Access, owner: UUID | None, webhook_id: UUID, delivery_id: UUID
) -> dict[str, Any]:
    deliveries = service(DeliveryService)
    return delivery_view(deliveries.replay(access.actor, owner, webhook_id, delivery_id))
