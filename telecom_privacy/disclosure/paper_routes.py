"""Routes of the papers of a case: the order, evidence of checks, the receipt."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from telecom_privacy.content.reader import ContentReader
from telecom_privacy.disclosure.case_files import RECEIPT, of_check
from telecom_privacy.disclosure.filing import Filing, Paper
from telecom_privacy.disclosure.routes import REQUISITION
from telecom_privacy.disclosure.view_schemas import RequisitionViewSchema
from telecom_privacy.disclosure.views import RequisitionViews
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.body import pieces
from telecom_privacy.http.content import answered
from telecom_privacy.http.digests import announced_sha256
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.http.uploads import announced_media_type, require_whole

blueprint = Blueprint("requisition_papers", __name__)

_SCAN = f"{REQUISITION}/scan"
_EVIDENCE = f"{REQUISITION}/checks/<int:number>/evidence"
_RECEIPT = f"{REQUISITION}/receipt/scan"
_taking = partial(
    endpoint,
    ApiRole.LEGAL,
    consumes="*/*",
    headers=("Content-Digest",),
    answers={200: RequisitionViewSchema},
)
_giving = partial(
    endpoint,
    ApiRole.LEGAL,
    produces="*/*",
    headers=("Range", "If-Range", "If-None-Match"),
    answers={200: None, 206: None, 304: None},
)


@blueprint.put(_SCAN)
@_taking()
def put_scan(access: Access, case_id: UUID) -> Any:
    """File the scan of the order, before the approval."""
    return _shown(service(Filing).scan(access, case_id, _paper()))


@blueprint.get(_SCAN)
@_giving()
def get_scan(access: Access, case_id: UUID) -> Response:
    """Read the scan of the order."""
    return _read(access, case_id, service(Filing).scan_name(case_id))


@blueprint.put(_EVIDENCE)
@_taking()
def put_evidence(access: Access, case_id: UUID, number: int) -> Any:
    """File what proves a check, by the number that the check has in its case."""
    return _shown(service(Filing).evidence(access, case_id, number, _paper()))


@blueprint.get(_EVIDENCE)
@_giving()
def get_evidence(access: Access, case_id: UUID, number: int) -> Response:
    """Read what proves a check."""
    return _read(access, case_id, of_check(number))


@blueprint.put(_RECEIPT)
@_taking()
def put_receipt_scan(access: Access, case_id: UUID) -> Any:
    """File the authority's receipt on paper, once it is noted."""
    return _shown(service(Filing).receipt(access, case_id, _paper()))


@blueprint.get(_RECEIPT)
@_giving()
def get_receipt_scan(access: Access, case_id: UUID) -> Response:
    """Read the authority's receipt."""
    return _read(access, case_id, RECEIPT)


def _paper() -> Paper:
    require_whole()
    sha256 = announced_sha256(request.headers.get("Content-Digest"))
    body = pieces(request.stream, service(Filing).max_bytes)
    return Paper(announced_media_type(), sha256, body)


def _read(access: Access, case_id: UUID, name: str) -> Response:
    filing = service(Filing)
    content = filing.open(case_id, name)
    log_opening = partial(filing.log_opening, access, case_id, name)
    return answered(service(ContentReader).deliverable(content), log_opening)


def _shown(requisition: Any) -> Any:
    return service(RequisitionViews).of(requisition)
