"""Routes of a client's view of its own data (API.md "Exports and rights")."""

from typing import Any

from flask import Blueprint

from telecom_privacy.audit.accesses import AccessQuery
from telecom_privacy.clients.service import ClientService
from telecom_privacy.dashboard.accesses import AccessReport
from telecom_privacy.dashboard.contract import ContractDesk
from telecom_privacy.dashboard.overview import PrivacyOverview
from telecom_privacy.dashboard.schemas import (
    AccessListSchema,
    AccessQuerySchema,
    ConfirmationSchema,
    ConfirmedSchema,
    ContractDeskSchema,
    InstructionListSchema,
    InstructionSchema,
    NewInstructionSchema,
    PrivacySchema,
)
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.schemas import PageQuery
from telecom_privacy.http.services import service
from telecom_privacy.records.instruction_statement import NewInstruction, instruction_position
from telecom_privacy.records.instructions import DocumentedInstructions
from telecom_privacy.storage.paging import page_oldest_first

blueprint = Blueprint("dashboard", __name__)

_CLIENT = "/v1/clients/<client>"
_INSTRUCTING = (ApiRole.CLIENT, ApiRole.DPO, ApiRole.ADMIN)
_END = f"{_CLIENT}/contract-end"


@blueprint.get(f"{_CLIENT}/accesses")
@endpoint(ApiRole.CLIENT, ApiRole.DPO, query=AccessQuerySchema, answers={200: AccessListSchema})
def list_accesses(access: Access, client: str, query: dict[str, Any]) -> Any:
    """List who opened this client's data, when and why, newest first."""
    found = service(ClientService).reach(access, client)
    limit, after = query.pop("limit"), decode_cursor(query.pop("cursor", None))
    items, more = service(AccessReport).page(access, found, AccessQuery(**query), after, limit)
    return {"items": items, "next": more and encode_cursor(more)}


@blueprint.post(f"{_CLIENT}/instructions")
@endpoint(*_INSTRUCTING, body=NewInstructionSchema, answers={201: InstructionSchema})
def document_instruction(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Document an instruction of the client (GDPR article 28), under the next number."""
    found = service(ClientService).reach_hosted(access, client)
    return service(DocumentedInstructions).document(access, found, NewInstruction(**body))


@blueprint.get(f"{_CLIENT}/instructions")
@endpoint(*_INSTRUCTING, query=PageQuery, answers={200: InstructionListSchema})
def list_instructions(access: Access, client: str, query: dict[str, Any]) -> Any:
    """List the client's documented instructions, oldest first, those too that were superseded."""
    found = service(ClientService).reach_hosted(access, client)
    instructions = service(DocumentedInstructions).read(access, found)
    after, limit = decode_cursor(query.get("cursor")), query["limit"]
    page, more = page_oldest_first(instructions, instruction_position, after, limit)
    return {"items": page, "next": more and encode_cursor(more)}


@blueprint.get(f"{_CLIENT}/privacy")
@endpoint(ApiRole.CLIENT, answers={200: PrivacySchema})
def get_privacy(access: Access, client: str) -> Any:
    """Show what is held now, on what terms, what goes next, and how often it was opened."""
    found = service(ClientService).reach_hosted(access, client)
    return service(PrivacyOverview).show(access, found)


@blueprint.get(_END)
@endpoint(ApiRole.CLIENT, answers={200: ContractDeskSchema})
def get_contract_end(access: Access, client: str) -> Any:
    """Show the reversibility window: days left, reminders, packages taken and what they lack."""
    found = service(ClientService).reach(access, client)
    return service(ContractDesk).show(access, found)


@blueprint.post(f"{_END}/confirmation")
@endpoint(ApiRole.CLIENT, body=ConfirmationSchema, answers={200: ConfirmedSchema})
def confirm_contract_end(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Confirm that everything was taken; destroy what is hosted before its time, if so wished."""
    found = service(ClientService).reach(access, client)
    return service(ContractDesk).confirm(access, found, **body)
