"""Routes of the disclosure policy and of the yearly counts: public, but for a year that runs."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import endpoint, public_endpoint
from telecom_privacy.http.printable import PrintableQuery, page, wants_page
from telecom_privacy.http.services import service
from telecom_privacy.transparency.model import Count, Group
from telecom_privacy.transparency.pages import policy_page, report_page
from telecom_privacy.transparency.policy import DisclosurePolicy
from telecom_privacy.transparency.schemas import (
    DisclosurePolicySchema,
    PublishedYearListSchema,
    TransparencyReportSchema,
    UnpublishedYearListSchema,
)
from telecom_privacy.transparency.service import TransparencyService
from telecom_privacy.transparency.years import published_on

blueprint = Blueprint("transparency", __name__)


@blueprint.get("/v1/disclosure-policy")
@public_endpoint(query=PrintableQuery, answers={200: DisclosurePolicySchema})
def get_disclosure_policy(query: dict[str, Any]) -> Any:
    """Show on which texts data goes to whom, and how to ask; `format=html` gives a page."""
    found = service(DisclosurePolicy).in_(query["language"])
    return page(policy_page(found, query["language"])) if wants_page(query["format"]) else found


@blueprint.get("/v1/transparency")
@public_endpoint(answers={200: PublishedYearListSchema})
def list_reports() -> Any:
    """List the years of which counts are published."""
    return {"items": service(TransparencyService).reports()}


@blueprint.get("/v1/transparency/<int:year>")
@public_endpoint(query=PrintableQuery, answers={200: TransparencyReportSchema})
def get_report(year: int, query: dict[str, Any]) -> Any:
    """Show how many requests of authorities there were in a year; `format=html` gives a page."""
    found, operator = service(TransparencyService).report(year), service(DisclosurePolicy).operator
    shown = wants_page(query["format"])
    return page(report_page(found, operator, query["language"])) if shown else found


@blueprint.get("/v1/transparency/unpublished")
@endpoint(ApiRole.LEGAL, ApiRole.DPO, answers={200: UnpublishedYearListSchema})
def list_unpublished(access: Access) -> Any:
    """Show the exact counts of the years that are not published yet."""
    years = service(TransparencyService).unpublished(access)
    return {"items": [_year(year, counts) for year, counts in years.items()]}


def _year(year: int, counts: Mapping[Group, Count]) -> dict[str, Any]:
    return {
        "year": year,
        "publishes_on": published_on(year),
        "counts": [
            {
                "authority": group.authority,
                "basis": group.basis,
                "received": count.received,
                "accounts": count.accounts,
                "outcomes": count.outcomes,
            }
            for group, count in counts.items()
        ],
    }
