"""Routes of requisitions: for legal staff alone (API.md "Legal")."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.preservation import Preservation
from telecom_privacy.disclosure.reading import Requisitions
from telecom_privacy.disclosure.schemas import (
    ApprovalSchema,
    AuthorityReceiptSchema,
    CheckSchema,
    CorrectionSchema,
    EndingSchema,
    NoRefusalSchema,
    RequisitionSchema,
    RequisitionsQuery,
)
from telecom_privacy.disclosure.service import RequisitionService
from telecom_privacy.disclosure.view_schemas import RequisitionListSchema, RequisitionViewSchema
from telecom_privacy.disclosure.views import RequisitionViews
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service

blueprint = Blueprint("requisitions", __name__)

REQUISITIONS = "/v1/requisitions"
REQUISITION = f"{REQUISITIONS}/<uuid:case_id>"
_SHOWN = {200: RequisitionViewSchema}
_RECORDED = {201: RequisitionViewSchema, 200: RequisitionViewSchema}


@blueprint.post(REQUISITIONS)
@endpoint(ApiRole.LEGAL, body=RequisitionSchema, answers=_RECORDED)
def record_requisition(access: Access, body: dict[str, Any]) -> Any:
    """Record an order; what stands against it is listed in `faults`. Once more: the same case."""
    recorded, is_new = service(RequisitionService).record(access, body)
    return _shown(recorded), 201 if is_new else 200


@blueprint.get(REQUISITIONS)
@endpoint(ApiRole.LEGAL, query=RequisitionsQuery, answers={200: RequisitionListSchema})
def list_requisitions(access: Access, query: dict[str, Any]) -> Any:
    """List the open cases by urgency; with `all` or `state` any, latest received first."""
    found, show = service(Requisitions), service(RequisitionViews).summary
    after, limit = decode_cursor(query.get("cursor")), query["limit"]
    if query["all"] or query["state"]:
        page, more = found.page(access, query["state"], after, limit)
    else:
        page, more = found.most_urgent(access, after, limit)
    return {"items": map(show, page), "next": more and encode_cursor(more)}


@blueprint.get(REQUISITION)
@endpoint(ApiRole.LEGAL, answers=_SHOWN)
def get_requisition(access: Access, case_id: UUID) -> Any:
    """Read a case with its checks, faults, deadline and steps."""
    return _shown(service(Requisitions).read(access, case_id))


@blueprint.patch(REQUISITION)
@endpoint(ApiRole.LEGAL, body=CorrectionSchema, answers=_SHOWN)
def correct_requisition(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Correct what was mistyped, before the approval; what it said before is kept."""
    reason = body.pop("reason")
    return _shown(service(RequisitionService).correct(access, case_id, body, reason))


@blueprint.post(f"{REQUISITION}/checks")
@endpoint(ApiRole.LEGAL, body=CheckSchema, answers={201: RequisitionViewSchema})
def post_check(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Note a check that was made, and how."""
    name = body.pop("check")
    return _shown(service(RequisitionService).check(access, case_id, name, **body))


@blueprint.post(f"{REQUISITION}/approve")
@endpoint(ApiRole.LEGAL, body=ApprovalSchema, answers=_SHOWN)
def approve_requisition(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Approve the order that was read, as a second person."""
    return _shown(service(RequisitionService).approve(access, case_id, **body))


@blueprint.post(f"{REQUISITION}/confirmation")
@endpoint(ApiRole.LEGAL, body=NoRefusalSchema, answers=_SHOWN)
def post_confirmation(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Note that the enforcing authority confirmed not to refuse: the answer may leave at once."""
    at = body.pop("at")
    return _shown(service(RequisitionService).confirm(access, case_id, body, at))


@blueprint.post(f"{REQUISITION}/reject")
@endpoint(ApiRole.LEGAL, body=EndingSchema, answers=_SHOWN)
def reject_requisition(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Refuse an order; this closes the case."""
    rejected = service(RequisitionService).reject(access, case_id, **body)
    return _shown(service(Preservation).lift(access, rejected))


@blueprint.post(f"{REQUISITION}/cancel")
@endpoint(ApiRole.LEGAL, body=EndingSchema, answers=_SHOWN)
def cancel_requisition(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Note that the authority withdrew its order; this closes the case."""
    cancelled = service(RequisitionService).cancel(access, case_id, **body)
    return _shown(service(Preservation).lift(access, cancelled))


@blueprint.post(f"{REQUISITION}/receipt")
@endpoint(ApiRole.LEGAL, body=AuthorityReceiptSchema, answers=_SHOWN)
def post_receipt(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Note that the authority confirmed to have received the answer."""
    at = body.pop("at")
    return _shown(service(RequisitionService).receive_receipt(access, case_id, body, at))


@blueprint.post(f"{REQUISITION}/close")
@endpoint(ApiRole.LEGAL, answers=_SHOWN)
def close_requisition(access: Access, case_id: UUID) -> Any:
    """Close a case that was answered."""
    return _shown(service(RequisitionService).close(access, case_id))


def _shown(requisition: Requisition) -> dict[str, Any]:
    return service(RequisitionViews).of(requisition)
