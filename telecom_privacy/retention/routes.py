"""Routes of retention and erasure (API.md "Retention, holds, erasure")."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Blueprint

from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Invalid
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.schemas import PageQuery
from telecom_privacy.http.services import service
from telecom_privacy.retention.anonymisation import LicenceAnonymisation
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.retention.destruction import DestructionService
from telecom_privacy.retention.preview import PreviewService, Supposed
from telecom_privacy.retention.schemas import (
    AnonymisedSchema,
    CertificateListSchema,
    CertificateSchema,
    DestructionSchema,
    PreviewQuery,
    PreviewSchema,
    SweepSchema,
    SweepStartedSchema,
)
from telecom_privacy.retention.sweep import SweepService
from telecom_privacy.scope import Role

_SUPPOSED = ("storage_extension", "policy", "terms")

_OWN = (Role.PROCESSOR,)
"""A client sees what is kept for it, not what the operator keeps for itself."""

blueprint = Blueprint("retention", __name__)

_READERS = (ApiRole.DPO, ApiRole.AUDITOR, ApiRole.CLIENT)


@blueprint.get("/v1/retention/preview")
@endpoint(
    ApiRole.DPO,
    ApiRole.ADMIN,
    ApiRole.CLIENT,
    query=PreviewQuery,
    answers={200: PreviewSchema},
)
def preview(access: Access, query: dict[str, Any]) -> Any:
    """Foretell what falls due until a day, also under changed terms; a client sees its own data."""
    access.require_whole_client()
    clients = service(ClientService)
    if "client" in query:
        chosen = [clients.reach(access, query["client"])]
    elif access.role is ApiRole.CLIENT:
        raise Invalid({"client": ["Missing data for required field."]})
    else:
        chosen = list(clients.all())
    supposed = {name: query[name] for name in _SUPPOSED if name in query}
    supposing = Supposed(**supposed, where_possible="client" not in query) if supposed else None
    forecasts = service(PreviewService).due_until(chosen, _roles(access), query["on"], supposing)
    return {"on": query["on"], "items": forecasts}


@blueprint.post("/v1/retention/sweeps")
@endpoint(ApiRole.DPO, ApiRole.ADMIN, answers={202: SweepStartedSchema})
def start_sweep(access: Access) -> Any:
    """Erase what is due, in the background."""
    return {"id": service(SweepService).start(access.actor)}


@blueprint.get("/v1/retention/sweeps/<uuid:sweep_id>")
@endpoint(ApiRole.DPO, ApiRole.ADMIN, answers={200: SweepSchema})
def get_sweep(access: Access, sweep_id: UUID) -> Any:
    """Show how far a sweep is."""
    del access
    sweep = service(SweepService).read(sweep_id)
    return {
        "id": sweep.id,
        "state": sweep.state,
        "started_at": sweep.started_at,
        "finished_at": sweep.finished_at,
        "progress": sweep,
        "certificates": sweep.certificates,
    }


@blueprint.post("/v1/clients/<client>/licences/<licence>/anonymise")
@endpoint(
    ApiRole.ADMIN,
    ApiRole.CLIENT,
    answers={200: AnonymisedSchema, 202: AnonymisedSchema},
)
def anonymise_licence(access: Access, client: str, licence: str) -> Any:
    """Erase what identifies the person of a licence; counts stay (ROLE-5)."""
    found = service(ClientService).reach_hosted(access, client)
    done = service(LicenceAnonymisation).anonymise(access, found, licence)
    return done, 200 if done.is_done else 202


@blueprint.get("/v1/erasures")
@endpoint(*_READERS, query=PageQuery, answers={200: CertificateListSchema})
def list_certificates(access: Access, query: dict[str, Any]) -> Any:
    """List erasure certificates, newest first; a client sees those of its own data."""
    access.require_whole_client()
    after = decode_cursor(query.get("cursor"))
    items, more = service(CertificateService).page(access, after, query["limit"])
    return {"items": items, "next": more and encode_cursor(more)}


@blueprint.get("/v1/erasures/<uuid:certificate_id>")
@endpoint(*_READERS, answers={200: CertificateSchema})
def get_certificate(access: Access, certificate_id: UUID) -> Any:
    """Read an erasure certificate; `telecom-privacy verify certificate` checks it offline."""
    access.require_whole_client()
    return service(CertificateService).read(access, certificate_id)


@blueprint.get("/v1/erasures/<uuid:certificate_id>/destruction")
@endpoint(ApiRole.DPO, answers={200: DestructionSchema})
def get_destruction(access: Access, certificate_id: UUID) -> Any:
    """Count what of a certificate was destroyed when, and what a hold keeps. Logged."""
    return service(DestructionService).read(access.actor, certificate_id)


def _roles(access: Access) -> Collection[Role]:
    return _OWN if access.role is ApiRole.CLIENT else tuple(Role)
