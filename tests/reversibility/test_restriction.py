"""What is restricted goes from packages, and is given out for whom it may be (RULES DSR-7)."""

import csv
import io
import json
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import Unavailable
from telecom_privacy.reversibility.bag import Bag
from tests.holds.builders import logged
from tests.reversibility.conftest import EXPORTS, Portal, files_of

REASON = {"reason": "unlawful_processing"}
CALL = "/v1/clients/cabinet/calls/one/restriction"
PERSON = "/v1/clients/cabinet/persons/restriction"
CALLER = "+33612345678"
BODIES = {CALL: REASON, PERSON: {**REASON, "number": CALLER}}
CLAIM = {"for": "legal_claim", "reference": "case 12"}


def restrict(portal: Portal, path: str) -> None:
    assert portal.api.as_client("cabinet", "POST", path, json=BODIES[path]).status_code == 200


def excluded(files: dict[str, bytes]) -> dict[str, str]:
    """How much of each category is left out for being restricted."""
    rows = csv.DictReader(io.StringIO(files["data/exclusions.csv"].decode(), newline=""))
    found = [row for row in rows if row["reason"] == "restricted"]
    assert all("GDPR article 18" in row["legal_ground"] for row in found)
    return {row["category"]: row["records"] for row in found}


def marked(files: dict[str, bytes], table: str) -> dict[str, str | None]:
    """Why the rows of a table are restricted, by their ids or those of their calls."""
    rows = map(json.loads, files[f"data/{table}.jsonl"].splitlines())
    return {row.get("call_id", row["id"]): row.get("restriction") for row in rows}


def calls_in(portal: Portal) -> int:
    return len(files_of(portal.fetch(portal.made()))["data/calls.jsonl"].splitlines())


NO_GROUNDS: tuple[dict[str, Any], ...] = (
    {"restricted": {"for": "legal_claim"}},
    {"restricted": {"for": "legal_claim", "reference": ""}},
    {"restricted": {"for": "legal_claim", "reference": " "}},
    {"restricted": {"for": "legal_claim", "reference": "case\n12"}},
    {"restricted": {"for": "legal_claim", "reference": "case 12\x00"}},
    {"restricted": {"for": "curiosity", "reference": "case 12"}},
    {"restricted": {"for": "person", "reference": "request 7"}},
    {"kind": "history", "restricted": {"for": "person", "reference": "request 7"}},
)


def test_what_restricted_data_is_for_is_one_of_two_grounds_with_its_case(portal: Portal) -> None:
    for wish in NO_GROUNDS:
        body = {"kind": "reversibility", **wish}
        answer = portal.api.as_client("cabinet", "POST", EXPORTS, json=body)
        assert answer.status_code == 422, wish


GROUNDS: tuple[dict[str, Any], ...] = (
    {"restricted": CLAIM},
    {"kind": "history", "restricted": CLAIM},
    {
        "kind": "subject",
        "subject": CALLER,
        "restricted": {"for": "person", "reference": "request 7"},
    },
)


def test_what_is_restricted_is_in_a_package_that_says_what_for_and_marked(
    portal: Portal, services: Services
) -> None:
    restrict(portal, CALL)
    why = {"one": "unlawful_processing"}
    for wish in GROUNDS:
        files = files_of(portal.fetch(portal.made(**wish)))
        assert marked(files, "calls") == {**why, "two": None, "three": None}
        assert marked(files, "recordings") == {**why, "two": None}
        assert excluded(files) == {}
        described = json.loads(files["data/datapackage.json"])
        assert described["export"]["restricted"] == wish["restricted"]
        created = [one for one in logged(portal.api, services) if one["action"] == "export.created"]
        assert created[-1]["details"]["restricted"] == wish["restricted"]


def test_what_the_operator_restricts_of_its_own_data_does_not_show(portal: Portal) -> None:
    body = BODIES[PERSON]
    assert portal.api.as_("dpo", "POST", PERSON, json=body).status_code == 200
    files = files_of(portal.fetch(portal.made()))
    assert excluded(files) == {}
    assert set(marked(files, "calls").values()) == {None}


def test_a_restriction_that_is_lifted_while_the_package_is_made_still_left_something_out(
    portal: Portal, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    restrict(portal, CALL)
    write = Bag.write

    def lift_and_write(*given: Any) -> None:
        portal.api.as_client("cabinet", "DELETE", CALL)
        write(*given)

    monkeypatch.setattr(Bag, "write", lift_and_write)
    path = portal.made()
    assert excluded(files_of(portal.fetch(path))) == {"call": "1", "recording": "1"}
    exports = services.databases.bulk["exports"]
    assert [one["everything"] for one in exports.find({})] == [False]


@pytest.mark.parametrize(("path", "left"), [(CALL, 2), (PERSON, 0)])
def test_a_restriction_withdraws_packages_and_keeps_out_of_new_ones(
    portal: Portal, path: str, left: int
) -> None:
    package = portal.made()
    restrict(portal, path)
    assert portal.status(package) == 410
    assert calls_in(portal) == left
    counted = excluded(files_of(portal.fetch(portal.made())))
    # All three calls are with the person, and two of them were recorded.
    one_of_each = {"call": "1", "recording": "1"}
    assert counted == (one_of_each if left else {"call": "3", "recording": "2"})


def test_a_package_without_the_restricted_call_stays(portal: Portal) -> None:
    package = portal.made()
    portal.api.put_call("cabinet", "four", portal.api.call())
    path = CALL.replace("one", "four")
    assert portal.api.as_client("cabinet", "POST", path, json=REASON).status_code == 200
    assert portal.status(package) == 200


@pytest.mark.parametrize(
    ("path", "step"),
    [(CALL, "withdraw_copies"), (CALL, "erase"), (PERSON, "withdraw_all_copies")],
)
def test_whoever_is_killed_leaves_it_restricted_and_recovery_withdraws_the_packages(
    portal: Portal, services: Services, monkeypatch: pytest.MonkeyPatch, path: str, step: str
) -> None:
    package = portal.made()
    with monkeypatch.context() as patch:
        patch.setattr(Eraser, step, _killed)
        killed = portal.api.as_client("cabinet", "POST", path, json=BODIES[path])
    call = portal.api.as_client("cabinet", "GET", "/v1/clients/cabinet/calls/one")
    assert call.status_code == 403
    assert (killed.status_code, portal.status(package)) == (503, 200)

    portal.api.clock.advance(minutes=2)
    services.recovery.run()

    assert portal.status(package) == 410
    unsettled = {"open_since": {"$exists": True}}
    assert services.databases.audit["restrictions"].count_documents(unsettled) == 0


@pytest.mark.parametrize("path", [CALL, PERSON])
def test_repeating_a_restriction_withdraws_nothing_more(
    portal: Portal, services: Services, path: str
) -> None:
    portal.api.as_client("cabinet", "POST", path, json=BODIES[path])
    package = portal.made()
    portal.api.clock.advance(seconds=1)
    repeated = portal.api.as_client("cabinet", "POST", path, json=BODIES[path])
    portal.api.clock.advance(minutes=2)
    services.recovery.run()
    assert (repeated.status_code, portal.status(package)) == (200, 200)


def _killed(*_: object, **__: object) -> None:
    raise Unavailable("killed")
