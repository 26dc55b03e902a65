"""Routes of requests of persons (API.md "Exports and rights")."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.content import attachment
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.rights.erasing import PersonErasure
from telecom_privacy.rights.forwarding import Forwarding
from telecom_privacy.rights.handing_over import HandingOver
from telecom_privacy.rights.letters import Letters
from telecom_privacy.rights.listing import Query, RequestList
from telecom_privacy.rights.model import RightsRequest
from telecom_privacy.rights.schemas import (
    AgreementSchema,
    AnswerSchema,
    ClientAnswerSchema,
    ControllerSchema,
    ExtensionSchema,
    ForwardedListSchema,
    ForwardedSchema,
    IdentitySchema,
    LetterQuerySchema,
    LetterSchema,
    ReferralSchema,
    RefusalSchema,
    RightsQuerySchema,
    RightsRequestListSchema,
    RightsRequestSchema,
    RightsRequestViewSchema,
)
from telecom_privacy.rights.service import NewRequest, RightsService
from telecom_privacy.rights.views import RequestViews

blueprint = Blueprint("rights", __name__)

_REQUESTS = "/v1/rights-requests"
_REQUEST = f"{_REQUESTS}/<uuid:request_id>"
_FORWARDED = "/v1/clients/<client>/rights-requests"
_SHOWN = {200: RightsRequestViewSchema}


@blueprint.post(_REQUESTS)
@endpoint(
    ApiRole.DPO,
    ApiRole.SUPPORT,
    body=RightsRequestSchema,
    headers=("Access-Purpose", "Access-Reference"),
    answers={201: RightsRequestViewSchema},
)
def receive_request(access: Access, body: dict[str, Any]) -> Any:
    """Enter a request of a person; its month counts from `received_at` (DSR-2)."""
    new = NewRequest(right=body.pop("kind"), client=body.pop("client_id"), **body)
    return _shown(service(RightsService).receive(access, new))


@blueprint.get(_REQUESTS)
@endpoint(ApiRole.DPO, query=RightsQuerySchema, answers={200: RightsRequestListSchema})
def list_requests(access: Access, query: dict[str, Any]) -> Any:
    """List requests: of a person, of a state, to be answered by then; latest or due first."""
    after, limit = decode_cursor(query.pop("cursor", None)), query.pop("limit")
    page, more = service(RequestList).page(access, Query(**query), after, limit)
    return {"items": list(map(_shown, page)), "next": more and encode_cursor(more)}


@blueprint.get(_REQUEST)
@endpoint(ApiRole.DPO, answers=_SHOWN)
def get_request(access: Access, request_id: UUID) -> Any:
    """Read a request with its deadline and its steps."""
    return _shown(service(RightsService).read(access, request_id))


@blueprint.get(f"{_REQUEST}/letter")
@endpoint(ApiRole.DPO, query=LetterQuerySchema, answers={200: LetterSchema})
def get_letter(access: Access, request_id: UUID, query: dict[str, Any]) -> Any:
    """Draft the letter to the person that fits the request as it is now."""
    request = service(RightsService).read(access, request_id)
    return {**query, "text": service(Letters).draft(request, query["language"])}


@blueprint.post(f"{_REQUEST}/identity")
@endpoint(ApiRole.DPO, body=IdentitySchema, answers=_SHOWN)
def check_identity(access: Access, request_id: UUID, body: dict[str, Any]) -> Any:
    """Say how the identity was verified, or that more was asked for it (DSR-3)."""
    verified = body.pop("outcome") == "verified"
    return _shown(
        service(RightsService).check_identity(access, request_id, verified=verified, **body)
    )


@blueprint.post(f"{_REQUEST}/refer")
@endpoint(ApiRole.DPO, body=ReferralSchema, answers=_SHOWN)
def refer_request(access: Access, request_id: UUID, body: dict[str, Any]) -> Any:
    """Send the person to a client; with `agreed_by` the request itself is passed on (DSR-4)."""
    client = body.pop("client_id")
    return _shown(service(RightsService).refer(access, request_id, client, **body))


@blueprint.post(f"{_REQUEST}/agreement")
@endpoint(ApiRole.DPO, body=AgreementSchema, answers=_SHOWN)
def agree_to_pass_on(access: Access, request_id: UUID, body: dict[str, Any]) -> Any:
    """Pass the request on to a client the person was sent to: that was agreed later (DSR-4)."""
    client = body.pop("client_id")
    return _shown(service(RightsService).agree(access, request_id, client, **body))


@blueprint.post(f"{_REQUEST}/extend")
@endpoint(ApiRole.DPO, body=ExtensionSchema, answers=_SHOWN)
def extend_request(access: Access, request_id: UUID, body: dict[str, Any]) -> Any:
    """Say when and why the person was told, in the first month, that it takes longer (DSR-2)."""
    return _shown(service(RightsService).extend(access, request_id, **body))


@blueprint.get(f"{_REQUEST}/package")
@endpoint(ApiRole.DPO, produces="application/zip", answers={200: None})
def get_person_package(access: Access, request_id: UUID) -> Response:
    """Take what the operator holds of the person as controller, as a signed package."""
    package = service(HandingOver).package(access, request_id)
    answer = Response(package.read(), content_type="application/zip")
    answer.headers["Content-Length"] = str(package.length)
    answer.headers["Content-Disposition"] = attachment(f"{request_id}.zip")
    return answer


@blueprint.post(f"{_REQUEST}/erase")
@endpoint(ApiRole.DPO, answers=_SHOWN)
def erase_on_request(access: Access, request_id: UUID) -> Any:
    """Erase what the operator holds of the person as controller, as far as the law lets it."""
    return _shown(service(PersonErasure).erase(access, request_id))


@blueprint.post(f"{_REQUEST}/controllers")
@endpoint(ApiRole.DPO, body=ControllerSchema, answers=_SHOWN)
def tell_controller(access: Access, request_id: UUID, body: dict[str, Any]) -> Any:
    """Say which other controller was told what was erased or changed, and how (DSR-1)."""
    at = body.pop("at")
    return _shown(service(RightsService).tell_controller(access, request_id, body, at))


@blueprint.post(f"{_REQUEST}/answer")
@endpoint(ApiRole.DPO, body=AnswerSchema, answers=_SHOWN)
def answer_request(access: Access, request_id: UUID, body: dict[str, Any]) -> Any:
    """Say what was answered; nothing is before the identity is verified."""
    return _shown(service(RightsService).answer(access, request_id, **body))


@blueprint.post(f"{_REQUEST}/refuse")
@endpoint(ApiRole.DPO, body=RefusalSchema, answers=_SHOWN)
def refuse_request(access: Access, request_id: UUID, body: dict[str, Any]) -> Any:
    """Refuse on a legal ground, which is all that the person is told (DSR-5)."""
    return _shown(service(RightsService).refuse(access, request_id, **body))


@blueprint.get(_FORWARDED)
@endpoint(ApiRole.CLIENT, answers={200: ForwardedListSchema})
def list_forwarded(access: Access, client: str) -> Any:
    """List the requests that the client is to answer itself, oldest first (DSR-4)."""
    found = service(ClientService).reach(access, client)
    return {"items": service(Forwarding).each(access, found)}


@blueprint.post(f"{_FORWARDED}/<uuid:request_id>/answer")
@endpoint(ApiRole.CLIENT, body=ClientAnswerSchema, answers={200: ForwardedSchema})
def answer_forwarded(access: Access, client: str, request_id: UUID, body: dict[str, Any]) -> Any:
    """Say what the client answered the person."""
    found = service(ClientService).reach(access, client)
    return service(Forwarding).answer(access, found, request_id, body)


def _shown(request: RightsRequest) -> dict[str, Any]:
    return service(RequestViews).of(request)
