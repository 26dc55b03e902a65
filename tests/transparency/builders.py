"""Lets cases end, and takes the service's counts."""

from typing import Any

from telecom_privacy.bootstrap import Services
from telecom_privacy.transparency.service import TransparencyService
from tests.builders import Api
from tests.disclosure.builders import LegalDesk

CLOSED = "2028-04-01T00:00:00+02:00"
"""From here on no request counts in the report of 2027."""
PUBLISHED = "2028-04-02T00:00:00+02:00"


def counts_of(services: Services) -> TransparencyService:
    return next(one for one in services.all if isinstance(one, TransparencyService))


def run(services: Services) -> None:
    counts_of(services).run(lambda: None)


def rejected(desk: LegalDesk, basis: str = "cpp-60-1", **changes: Any) -> str:
    path = desk.recorded(basis, **changes)
    assert desk.take(path, "reject", reason="no such text").status_code == 200
    return path


def unpublished(api: Api, role: str = "legal") -> dict[int, dict[str, Any]]:
    """The counts by basis of each year that is not published."""
    answer = api.as_(role, "GET", "/v1/transparency/unpublished")
    assert answer.status_code == 200, answer.json
    years = answer.json["items"]
    return {year["year"]: {one["basis"]: one for one in year["counts"]} for year in years}
