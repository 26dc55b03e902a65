"""Routes of the register of breaches (API.md "Breaches")."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from telecom_privacy.breaches.drafts import Drafts
from telecom_privacy.breaches.model import Breach, Notice
from telecom_privacy.breaches.schemas import (
    BreachChangeSchema,
    BreachListSchema,
    BreachQuerySchema,
    BreachSchema,
    BreachViewSchema,
    ClosingSchema,
    DraftQuerySchema,
    DraftSchema,
    SentSchema,
    ToldBreachListSchema,
)
from telecom_privacy.breaches.service import BreachService
from telecom_privacy.breaches.views import BreachViews
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import NotFound
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service

blueprint = Blueprint("breaches", __name__)

_BREACHES = "/v1/breaches"
_BREACH = f"{_BREACHES}/<uuid:breach_id>"
_SHOWN = {200: BreachViewSchema}


@blueprint.post(_BREACHES)
@endpoint(ApiRole.DPO, body=BreachSchema, answers={201: BreachViewSchema})
def record_breach(access: Access, body: dict[str, Any]) -> Any:
    """Record a breach or a suspicion; all clocks count from `detected_at` (SEC-2)."""
    return _shown(service(BreachService).record(access, body))


@blueprint.get(_BREACHES)
@endpoint(ApiRole.DPO, query=BreachQuerySchema, answers={200: BreachListSchema})
def list_breaches(access: Access, query: dict[str, Any]) -> Any:
    """List those that are open, due first before the others; or closed ones, latest first."""
    breaches, is_open = service(BreachService), query["state"] == "open"
    listed = breaches.urgent if is_open else breaches.closed
    page, more = listed(access, decode_cursor(query.get("cursor")), query["limit"])
    return {"items": list(map(_shown, page)), "next": more and encode_cursor(more)}


@blueprint.get(_BREACH)
@endpoint(ApiRole.DPO, answers=_SHOWN)
def get_breach(access: Access, breach_id: UUID) -> Any:
    """Read a breach with its clocks, what was sent to whom, and what changed."""
    return _shown(service(BreachService).read(access, breach_id))


@blueprint.patch(_BREACH)
@endpoint(ApiRole.DPO, body=BreachChangeSchema, answers=_SHOWN)
def update_breach(access: Access, breach_id: UUID, body: dict[str, Any]) -> Any:
    """Note what is known now; what was known before stays on the register."""
    return _shown(service(BreachService).update(access, breach_id, body))


@blueprint.post(f"{_BREACH}/notices")
@endpoint(ApiRole.DPO, body=SentSchema, answers={201: BreachViewSchema})
def note_notice(access: Access, breach_id: UUID, body: dict[str, Any]) -> Any:
    """Note that a notice was sent; webhooks of clients that it went to are told of it."""
    return _shown(service(BreachService).note_sent(access, breach_id, **body))


@blueprint.get(f"{_BREACH}/drafts/<notice>")
@endpoint(ApiRole.DPO, query=DraftQuerySchema, answers={200: DraftSchema})
def get_draft(access: Access, breach_id: UUID, notice: str, query: dict[str, Any]) -> Any:
    """Draft a notice, of what is known now."""
    if notice not in list(Notice):
        raise NotFound("draft")
    whose = service(ClientService).reach(access, query["client"]).id if "client" in query else None
    breach = service(BreachService).read(access, breach_id)
    if whose and not breach.facts.concerns(whose):
        raise NotFound("draft")
    text = service(Drafts).draft(breach, Notice(notice), query["language"], whose)
    return {"notice": Notice(notice), "language": query["language"], "text": text}


@blueprint.post(f"{_BREACH}/close")
@endpoint(ApiRole.DPO, body=ClosingSchema, answers=_SHOWN)
def close_breach(access: Access, breach_id: UUID, body: dict[str, Any]) -> Any:
    """Close a breach once all were told, or a suspicion that was not confirmed."""
    return _shown(service(BreachService).close(access, breach_id, **body))


@blueprint.get("/v1/clients/<client>/breaches")
@endpoint(ApiRole.CLIENT, answers={200: ToldBreachListSchema})
def list_told(access: Access, client: str) -> Any:
    """List the breaches that the client was told of, each as it then stood, latest first."""
    found = service(ClientService).reach(access, client)
    told, views = service(BreachService).show_told(access, found), service(BreachViews)
    return {"items": [views.told(breach, found) for breach in told]}


def _shown(breach: Breach) -> dict[str, Any]:
    return service(BreachViews).of(breach)
