"""What may be looked up of an order: by one person nothing, once it is over nothing."""

from typing import Any

import pytest

from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.traffic.finding import TrafficFinder
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


def told_before_the_approval(desk: LegalDesk, **asked: Any) -> dict[str, Any]:
    """What one person is told of an order, but for the names that it says itself."""
    shown = matches(desk, desk.checked(**asked))
    for one in shown["lines"]:
        del one["name"]
    return shown


def test_before_the_approval_what_is_asked_alone_is_told(desk: LegalDesk, number: str) -> None:
    path = desk.checked(numbers=[number, fresh_number()])
    shown = matches(desk, path)
    told = {"kind", "name", "client_id", "licence_id", "category", "role", "is_found"}
    assert [set(one) for one in shown["lines"]] == [told, told]
    assert [one["is_found"] for one in shown["lines"]] == [None, None]
    assert shown["not_searched_because"] == "it is looked for after the approval"
    assert set(shown) == {
        *("lines", "not_searched_because"),
        *("kept_until", "is_preservation_advised"),
    }
    assert desk.as_(FIRST, "GET", f"{path}/matches/calls").status_code == 409
    assert desk.approve(path).status_code == 200
    shown = matches(desk, path)
    assert [one["found"] for one in shown["lines"]] == [1, 0]
    assert [one["is_found"] for one in shown["lines"]] == [True, False]
    assert shown["not_searched_because"] is None
    assert len(calls(desk, path)) == 1


def test_one_person_does_not_learn_who_speaks_with_a_licence(
    desk: LegalDesk, client: str, number: str
) -> None:
    licence = {"client_id": client, "id": "licence-1"}
    called, other = (
        told_before_the_approval(
            desk, numbers=None, number_ranges=[{"from": one, "to": one, "licence": licence}]
        )
        for one in (number, fresh_number())
    )
    assert called == other


def test_one_person_does_not_learn_who_speaks_with_a_number(
    desk: LegalDesk, client: str, number: str
) -> None:
    other = fresh_number()
    put_recorded(desk.api, client, "together", **{"from": number, "to": other})
    licences = [{"client_id": client, "id": "licence-1"}]
    asked = [[number, other], [fresh_number(), other]]
    together, apart = (
        told_before_the_approval(desk, numbers=one, licences=licences)["lines"] for one in asked
    )
    assert together == apart


@pytest.mark.parametrize("basis", ["cpp-60-1", "eevidence-epoc-pr"])
def test_before_the_approval_nothing_is_searched_and_no_step_taken(
    desk: LegalDesk, number: str, basis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.recorded(basis, numbers=[number])
    before = desk.show(path)
    for finder in (TrafficFinder, CallFinder):
        for name in ("with_numbers", "with_number", "of_licence", "other_licences", "open"):
            monkeypatch.delattr(finder, name, raising=False)
    assert looked(desk, path) == (200, 409)
    desk.check(path, "person_verified", "failed")
    assert looked(desk, path) == (200, 409)
    assert [one["step"] for one in desk.show(path)["steps"]] == [
        *(one["step"] for one in before["steps"]),
        "checked",
    ]


def test_a_look_leaves_the_checks_as_they_are(desk: LegalDesk, number: str) -> None:
    path = desk.checked(numbers=[fresh_number()])
    matches(desk, path)
    body = {"numbers": [number], "reason": "mistyped"}
    assert desk.as_(FIRST, "PATCH", path, json=body).status_code == 200
    assert "person_verified" not in desk.show(path)["missing_checks"]


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
