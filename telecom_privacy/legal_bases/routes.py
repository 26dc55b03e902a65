"""Routes of the legal bases."""

from typing import Any

from flask import Blueprint

from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.legal_bases.schemas import LegalBasesQuery, LegalBasisListSchema
from telecom_privacy.legal_bases.service import LegalBases

blueprint = Blueprint("legal_bases", __name__)


@blueprint.get("/v1/legal-bases")
@endpoint(ApiRole.LEGAL, ApiRole.DPO, query=LegalBasesQuery, answers={200: LegalBasisListSchema})
def list_legal_bases(access: Access, query: dict[str, Any]) -> Any:
    """List the texts on which data may go to an authority on a day, and their conditions."""
    del access
    found, day = service(LegalBases), query["on"]
    return {"items": found.on(day), "conditions": found.conditions_on(day)}
