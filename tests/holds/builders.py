"""Places, releases and looks behind holds."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.http.access import Access, ApiRole
from tests.builders import Api

LEGAL = Access("test", ApiRole.LEGAL)


def hold_body(**changes: Any) -> dict[str, Any]:
    return {
        "case": "2026/117",
        "reason": "A dispute is likely.",
        "review_on": "2099-01-01",
        "secret": True,
        **changes,
    }


def place(api: Api, **changes: Any) -> str:
    """Place a hold; returns its id."""
    answer = api.as_("legal", "POST", "/v1/holds", json=hold_body(**changes))
    assert answer.status_code == 201, answer.json
    return str(answer.json["id"])


def read(api: Api, hold: str) -> Mapping[str, Any]:
    answer = api.as_("dpo", "GET", f"/v1/holds/{hold}")
    assert answer.status_code == 200
    return answer.json


def release(api: Api, hold: str) -> TestResponse:
    """Release by two people; returns the second answer."""
    path = f"/v1/holds/{hold}/release"
    assert api.as_("legal", "POST", path).status_code == 202
    answer = api.as_("dpo", "POST", path)
    assert answer.status_code == 200
    return answer


def withheld_service(services: Services) -> WithheldService:
    return next(one for one in services.all if isinstance(one, WithheldService))


def kept(services: Services, hold: str) -> list[Original]:
    return list(withheld_service(services).kept_by(UUID(hold)))


def opened(services: Services, hold: str, category: str) -> list[Mapping[str, Any]]:
    """The content of what a hold keeps of a category, opened."""
    withheld = withheld_service(services)
    return [
        withheld.open(LEGAL, UUID(hold), one)
        for one in kept(services, hold)
        if one.category == category
    ]


def audio(services: Services, hold: str) -> list[bytes]:
    withheld = withheld_service(services)
    return [
        b"".join(withheld.read(one, withheld.open(LEGAL, UUID(hold), one)))
        for one in kept(services, hold)
        if one.content
    ]


def logged(api: Api, services: Services, newest: int = 100) -> list[Mapping[str, Any]]:
    """The newest entries of the audit log, as the DPO sees them."""
    first = max(0, services.audit.size() - newest)
    path = f"/v1/audit/entries?from={first}&count={newest}"
    return [item["detail"] for item in api.as_("dpo", "GET", path).json["items"]]
