"""Routes of API keys (API.md "API keys")."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from telecom_privacy.accounts.model import ApiKey
from telecom_privacy.accounts.schemas import (
    ApiKeyListSchema,
    ApiKeySchema,
    IssuedApiKeySchema,
    IssuedStaffKeySchema,
    StaffKeyListSchema,
    StaffKeySchema,
)
from telecom_privacy.accounts.service import AccountService
from telecom_privacy.accounts.staff_keys import StaffKeys
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.schemas import PageQuery
from telecom_privacy.http.services import service

blueprint = Blueprint("accounts", __name__)


@blueprint.post("/v1/api-keys")
@endpoint(ApiRole.ADMIN, body=ApiKeySchema, answers={201: IssuedApiKeySchema})
def issue_key(access: Access, body: dict[str, Any]) -> Any:
    """Issue an API key; it is shown this once."""
    accounts = service(AccountService)
    key, written = accounts.issue(
        access.actor,
        body["role"],
        body["label"],
        body["client_id"],
        body["licence_ids"],
        body["expires_at"],
        body["holder"],
    )
    return {**_view(accounts, key), "key": written}


@blueprint.get("/v1/api-keys")
@endpoint(ApiRole.ADMIN, query=PageQuery, answers={200: ApiKeyListSchema})
def list_keys(access: Access, query: dict[str, Any]) -> Any:
    """List API keys, oldest first, without the keys themselves."""
    del access
    accounts = service(AccountService)
    keys, more = accounts.page(decode_cursor(query.get("cursor")), query["limit"])
    return {"items": [_view(accounts, key) for key in keys], "next": more and encode_cursor(more)}


@blueprint.delete("/v1/api-keys/<uuid:key_id>")
@endpoint(ApiRole.ADMIN, answers={204: None})
def revoke_key(access: Access, key_id: UUID) -> Any:
    """Revoke an API key: refused within a second in every worker."""
    service(AccountService).revoke(access.actor, key_id)


@blueprint.post("/v1/clients/<client>/api-keys")
@endpoint(ApiRole.CLIENT, body=StaffKeySchema, answers={201: IssuedStaffKeySchema})
def issue_staff_key(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Issue a key for a client's own staff, limited to some licences; it is shown this once."""
    found = service(ClientService).reach_hosted(access, client)
    licences, expires_at = body["licence_ids"], body["expires_at"]
    key, secret = service(StaffKeys).issue(access, found, body["label"], licences, expires_at)
    return {**_staff_view(found, key), "key": secret}


@blueprint.get("/v1/clients/<client>/api-keys")
@endpoint(ApiRole.CLIENT, query=PageQuery, answers={200: StaffKeyListSchema})
def list_staff_keys(access: Access, client: str, query: dict[str, Any]) -> Any:
    """List all keys of a client, oldest first, without the keys themselves."""
    found = service(ClientService).reach(access, client)
    after = decode_cursor(query.get("cursor"))
    keys, more = service(StaffKeys).page(access, found, after, query["limit"])
    views = [_staff_view(found, key) for key in keys]
    return {"items": views, "next": more and encode_cursor(more)}


@blueprint.delete("/v1/clients/<client>/api-keys/<uuid:key_id>")
@endpoint(ApiRole.CLIENT, answers={204: None})
def revoke_staff_key(access: Access, client: str, key_id: UUID) -> Any:
    """Revoke a key of a client: refused within a second in every worker."""
    found = service(ClientService).reach(access, client)
    service(StaffKeys).revoke(access, found, key_id)


def _staff_view(client: Client, key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "label": service(AccountService).label(key),
        "licence_ids": service(StaffKeys).licences_of(client, key),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }


def _view(accounts: AccountService, key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "role": key.role,
        "client_id": accounts.client_of(key),
        "licence_limited": key.licence_ids is not None,
        "label": accounts.label(key),
        "holder": accounts.holder(key),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }
