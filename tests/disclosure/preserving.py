"""What the tests of keeping look at: the holds of a case, and what ends them."""

from typing import Any

from telecom_privacy.bootstrap import Services
from tests.disclosure.builders import FIRST, LegalDesk


def holds(desk: LegalDesk, path: str) -> list[dict[str, Any]]:
    """All holds of a case, in force or not."""
    case_id = path.rpartition("/")[2]
    listed = desk.as_(FIRST, "GET", "/v1/holds?limit=500").json["items"]
    return [one for one in listed if one["requisition"] == case_id]


def look_after(services: Services) -> None:
    """What maintenance does beside requests."""
    services.holds.lapse()
    services.holds.run()
    preservation = services.maintenance._preservation
    preservation.note_lapsed()
