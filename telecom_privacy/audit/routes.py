"""Routes of the audit log (API.md "Audit")."""

from typing import Any

from flask import Blueprint, Response

from telecom_privacy.audit.schemas import (
    ConsistencyQuery,
    ConsistencySchema,
    EntriesQuery,
    EntryListSchema,
    InclusionQuery,
    InclusionSchema,
)
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import endpoint, public_endpoint
from telecom_privacy.http.services import service

blueprint = Blueprint("audit", __name__)

_TEXT = "text/plain"
_PROVERS = (ApiRole.AUDITOR, ApiRole.DPO, ApiRole.LEGAL, ApiRole.CLIENT, ApiRole.PLATFORM)


@blueprint.get("/v1/audit/checkpoint")
@public_endpoint(answers={200: None}, produces=_TEXT)
def get_checkpoint() -> Response:
    """Show the size and root of the log, signed (C2SP tlog-checkpoint)."""
    return Response(service(AuditLog).checkpoint(), mimetype=_TEXT)


@blueprint.get("/v1/audit/key")
@public_endpoint(answers={200: None}, produces=_TEXT)
def get_key() -> Response:
    """Show the key that verifies checkpoints, receipts and certificates (C2SP signed-note)."""
    return Response(service(AuditLog).verifier_key() + "\n", mimetype=_TEXT)


@blueprint.get("/v1/audit/entries")
@endpoint(ApiRole.AUDITOR, ApiRole.DPO, query=EntriesQuery, answers={200: EntryListSchema})
def list_entries(access: Access, query: dict[str, Any]) -> Any:
    """List entries: leaves for everyone who may ask, details for the DPO only."""
    sees = (lambda _: True) if access.role is ApiRole.DPO else None
    return {"items": service(AuditLog).entries(**query, sees=sees)}


@blueprint.get("/v1/audit/inclusion")
@endpoint(*_PROVERS, query=InclusionQuery, answers={200: InclusionSchema})
def prove_inclusion(access: Access, query: dict[str, Any]) -> Any:
    """Prove that an entry is in the log (RFC 6962 section 2.1.1)."""
    del access
    return service(AuditLog).inclusion(**query)


@blueprint.get("/v1/audit/consistency")
@public_endpoint(query=ConsistencyQuery, answers={200: ConsistencySchema})
def prove_consistency(query: dict[str, Any]) -> Any:
    """Prove that the log only grew between two sizes (RFC 6962 section 2.1.2)."""
    return {**query, "hashes": service(AuditLog).consistency(**query)}
