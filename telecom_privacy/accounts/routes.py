"""Routes of API keys (API.md "API keys")."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from telecom_privacy.accounts.model import ApiKey
from telecom_privacy.accounts.schemas import ApiKeyListSchema, ApiKeySchema, IssuedApiKeySchema
from telecom_privacy.accounts.service import AccountService
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


def _view(accounts: AccountService, key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "role": key.role,
        "client_id": accounts.client_of(key),
        "licence_limited": key.licence_ids is not None,
        "label": accounts.label(key),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }
