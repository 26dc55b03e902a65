"""Route of the counts that stay (RET-27)."""

from typing import Any

from flask import Blueprint

from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.scope import Role
from telecom_privacy.statistics.model import Count
from telecom_privacy.statistics.schemas import StatisticsQuery, StatisticsSchema
from telecom_privacy.statistics.service import StatisticsService

blueprint = Blueprint("statistics", __name__)


@blueprint.get("/v1/clients/<client>/statistics")
@endpoint(
    ApiRole.CLIENT,
    ApiRole.DPO,
    ApiRole.ADMIN,
    query=StatisticsQuery,
    answers={200: StatisticsSchema},
)
def get_statistics(access: Access, client: str, query: dict[str, Any]) -> Any:
    """Count, by month, the records that went in de-identified form; groups below ten are left out.

    What the operator kept for itself is counted for the DPO only.
    """
    access.require_whole_client()
    found = service(ClientService).reach(access, client)
    roles = tuple(Role) if access.role is ApiRole.DPO else (Role.PROCESSOR,)
    return {"items": map(_view, service(StatisticsService).read(found, roles, **query))}


def _view(count: Count) -> dict[str, Any]:
    group = count.group
    return {
        "month": group.month,
        "role": group.role.value,
        "category": group.category,
        "direction": group.direction,
        "count": count.count,
    }
