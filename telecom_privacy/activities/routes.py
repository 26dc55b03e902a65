"""Routes of the registers of processing activities (GDPR article 30)."""

from typing import Any

from flask import Blueprint

from telecom_privacy.activities.model import Register
from telecom_privacy.activities.schemas import RegisterSchema
from telecom_privacy.activities.service import ActivityService
from telecom_privacy.activities.views import RegisterViews
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.printable import PrintableQuery, page, wants_page
from telecom_privacy.http.services import service

blueprint = Blueprint("activities", __name__)


@blueprint.get("/v1/register")
@endpoint(ApiRole.DPO, ApiRole.AUDITOR, query=PrintableQuery, answers={200: RegisterSchema})
def get_register(access: Access, query: dict[str, Any]) -> Any:
    """Show both tables of the operator; `format=html` gives a page to print."""
    return _shown(service(ActivityService).whole(access), query)


@blueprint.get("/v1/clients/<client>/register")
@endpoint(ApiRole.CLIENT, ApiRole.DPO, query=PrintableQuery, answers={200: RegisterSchema})
def get_client_register(access: Access, client: str, query: dict[str, Any]) -> Any:
    """Show what is done with the client's data, as controller and on its behalf."""
    found = service(ClientService).reach(access, client)
    return _shown(service(ActivityService).of_client(access, found), query)


def _shown(register: Register, query: dict[str, Any]) -> Any:
    views, language = service(RegisterViews), query["language"]
    if wants_page(query["format"]):
        return page(views.page(register, language))
    return views.of(register, language)
