"""Route of the controller copies (API.md "Calls")."""

from typing import Any

from flask import Blueprint

from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import Forbidden
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.numbers import NumberReader
from telecom_privacy.traffic.schemas import NumberQuery, TrafficListSchema
from telecom_privacy.traffic.service import TrafficQuery, TrafficService

blueprint = Blueprint("traffic", __name__)


@blueprint.get("/v1/clients/<client>/traffic")
@endpoint(
    ApiRole.BILLING,
    ApiRole.DPO,
    ApiRole.LEGAL,
    query=NumberQuery,
    answers={200: TrafficListSchema},
)
def list_traffic(access: Access, client: str, query: dict[str, Any]) -> Any:
    """Read the controller copies: billing its purpose, the DPO counts only."""
    if access.role is ApiRole.LEGAL:
        raise Forbidden("traffic is reached through a requisition only", "requisition-only")
    found, traffic = service(ClientService).reach(access, client), service(TrafficService)
    limit, after = query.pop("limit"), decode_cursor(query.pop("cursor", None))
    wanted = TrafficQuery(**service(NumberReader).with_number(query))
    if access.role is ApiRole.DPO:
        return {"count": traffic.count(access, found, wanted), "items": [], "next": None}
    page = traffic.for_billing(access, found, wanted, after, limit)
    return {"items": page.items, "next": page.next and encode_cursor(page.next)}
