"""Routes of the list of recipients: for anybody with a key."""

from typing import Any

from flask import Blueprint

from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.recipients.schemas import (
    ChangeListSchema,
    ChangesQuery,
    RecipientListSchema,
    RecipientsQuery,
)
from telecom_privacy.recipients.service import RecipientService

blueprint = Blueprint("recipients", __name__)


@blueprint.get("/v1/recipients")
@endpoint(*ApiRole, query=RecipientsQuery, answers={200: RecipientListSchema})
def list_recipients(access: Access, query: dict[str, Any]) -> Any:
    """List who else receives personal data on a day, in which country and on what ground."""
    del access
    return {"items": service(RecipientService).on(query["on"])}


@blueprint.get("/v1/recipients/changes")
@endpoint(*ApiRole, query=ChangesQuery, answers={200: ChangeListSchema})
def list_changes(access: Access, query: dict[str, Any]) -> Any:
    """List what changed from a day on, and what is announced to change."""
    del access
    return {"items": service(RecipientService).changes_since(query["since"])}
