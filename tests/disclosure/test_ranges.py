"""Consecutive numbers of a licence mean its own side of its calls, not whom it speaks with."""

import pytest

from tests.builders import Api
from tests.disclosure.answers import (
    audio,
    disclosed,
    erase,
    fresh_number,
    line,
    matches,
    package,
    put_recorded,
)
from tests.disclosure.builders import CONTENT, LegalDesk
from tests.retention.builders import new_client


def asked_of(desk: LegalDesk, client: str, number: str) -> str:
    """The path of an approved order for one number of a licence."""
    licence = {"client_id": client, "id": "licence-1"}
    ranges = [{"from": number, "to": number, "licence": licence}]
    return desk.approved(numbers=None, number_ranges=ranges, **CONTENT)


def test_nobody_but_legal_staff_sees_what_a_range_finds(desk: LegalDesk, client: str) -> None:
    path = asked_of(desk, client, fresh_number())
    assert desk.api.as_client(client, "GET", f"{path}/matches").status_code == 403


@pytest.mark.parametrize("direction", ["in", "out"])
@pytest.mark.parametrize("is_erased", [False, True])
def test_a_number_of_a_licence_is_its_own_side_of_a_call(
    desk: LegalDesk, api: Api, direction: str, is_erased: bool
) -> None:
    client, own, other = new_client(api), fresh_number(), fresh_number()
    sides = {"from": other, "to": own} if direction == "in" else {"from": own, "to": other}
    put_recorded(api, client, "call", direction=direction, **sides)
    of_own, of_other = (asked_of(desk, client, one) for one in (own, other))
    if is_erased:
        for path in (of_own, of_other):
            assert desk.take(path, "preserve").status_code == 200
        erase(api, client, "call")
    for category in ("traffic", "content"):
        assert line(desk, of_own, category) == (1, 1, {})
        assert line(desk, of_other, category) == (0, 0, {})
    disclosed(desk, of_other)
    assert audio(package(desk, of_other)) == []


def test_the_licence_beside_a_range_has_its_calls_whoever_they_were_with(
    desk: LegalDesk, api: Api
) -> None:
    client, other = new_client(api), fresh_number()
    put_recorded(api, client, "call", **{"from": other})
    licence = {"client_id": client, "id": "licence-1"}
    ranges = [{"from": other, "to": other, "licence": licence}]
    path = desk.approved(numbers=None, number_ranges=ranges, licences=[licence])
    found = [(one["found"], one["given"], one["reasons"]) for one in matches(desk, path)["lines"]]
    assert found == [(0, 0, {}), (1, 1, {})]
