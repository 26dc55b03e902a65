"""Routes of what a client takes with it (API.md "Exports and rights")."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.content import answered
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint, public_endpoint
from telecom_privacy.http.schemas import PageQuery
from telecom_privacy.http.services import service
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.reversibility.schemas import ExportListSchema, ExportSchema, ExportViewSchema
from telecom_privacy.reversibility.service import ExportService
from telecom_privacy.reversibility.signer import PackageSigner

blueprint = Blueprint("exports", __name__)

_EXPORTS = "/v1/clients/<client>/exports"
_EXPORT = f"{_EXPORTS}/<uuid:export_id>"


@blueprint.post(_EXPORTS)
@endpoint(ApiRole.CLIENT, body=ExportSchema, answers={201: ExportViewSchema})
def create_export(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Begin to make a package of the client's data; it is ready a little later."""
    found = service(ClientService).reach(access, client)
    return service(ExportService).create(access, found, Wish(**body))


@blueprint.get(_EXPORTS)
@endpoint(ApiRole.CLIENT, query=PageQuery, answers={200: ExportListSchema})
def list_exports(access: Access, client: str, query: dict[str, Any]) -> Any:
    """List the client's exports and when each was fetched, oldest first."""
    found = service(ClientService).reach(access, client)
    after = decode_cursor(query.get("cursor"))
    items, more = service(ExportService).page(access, found, after, query["limit"])
    return {"items": items, "next": more and encode_cursor(more)}


@blueprint.get(_EXPORT)
@endpoint(ApiRole.CLIENT, answers={200: ExportViewSchema})
def get_export(access: Access, client: str, export_id: UUID) -> Any:
    """Tell how far an export is, until when it lives and when it was fetched."""
    found = service(ClientService).reach(access, client)
    return service(ExportService).find(access, found, export_id)


@blueprint.delete(_EXPORT)
@endpoint(ApiRole.CLIENT, answers={204: None})
def delete_export(access: Access, client: str, export_id: UUID) -> Any:
    """Withdraw a package before its time."""
    found = service(ClientService).reach(access, client)
    service(ExportService).delete(access, found, export_id)


@blueprint.get(f"{_EXPORT}/package")
@endpoint(
    ApiRole.CLIENT,
    produces="application/zip",
    headers=("Range", "If-Range", "If-None-Match"),
    answers={200: None, 206: None, 304: None},
)
def get_package(access: Access, client: str, export_id: UUID) -> Response:
    """Take the package, whole or, to resume a broken download, by range."""
    found, exports = service(ClientService).reach(access, client), service(ExportService)
    export = exports.open(access, found, export_id)
    log_opening = partial(exports.log_opening, access, found, export)
    return answered(exports.deliverable(access, export), log_opening)


@blueprint.get("/v1/exports/certificate")
@public_endpoint(produces="application/x-pem-file", answers={200: None})
def get_signing_certificate() -> Response:
    """The certificate whose key signs packages, PEM."""
    pem = service(PackageSigner).certificate
    return Response(pem, content_type="application/x-pem-file")
