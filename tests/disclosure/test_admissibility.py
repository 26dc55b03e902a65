"""What a text does not carry, or what has no bounds, is not approved or no case at all."""

from datetime import timedelta
from typing import Any

import pytest

from tests.disclosure.builders import FIRST, ORDERS, LegalDesk


def faults(desk: LegalDesk, path: str) -> list[str]:
    return [fault["name"] for fault in desk.show(path)["faults"]]


@pytest.mark.parametrize("basis", sorted(ORDERS))
def test_more_than_the_basis_allows_is_never_approved(desk: LegalDesk, basis: str) -> None:
    everything = ["identity", "billing", "traffic", "location", "content"]
    allowed = desk.api.as_("legal", "GET", "/v1/legal-bases").json["items"]
    covered = next(set(one["categories"]) for one in allowed if one["id"] == basis)
    path = desk.recorded(basis, categories=everything)
    wanted = ["category_not_covered"] * len(set(everything) - covered)
    assert faults(desk, path) == wanted
    reason = "not admissible" if wanted else "checks are missing"
    answer = desk.approve(path)
    assert (answer.status_code, reason in answer.json["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("basis", "changes", "fault"),
    [
        ("cpp-60-1", {"authority": {"kind": "tax", "name": "DGFiP"}}, "wrong_authority"),
        ("lpf-l96g", {"person": {"name": "A", "rank": "opj", "service": "B"}}, "wrong_rank"),
        (
            "cpp-77-1-1",
            {
                "authorisation": None,
                "person": {"name": "A", "rank": "prosecutor", "service": "BR"},
            },
            "wrong_rank",
        ),
        ("cpp-77-1-1", {"authorisation": None}, "authorisation_missing"),
        (
            "cpp-77-1-1",
            {"authorisation": {"kind": "jld_order", "reference": "1", "date": "2026-09-01"}},
            "authorisation_missing",
        ),
        (
            "lpf-l96g",
            {
                "authorisation": {
                    "kind": "controller_of_connection_data",
                    "reference": "1",
                    "date": "2099-01-01",
                }
            },
            "authorisation_not_prior",
        ),
        ("cpp-60-1", {"case_60_1_2": None}, "case_missing"),
        ("cpp-60-1", {"case_60_1_2": 5}, "case_unknown"),
        ("cpp-60-1", {"maximum_penalty_months": None}, "penalty_missing"),
        ("cpp-60-1", {"maximum_penalty_months": 35}, "penalty_too_low"),
        ("cpp-60-1", {"case_60_1_2": 2, "maximum_penalty_months": 11}, "penalty_too_low"),
        ("cpp-60-1", {"offence": None}, "offence_missing"),
        ("cpp-60-2", {"channel": "email"}, "channel_reason_missing"),
        (
            "eevidence-epoc",
            {"person": {"name": "A", "rank": "prosecutor", "service": "B"}},
            "category_not_covered",
        ),
        (
            "eevidence-epoc",
            {"person": {"name": "A", "rank": "competent_authority", "service": "B"}},
            "authorisation_missing",
        ),
    ],
)
def test_what_the_text_does_not_carry_is_recorded_and_not_approved(
    desk: LegalDesk, basis: str, changes: dict[str, Any], fault: str
) -> None:
    path = desk.recorded(basis, **changes)
    assert faults(desk, path) == [fault]
    answer = desk.approve(path)
    assert answer.status_code == 409
    assert fault in answer.json["detail"]
    assert desk.take(path, "reject", reason="the text does not carry it").status_code == 200


def test_a_text_that_was_not_in_force_is_a_fault(desk: LegalDesk) -> None:
    late = {"recorded_late_because": "found again in the archive"}
    path = desk.recorded("eevidence-epoc", ago=timedelta(days=1000), **late)
    assert faults(desk, path) == ["basis_not_in_force"]
    assert "basis_not_in_force" in desk.approve(path).json["detail"]


def test_an_order_reaches_nothing_after_the_day_of_its_receipt(desk: LegalDesk) -> None:
    desk.at("2026-11-22T15:00:00+01:00")
    received = {"received_at": "2026-11-22T01:00:00+01:00"}
    start = "2026-10-01T00:00:00Z"
    day = {"period": {"from": start, "until": "2026-11-22T14:00:00+01:00"}}
    assert desk.record(**received, **day).status_code == 201
    day_before = {"received_at": "2026-11-21T23:00:00+01:00"}
    assert desk.refused(**day_before, **day) == ["period"]
    path = desk.recorded(**received, **day)
    corrected = desk.as_(FIRST, "PATCH", path, json={**day_before, "reason": "mistyped"})
    assert (corrected.status_code, list(corrected.json["errors"])) == (422, ["period"])


def test_an_order_that_is_recorded_late_says_why(desk: LegalDesk) -> None:
    old = timedelta(days=32)
    assert desk.refused(ago=old) == ["received_at"]
    late = {"recorded_late_because": "it lay at the wrong service"}
    path = desk.recorded(ago=old, **late)
    assert desk.show(path)["recorded_late_because"] == late["recorded_late_because"]


def test_why_an_order_was_recorded_late_is_never_removed(desk: LegalDesk) -> None:
    late = {"recorded_late_because": "it lay at the wrong service"}
    path = desk.recorded(ago=timedelta(days=200), **late)
    body = {"recorded_late_because": None, "reason": "mistyped"}
    answer = desk.as_(FIRST, "PATCH", path, json=body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["received_at"])


@pytest.mark.parametrize(
    ("notified", "confirmed", "wrong"),
    [
        (timedelta(days=-300), timedelta(days=-1), "notified_at"),
        (timedelta(hours=1), None, "notified_at"),
        (timedelta(days=-1), timedelta(days=1), "confirmed_at"),
        (timedelta(hours=-1), timedelta(days=-9), "confirmed_at"),
        (timedelta(hours=-2), timedelta(hours=-3), "confirmed_at"),
    ],
)
def test_an_authority_is_notified_with_the_order_and_confirms_after_that(
    desk: LegalDesk, notified: timedelta, confirmed: timedelta | None, wrong: str
) -> None:
    now = desk.api.clock.now()
    told = {"notified_at": (now + notified).isoformat()}
    if confirmed is not None:
        told["confirmed_at"] = (now + confirmed).isoformat()
    ago = timedelta(days=1) if notified < -timedelta(hours=12) else timedelta(hours=4)
    answer = desk.record("eevidence-epoc", ago=ago, enforcing_authority=told)
    assert answer.status_code == 422
    assert list(answer.json["errors"]["enforcing_authority"]) == [wrong]


def test_a_case_that_waited_long_can_still_be_corrected(desk: LegalDesk) -> None:
    path = desk.recorded()
    desk.api.clock.advance(days=40)
    body = {"reference": "PV 2", "reason": "mistyped"}
    assert desk.as_(FIRST, "PATCH", path, json=body).status_code == 200


def test_what_the_law_of_today_does_not_carry_is_not_approved(desk: LegalDesk) -> None:
    desk.at("2022-03-03T12:00:00+01:00")
    path = desk.checked(case_60_1_2=None, authorisation=None)
    assert faults(desk, path) == []
    desk.at("2022-03-04T12:00:00+01:00")
    answer = desk.approve(path)
    assert (answer.status_code, "case_missing" in answer.json["detail"]) == (409, True)


def test_a_european_order_says_whether_another_authority_was_notified(desk: LegalDesk) -> None:
    path = desk.recorded("eevidence-epoc", enforcing_authority=None)
    assert faults(desk, path) == ["enforcing_authority_missing"]
    both = {"notified_at": desk.api.clock.now().isoformat(), "not_notified_because": "none"}
    answer = desk.record("eevidence-epoc", enforcing_authority=both)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["enforcing_authority"])
