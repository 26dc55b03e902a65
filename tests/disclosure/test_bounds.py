"""What an order must single out: whole clients, long ranges and long times are no case."""

from datetime import timedelta
from typing import Any

import pytest

from tests.disclosure.builders import FIRST, REQUISITIONS, LegalDesk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"numbers": []}, "numbers"),
        ({"numbers": ["+3361234*"]}, "numbers"),
        ({"numbers": ["everybody"]}, "numbers"),
        ({"numbers": ["112"]}, "numbers"),
        ({"categories": []}, "categories"),
        ({"categories": ["all"]}, "categories"),
        ({"period": None}, "period"),
        ({"period": {"from": "2026-01-01T00:00:00Z"}}, "period"),
        ({"period": {"from": "2026-01-01T00:00:00", "until": "2026-02-01T00:00:00Z"}}, "period"),
        ({"period": {"from": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}, "period"),
        ({"period": {"from": "2020-01-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}, "period"),
        ({"period": {"from": "2026-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}}, "period"),
        (
            {
                "period": {
                    "from": "2026-01-01T00:00:00Z",
                    "until": "2026-02-01T00:00:00Z",
                    "time_zone": "Mars/Olympus",
                }
            },
            "period",
        ),
        ({"basis": "cpp-1"}, "basis"),
        ({"channel": "rumour"}, "channel"),
        ({"client_not_informed_because": " "}, "client_not_informed_because"),
        (
            {"licences": [{"client_id": "nobody", "id": "x"}, {"client_id": "nobody", "id": "y"}]},
            "licences",
        ),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_has_no_bounds_is_no_case(
    desk: LegalDesk, changes: dict[str, Any], field: str
) -> None:
    body = {**desk.order(), **changes}
    sent = {name: value for name, value in body.items() if value is not None}
    answer = desk.as_(FIRST, "POST", REQUISITIONS, json=sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_all_licences_of_a_client_are_a_whole_client(desk: LegalDesk) -> None:
    client = desk.api.create_client("etude", licences=("accueil", "bureau", "mobile"))
    named = [{"client_id": client, "id": one} for one in ("accueil", "bureau", "mobile")]
    refused = desk.record(numbers=None, licences=named)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["licences"])
    assert desk.record(numbers=None, licences=named[:2]).status_code == 201
    padded = [*named[:2], {"client_id": client, "id": "nobody"}]
    assert desk.record(numbers=None, licences=padded).status_code == 201


@pytest.mark.parametrize("left", ["deleted", "anonymised"])
def test_what_became_a_whole_client_meanwhile_is_not_approved(desk: LegalDesk, left: str) -> None:
    names = ("accueil", "bureau", "mobile")
    client = desk.api.create_client(f"etude-{left}", licences=names)
    named = [{"client_id": client, "id": one} for one in names]
    path = desk.checked(numbers=None, licences=named[:2])
    mobile = f"/v1/clients/{client}/licences/mobile"
    method, rest = ("DELETE", "") if left == "deleted" else ("POST", "/anonymise")
    assert desk.api.as_client(client, method, f"{mobile}{rest}").status_code in (200, 204)
    answer = desk.approve(path)
    assert (answer.status_code, "whole client" in answer.json["detail"]) == (409, True)


def test_nearly_all_licences_of_a_client_are_a_whole_client(desk: LegalDesk) -> None:
    names = [f"poste-{number}" for number in range(11)]
    client = desk.api.create_client("standard", licences=names)
    named = [{"client_id": client, "id": one} for one in names]
    refused = desk.record(numbers=None, licences=named[:10])
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["licences"])
    path = desk.recorded(numbers=None, licences=named[:9])
    mended = desk.as_(FIRST, "PATCH", path, json={"licences": named[1:], "reason": "mistyped"})
    assert (mended.status_code, list(mended.json["errors"])) == (422, ["licences"])


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("+33187650009", "+33187650000"),
        ("+33187650000", "+33187650100"),
        ("+33187650000", "+33999999999"),
        ("+33187650000", "+331876500001"),
        ("+4930901820", "+33187650000"),
        ("3631", "3639"),
        ("+3318765000*", "+33187650009"),
    ],
)
def test_what_is_no_short_range_of_numbers_is_no_case(
    desk: LegalDesk, first: str, last: str
) -> None:
    licence = {"client_id": "someone", "id": "licence-1"}
    named = {"from": first, "to": last, "licence": licence}
    body = {**desk.order(numbers=None), "number_ranges": [named]}
    answer = desk.as_(FIRST, "POST", REQUISITIONS, json=body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["number_ranges"])


def test_numbers_of_ranges_count_with_all_others(desk: LegalDesk) -> None:
    licence = {"client_id": "someone", "id": "licence-1"}
    hundred = {"from": "+33187650000", "to": "+33187650099", "licence": licence}
    assert desk.record(numbers=None, number_ranges=[hundred]).status_code == 201
    assert desk.refused(number_ranges=[hundred]) == ["number_ranges"]
    period = {"from": "2026-01-01T00:00:00Z", "until": "2026-10-01T00:00:00Z"}
    assert desk.refused(numbers=None, number_ranges=[hundred], period=period) == ["period"]
    nameless = {"from": "+33187650000", "to": "+33187650009"}
    assert desk.refused(numbers=None, number_ranges=[nameless]) == ["number_ranges"]


@pytest.mark.parametrize(
    ("numbers", "days", "categories", "field"),
    [
        (100, 184, ["traffic"], "period"),
        (11, 1800, ["traffic"], "period"),
        (1, 367, ["content"], "period"),
        (11, 365, ["traffic", "content"], "period"),
        (100, 183, ["traffic"], None),
        (10, 365, ["content"], None),
    ],
)
def test_many_numbers_for_long_are_no_case(
    desk: LegalDesk, numbers: int, days: int, categories: list[str], field: str | None
) -> None:
    until = desk.api.clock.now() - timedelta(days=1)
    period = {"from": (until - timedelta(days=days)).isoformat(), "until": until.isoformat()}
    many = [f"+3361{one:07}" for one in range(numbers)]
    found = desk.refused(numbers=many, period=period, categories=categories)
    assert found == ([field] if field else [])
