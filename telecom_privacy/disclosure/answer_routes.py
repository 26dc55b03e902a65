"""Routes of what an order reaches, of keeping it and of giving it: for legal staff alone."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from telecom_privacy.content.reader import ContentReader
from telecom_privacy.disclosure.answer_schemas import (
    CallsQuery,
    ConversionSchema,
    DisclosedCallsSchema,
    DisclosureSchema,
    MatchesSchema,
    NamedRecipientSchema,
    RenewalSchema,
    SizeSchema,
)
from telecom_privacy.disclosure.handing_over import HandingOver
from telecom_privacy.disclosure.looking import Looking
from telecom_privacy.disclosure.preservation import Preservation
from telecom_privacy.disclosure.recipients import Recipients
from telecom_privacy.disclosure.routes import REQUISITION
from telecom_privacy.disclosure.sealing import Sealing
from telecom_privacy.disclosure.service import RequisitionService
from telecom_privacy.disclosure.view_schemas import RequisitionViewSchema
from telecom_privacy.disclosure.views import RequisitionViews
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.content import answered
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service

blueprint = Blueprint("requisition_answers", __name__)

_SHOWN = {200: RequisitionViewSchema}


@blueprint.get(f"{REQUISITION}/matches")
@endpoint(ApiRole.LEGAL, answers={200: MatchesSchema})
def get_matches(access: Access, case_id: UUID) -> Any:
    """Tell what is asked and, once approved, found and to be given, with why not all."""
    return service(Looking).matches(access, case_id)


@blueprint.get(f"{REQUISITION}/matches/size")
@endpoint(ApiRole.LEGAL, answers={200: SizeSchema})
def get_matching_size(access: Access, case_id: UUID) -> Any:
    """Say how much audio would be given, and whether a certificate can be encrypted to."""
    return service(Looking).size(access, case_id)


@blueprint.get(f"{REQUISITION}/matches/calls")
@endpoint(ApiRole.LEGAL, query=CallsQuery, answers={200: DisclosedCallsSchema})
def list_matching_calls(access: Access, case_id: UUID, query: dict[str, Any]) -> Any:
    """List the calls that would be given."""
    page, more = service(Looking).calls(access, case_id, query["cursor"], query["limit"])
    return {"items": page, "next": more and str(more)}


@blueprint.post(f"{REQUISITION}/preserve")
@endpoint(ApiRole.LEGAL, answers=_SHOWN)
def preserve(access: Access, case_id: UUID) -> Any:
    """Keep what is asked for from being erased, secretly, for the time of the text."""
    return _shown(service(Preservation).preserve(access, case_id))


@blueprint.post(f"{REQUISITION}/preserve/renewal")
@endpoint(ApiRole.LEGAL, body=RenewalSchema, answers=_SHOWN)
def renew_preservation(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Keep it longer, once, at the authority's request."""
    return _shown(service(Preservation).renew(access, case_id, body["reference"]))


@blueprint.post(f"{REQUISITION}/preserve/conversion")
@endpoint(ApiRole.LEGAL, body=ConversionSchema, answers=_SHOWN)
def convert_preservation(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Keep what is preserved for an order of production, which was recorded since."""
    return _shown(service(Preservation).convert(access, case_id, body["production"]))


@blueprint.post(f"{REQUISITION}/recipient")
@endpoint(ApiRole.LEGAL, body=NamedRecipientSchema, answers=_SHOWN)
def name_recipient(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Name, after the approval, for whom the answer is, or confirm it; two persons choose it."""
    reason = body.pop("reason")
    recipient = service(Recipients).of(**body)
    return _shown(service(RequisitionService).name_recipient(access, case_id, recipient, reason))


@blueprint.post(f"{REQUISITION}/disclose")
@endpoint(ApiRole.LEGAL, body=DisclosureSchema, answers=_SHOWN)
def disclose(access: Access, case_id: UUID, body: dict[str, Any]) -> Any:
    """Seal what an approved case gives, once for a recipient; large audio takes its time."""
    recipient = service(Recipients).of(**body)
    return _shown(service(Sealing).disclose(access, case_id, recipient))


@blueprint.get(f"{REQUISITION}/package")
@endpoint(
    ApiRole.LEGAL,
    produces="*/*",
    headers=("Range", "If-Range", "If-None-Match"),
    answers={200: None, 206: None, 304: None},
)
def get_case_package(access: Access, case_id: UUID) -> Response:
    """Take the sealed package, as it is encrypted for its recipient; each time is logged."""
    handing_over = service(HandingOver)
    package = handing_over.package(case_id)
    content = service(ContentReader).deliverable(package.content)
    named = replace(content, file_name=package.file_name)
    return answered(named, partial(handing_over.log_download, access, case_id))


def _shown(requisition: Any) -> Any:
    return service(RequisitionViews).of(requisition)
