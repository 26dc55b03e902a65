"""Routes of clients and licences (API.md "Clients")."""

from typing import Any

from flask import Blueprint

from telecom_privacy.clients.contract import ContractService
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.clients.schemas import (
    ClientChangeSchema,
    ClientListSchema,
    ClientSchema,
    ClientViewSchema,
    ContractEndSchema,
    ContractEndViewSchema,
    LicenceChangeSchema,
    LicenceListSchema,
    LicenceSchema,
    LicenceViewSchema,
)
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.schemas import PageQuery
from telecom_privacy.http.services import service

blueprint = Blueprint("clients", __name__)

_MANAGERS = (ApiRole.ADMIN, ApiRole.CLIENT)


@blueprint.post("/v1/clients")
@endpoint(ApiRole.ADMIN, body=ClientSchema, answers={201: ClientViewSchema})
def create_client(access: Access, body: dict[str, Any]) -> Any:
    """Create a client under a policy, its options and agreed terms in force from the beginning."""
    clients, started_on = service(ClientService), body.pop("contract")["started_on"]
    agreed = {key: body.pop(key) for key in ("policy", "options", "terms")}
    return _view(clients, clients.create(access, body, started_on=started_on, **agreed))


@blueprint.get("/v1/clients")
@endpoint(ApiRole.ADMIN, ApiRole.DPO, query=PageQuery, answers={200: ClientListSchema})
def list_clients(access: Access, query: dict[str, Any]) -> Any:
    """List clients, oldest first."""
    del access
    clients = service(ClientService)
    page, more = clients.page(decode_cursor(query.get("cursor")), query["limit"])
    return {
        "items": [_view(clients, client) for client in page],
        "next": more and encode_cursor(more),
    }


@blueprint.get("/v1/clients/<client>")
@endpoint(ApiRole.ADMIN, ApiRole.DPO, ApiRole.CLIENT, answers={200: ClientViewSchema})
def get_client(access: Access, client: str) -> Any:
    """Show a client with what is in force now."""
    clients = service(ClientService)
    return _view(clients, clients.reach(access, client))


@blueprint.patch("/v1/clients/<client>")
@endpoint(ApiRole.ADMIN, body=ClientChangeSchema, answers={200: ClientViewSchema})
def change_client(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Change a client; options, policy and terms take effect on `effective_on` (default now)."""
    clients = service(ClientService)
    found = clients.reach(access, client)
    dated = {key: body.pop(key, None) for key in ("policy", "options", "terms", "effective_on")}
    return _view(clients, clients.change(access, found, body, **dated))


@blueprint.post("/v1/clients/<client>/contract-end")
@endpoint(ApiRole.ADMIN, body=ContractEndSchema, answers={201: ContractEndViewSchema})
def end_contract(access: Access, client: str, body: dict[str, Any]) -> Any:
    """End the contract and open its reversibility window (RET-3), or correct the end."""
    clients = service(ClientService)
    found = clients.reach(access, client)
    window = clients.window(service(ContractService).end(access, found, **body))
    return {**body, "closes_on": window and window.closes_on, "window": window}


@blueprint.delete("/v1/clients/<client>/contract-end")
@endpoint(ApiRole.ADMIN, answers={204: None})
def resume_contract(access: Access, client: str) -> Any:
    """Take back the end of the contract while its reversibility window is open."""
    found = service(ClientService).reach(access, client)
    service(ContractService).resume(access, found)


@blueprint.post("/v1/clients/<client>/licences")
@endpoint(*_MANAGERS, body=LicenceSchema, answers={201: LicenceViewSchema})
def create_licence(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Create a licence of an agent or device."""
    found = service(ClientService).reach_hosted(access, client)
    details = {key: body.pop(key) for key in ("id", "label", "privileged")}
    return _licence_view(service(LicenceService).create(access, found, details, **body))


@blueprint.get("/v1/clients/<client>/licences")
@endpoint(*_MANAGERS, query=PageQuery, answers={200: LicenceListSchema})
def list_licences(access: Access, client: str, query: dict[str, Any]) -> Any:
    """List the licences that the caller may see, oldest first."""
    found, licences = service(ClientService).reach_hosted(access, client), service(LicenceService)
    after, limit = decode_cursor(query.get("cursor")), query["limit"]
    page, more = licences.page(access, found, after, limit)
    return {
        "items": [_licence_view(licence) for licence in page],
        "next": more and encode_cursor(more),
    }


@blueprint.get("/v1/clients/<client>/licences/<licence>")
@endpoint(*_MANAGERS, answers={200: LicenceViewSchema})
def get_licence(access: Access, client: str, licence: str) -> Any:
    """Show a licence."""
    found = service(ClientService).reach_hosted(access, client)
    return _licence_view(service(LicenceService).read(access, found, licence))


@blueprint.patch("/v1/clients/<client>/licences/<licence>")
@endpoint(*_MANAGERS, body=LicenceChangeSchema, answers={200: LicenceViewSchema})
def change_licence(access: Access, client: str, licence: str, body: dict[str, Any]) -> Any:
    """Change a licence."""
    found, licences = service(ClientService).reach_hosted(access, client), service(LicenceService)
    known = licences.reach(access, found, licence)
    return _licence_view(licences.change(access, found, known, body))


@blueprint.delete("/v1/clients/<client>/licences/<licence>")
@endpoint(*_MANAGERS, answers={204: None})
def delete_licence(access: Access, client: str, licence: str) -> Any:
    """Erase what describes a licence (RET-2)."""
    found, licences = service(ClientService).reach_hosted(access, client), service(LicenceService)
    licences.delete(access, found, licences.reach(access, found, licence))


def _view(clients: ClientService, client: Client) -> dict[str, Any]:
    window = clients.window(client)
    return {
        **client.details,
        **clients.in_force(client),
        "contract": {
            "started_on": client.started_on,
            "ended_on": client.history.contract_ended_on,
            "closes_on": window and window.closes_on,
            "keep_account": client.history.keep_account,
            "reminders": clients.reminders(client),
        },
        "created_at": client.created_at,
    }


def _licence_view(licence: Licence) -> dict[str, Any]:
    return {
        **licence.details,
        "kind": licence.kind,
        "status": licence.status,
        "valid_until": licence.valid_until,
        "created_at": licence.created_at,
    }
