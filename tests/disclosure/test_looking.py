"""What may be looked up of an order: by one person next to nothing, once it is over nothing."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from telecom_privacy.disclosure.looks import MOST_CORRECTIONS
from tests.disclosure.answers import (
    calls,
    disclosed,
    fresh_number,
    line,
    matches,
    package,
    put_recorded,
)
from tests.disclosure.builders import FIRST, THIRD, LegalDesk


def looked(desk: LegalDesk, path: str) -> tuple[int, int]:
    """How a look at the counts, and one at the calls, is answered."""
    first, second = (
        desk.as_(FIRST, "GET", f"{path}/{one}") for one in ("matches", "matches/calls")
    )
    return first.status_code, second.status_code


def corrected(desk: LegalDesk, path: str, **changes: Any) -> int:
    body = {**changes, "reason": "mistyped"}
    return desk.as_(FIRST, "PATCH", path, json=body).status_code


def test_before_the_approval_only_whether_there_is_anything_is_told(
    desk: LegalDesk, number: str
) -> None:
    path = desk.checked(numbers=[number, fresh_number()])
    shown = matches(desk, path)
    told = {"kind", "name", "client_id", "licence_id", "category", "role", "is_found"}
    assert [set(one) for one in shown["lines"]] == [told, told]
    assert [one["is_found"] for one in shown["lines"]] == [True, False]
    assert set(shown) == {"lines", "kept_until", "is_preservation_advised"}
    assert desk.as_(FIRST, "GET", f"{path}/matches/calls").status_code == 409
    assert desk.approve(path).status_code == 200
    assert [one["found"] for one in matches(desk, path)["lines"]] == [1, 0]
    assert len(calls(desk, path)) == 1


@pytest.mark.parametrize(
    ("changes", "refused"),
    [({"authority": {"kind": "tax", "name": "x"}}, "wrong_authority"), ({}, "checks are missing")],
)
def test_nothing_is_looked_up_for_an_order_that_could_not_be_approved(
    desk: LegalDesk, number: str, changes: dict[str, Any], refused: str
) -> None:
    path = desk.recorded(numbers=[number], **changes)
    answer = desk.as_(FIRST, "GET", f"{path}/matches")
    assert (answer.status_code, refused in answer.json["detail"]) == (409, True)
    if changes:
        desk.pass_checks(path)
        assert looked(desk, path) == (409, 409)


def test_one_person_does_not_learn_by_corrections_when_somebody_called(
    desk: LegalDesk, number: str
) -> None:
    path = desk.checked(numbers=[number])
    low, high = (
        datetime.fromisoformat(desk.show(path)["period"][name]) for name in ("from", "until")
    )
    statuses = []
    for _ in range(MOST_CORRECTIONS + 1):
        is_found = matches(desk, path)["lines"][0]["is_found"]
        middle = low + (high - low) / 2
        low, high = (low, middle) if is_found else (middle, high)
        period = {"from": low.isoformat(), "until": high.isoformat()}
        statuses.append(corrected(desk, path, period=period))
        if statuses[-1] == 200:
            assert looked(desk, path) == (409, 409)
            desk.pass_checks(path)
    assert statuses == [*[200] * MOST_CORRECTIONS, 409]
    assert high - low > timedelta(days=3)
    assert desk.approve(path).status_code == 200


def test_a_correction_after_a_look_voids_all_checks(desk: LegalDesk, number: str) -> None:
    path = desk.checked(numbers=[fresh_number()])
    matches(desk, path)
    assert corrected(desk, path, numbers=[number]) == 200
    shown = desk.show(path)
    assert shown["missing_checks"] == shown["required_checks"]


def test_a_look_is_noted_once_for_what_is_asked(desk: LegalDesk, number: str) -> None:
    path = desk.checked(numbers=[number])
    for _ in range(2):
        matches(desk, path)
    assert [one["step"] for one in desk.show(path)["steps"]].count("looked") == 1
    desk.check(path, "person_verified", "failed")
    assert looked(desk, path) == (409, 409)


@pytest.mark.parametrize("step", ["reject", "cancel"])
@pytest.mark.parametrize("is_approved", [False, True])
def test_nothing_is_looked_up_for_an_order_that_was_dropped(
    desk: LegalDesk, number: str, step: str, is_approved: bool
) -> None:
    path = (desk.approved if is_approved else desk.checked)(numbers=[number])
    assert desk.take(path, step, reason="no").status_code == 200
    assert looked(desk, path) == (409, 409)


def test_once_it_is_sealed_nothing_is_looked_up_any_more(
    desk: LegalDesk, client: str, number: str
) -> None:
    path = desk.approved(numbers=[number])
    assert line(desk, path, "traffic") == (1, 1, {})
    disclosed(desk, path)
    put_recorded(desk.api, client, "later", **{"from": number})
    assert looked(desk, path) == (409, 409)
    package(desk, path)
    assert looked(desk, path) == (409, 409)
    assert desk.take(path, "close").status_code == 200
    assert desk.as_(THIRD, "GET", f"{path}/matches").status_code == 409


def test_an_order_of_preservation_tells_neither_counts_nor_calls(
    desk: LegalDesk, number: str
) -> None:
    path = desk.approved("eevidence-epoc-pr", numbers=[number])
    assert looked(desk, path) == (200, 409)
    assert desk.take(path, "preserve").status_code == 200
    assert looked(desk, path) == (200, 409)
    assert "found" not in matches(desk, path)["lines"][0]
    assert desk.take(path, "cancel", reason="withdrawn").status_code == 200
    assert looked(desk, path) == (409, 409)
