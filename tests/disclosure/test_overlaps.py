"""Several things that an order names lead to the same: each line tells it, one gives it."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from tests.disclosure.answers import (
    audio,
    calls,
    disclosed,
    erase,
    fresh_number,
    matches,
    package,
    put_recorded,
)
from tests.disclosure.builders import CONTENT, LegalDesk

Counts = tuple[int, int, Mapping[str, int]]

ELSEWHERE = "given_on_another_line"


def counted(shown: Mapping[str, Any]) -> dict[tuple[str, str], Counts]:
    """Found, given and why not all, by name and category."""
    return {
        (one["name"], one["category"]): (one["found"], one["given"], one["reasons"])
        for one in shown["lines"]
    }


def slip_line(desk: LegalDesk, path: str, name: str, category: str) -> list[str]:
    """The cells of a line of what was asked, found and given."""
    slip = package(desk, path)["data/bordereau.html"].decode()
    rows = [re.findall(r"<bdi>(.*?)</bdi>", row) for row in slip.split("<tr>")]
    (shown,) = [row for row in rows if len(row) == 5 and name in row[0] and row[1] == category]
    return shown


def test_nobody_but_legal_staff_sees_what_lines_share(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.approved(numbers=[fresh], call_ids=[{"client_id": client, "id": "call"}])
    for role in ("dpo", "admin", "support", "auditor"):
        assert desk.api.as_(role, "GET", f"{path}/matches").status_code == 403


@pytest.mark.parametrize("is_erased", [False, True])
def test_a_number_its_licence_and_its_call_each_tell_what_they_lead_to(
    desk: LegalDesk, client: str, fresh: str, is_erased: bool
) -> None:
    for name, other in (("a", fresh), ("b", fresh), ("c", fresh_number())):
        put_recorded(desk.api, client, name, **{"from": other})
    licences = [{"client_id": client, "id": "licence-1"}]
    named = [{"client_id": client, "id": "a"}]
    path = desk.approved(numbers=[fresh], licences=licences, call_ids=named, **CONTENT)
    if is_erased:
        assert desk.take(path, "preserve").status_code == 200
        for name in "abc":
            erase(desk.api, client, name)
    shown = matches(desk, path)
    assert counted(shown) == {
        (fresh, "traffic"): (2, 2, {}),
        (fresh, "content"): (2, 2, {}),
        ("licence-1", "traffic"): (3, 1, {ELSEWHERE: 2}),
        ("licence-1", "content"): (3, 1, {ELSEWHERE: 2}),
        ("a", "traffic"): (1, 1, {}),
        ("a", "content"): (1, 0, {ELSEWHERE: 1}),
    }
    assert (shown["found"], shown["given"], shown["is_partial"]) == (7, 7, False)
    assert "partial" not in [one["step"] for one in disclosed(desk, path)["steps"]]
    files = package(desk, path)
    assert len(audio(files)) == 3
    slip = files["data/bordereau.html"].decode()
    assert slip.count("un autre objet de la demande") == 3
    assert "ne peuvent être communiquées" not in slip


def test_a_call_between_two_numbers_is_found_with_both(desk: LegalDesk, client: str) -> None:
    first, second = fresh_number(), fresh_number()
    put_recorded(desk.api, client, "call", **{"from": second, "to": first})
    path = desk.approved(numbers=[first, second], **CONTENT)
    shown = matches(desk, path)
    for category in CONTENT["categories"]:
        assert counted(shown)[first, category] == (1, 1, {})
        assert counted(shown)[second, category] == (1, 0, {ELSEWHERE: 1})
    assert (shown["found"], shown["given"]) == (2, 2)
    operators = [one for one in calls(desk, path) if one["origin"] == "controller"]
    assert len(operators) == 1


def test_a_line_says_first_why_it_does_not_give_something_itself(
    desk: LegalDesk, client: str
) -> None:
    for one in (2, 3):
        desk.api.create_licence(client, f"licence-{one}")
    path = f"/v1/clients/{client}/licences/licence-1"
    journalist = {"privileged": "journalist"}
    assert desk.api.as_("admin", "PATCH", path, json=journalist).status_code == 200
    licences = [{"client_id": client, "id": f"licence-{one}"} for one in (1, 2)]
    path = desk.approved("cpp-60-2", numbers=None, licences=licences, categories=["identity"])
    shown = matches(desk, path)
    assert counted(shown) == {
        ("licence-1", "identity"): (1, 0, {"privileged_profession": 1}),
        ("licence-2", "identity"): (1, 1, {}),
    }
    assert (shown["found"], shown["given"], shown["is_partial"]) == (1, 1, True)


def test_what_two_holds_keep_for_one_line_is_found_there_once(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    order = desk.order("eevidence-epoc-pr", numbers=[fresh], **CONTENT)
    asked = {one: order[one] for one in ("numbers", "period", "categories")}
    preserved = desk.approved("eevidence-epoc-pr", **asked)
    production = desk.approved(**asked)
    for path in (preserved, production):
        assert desk.take(path, "preserve").status_code == 200
    into = {"production": production.rsplit("/", 1)[1]}
    assert desk.take(preserved, "preserve/conversion", **into).status_code == 200
    erase(desk.api, client, "call")
    shown = matches(desk, production)
    for category in CONTENT["categories"]:
        assert counted(shown)[fresh, category] == (1, 1, {})


def test_a_slip_says_of_a_number_what_is_given_elsewhere_and_not_how_much_is_withheld(
    desk: LegalDesk, client: str
) -> None:
    first, second = fresh_number(), fresh_number()
    lawyer = desk.api.create_client(f"client-{uuid4().hex[:8]}", privileged="lawyer")
    put_recorded(desk.api, client, "call", **{"from": second, "to": first})
    put_recorded(desk.api, lawyer, "call", **{"from": second, "to": fresh_number()})
    path = desk.approved(numbers=[first, second], **CONTENT)
    withheld = {ELSEWHERE: 1, "privileged_profession": 1}
    assert counted(matches(desk, path))[second, "content"] == (2, 0, withheld)
    disclosed(desk, path)
    _, _, found, given, why = slip_line(desk, path, second, "contenu")
    assert (found, given) == ("1", "0")
    assert "un autre objet de la demande (1)" in why
    assert "ne peuvent être communiquées" in why
    assert "profession" not in why
