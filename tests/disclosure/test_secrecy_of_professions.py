"""What a protected profession withholds, of whom and in whose copies."""

from uuid import uuid4

import pytest

from tests.disclosure.answers import (
    audio,
    calls,
    disclosed,
    fresh_number,
    line,
    package,
    put_recorded,
)
from tests.disclosure.builders import CONTENT, LegalDesk


@pytest.mark.parametrize("named", ["client", "licence"])
def test_data_of_a_lawyer_needs_the_order_of_a_judge(
    desk: LegalDesk, fresh: str, named: str
) -> None:
    privileged = {"privileged": "lawyer"}
    client = desk.api.create_client(
        f"client-{uuid4().hex[:8]}", **(privileged if named == "client" else {})
    )
    if named == "licence":
        path = f"/v1/clients/{client}/licences/licence-1"
        assert desk.api.as_("admin", "PATCH", path, json=privileged).status_code == 200
    put_recorded(desk.api, client, "call", **{"from": fresh})
    refused = desk.approved(numbers=[fresh], **CONTENT)
    assert line(desk, refused, "traffic") == (1, 0, {"privileged_profession": 1})
    assert line(desk, refused, "content") == (1, 0, {"privileged_profession": 1})
    assert calls(desk, refused) == []
    order = {"kind": "jld_order", "reference": "ORD 1", "date": "2026-09-01"}
    given = desk.approved(numbers=[fresh], authorisation=order, **CONTENT)
    assert line(desk, given, "traffic") == (1, 1, {})
    assert line(desk, given, "content") == (1, 0, {"privileged_profession": 1})


@pytest.mark.parametrize("asked", ["own number", "number that called it", "licence"])
def test_a_lawyers_own_number_is_protected_in_the_copies_of_others(
    desk: LegalDesk, client: str, fresh: str, asked: str
) -> None:
    lawyer = desk.api.create_client(f"client-{uuid4().hex[:8]}", privileged="lawyer")
    other = fresh_number()
    put_recorded(desk.api, lawyer, "call", to=fresh, **{"from": other})
    put_recorded(desk.api, client, "call", to=fresh, direction="out", **{"from": other})
    named = {"numbers": [fresh if asked == "own number" else other]}
    if asked == "licence":
        named = {"numbers": None, "licences": [{"client_id": client, "id": "licence-1"}]}
    path = desk.approved(**named, **CONTENT)
    copies = 1 if asked == "licence" else 2
    for category in CONTENT["categories"]:
        assert line(desk, path, category) == (copies, 0, {"privileged_profession": copies})
    disclosed(desk, path)
    assert audio(package(desk, path)) == []


def test_a_lawyers_number_is_protected_in_what_a_case_keeps_of_others(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    lawyer = desk.api.create_client(f"client-{uuid4().hex[:8]}", privileged="lawyer")
    other = fresh_number()
    put_recorded(desk.api, lawyer, "call", to=fresh, **{"from": other})
    put_recorded(desk.api, client, "call", to=fresh, direction="out", **{"from": other})
    licences = [{"client_id": client, "id": "licence-1"}]
    path = desk.approved(numbers=None, licences=licences, **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    call = f"/v1/clients/{client}/calls/call"
    assert desk.api.as_client(client, "DELETE", call).status_code == 204
    assert line(desk, path, "content") == (1, 0, {"privileged_profession": 1})


def test_whom_a_lawyer_called_is_not_protected_elsewhere(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    lawyer = desk.api.create_client(f"client-{uuid4().hex[:8]}", privileged="lawyer")
    put_recorded(desk.api, lawyer, "call", **{"from": fresh, "to": fresh_number()})
    put_recorded(desk.api, client, "call", **{"from": fresh, "to": fresh_number()})
    path = desk.approved(numbers=[fresh], **CONTENT)
    for category in CONTENT["categories"]:
        assert line(desk, path, category) == (2, 1, {"privileged_profession": 1})


@pytest.mark.parametrize("is_resigned", [False, True])
def test_a_lawyers_secrecy_outlives_its_licence(
    desk: LegalDesk, fresh: str, is_resigned: bool
) -> None:
    client = desk.api.create_client(f"client-{uuid4().hex[:8]}")
    path = f"/v1/clients/{client}/licences/licence-1"
    for stated in ("lawyer", None) if is_resigned else ("lawyer",):
        assert desk.api.as_("admin", "PATCH", path, json={"privileged": stated}).status_code == 200
    put_recorded(desk.api, client, "call", **{"from": fresh})
    case = desk.approved(numbers=[fresh], **CONTENT)
    assert desk.api.as_client(client, "DELETE", path).status_code == 204
    for category in CONTENT["categories"]:
        assert line(desk, case, category) == (1, 0, {"privileged_profession": 1})
    assert calls(desk, case) == []
    order = {"kind": "jld_order", "reference": "ORD 1", "date": "2026-09-01"}
    given = desk.approved(numbers=[fresh], authorisation=order, **CONTENT)
    assert line(desk, given, "traffic") == (1, 1, {})
    assert line(desk, given, "content") == (1, 0, {"privileged_profession": 1})


def test_a_profession_that_the_text_does_not_name_is_refused(desk: LegalDesk, fresh: str) -> None:
    client = desk.api.create_client(f"client-{uuid4().hex[:8]}", privileged="journalist")
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.approved("csi-l851-1", numbers=[fresh])
    assert disclosed(desk, path)["state"] == "DisclosureNotAvailable"
    assert audio(package(desk, path)) == []


@pytest.mark.parametrize("kind", ["licences", "call_ids"])
def test_who_has_a_protected_licence_is_not_told_by_it_or_its_calls(
    desk: LegalDesk, client: str, kind: str
) -> None:
    licence = f"/v1/clients/{client}/licences/licence-1"
    journalist = {"privileged": "journalist"}
    assert desk.api.as_("admin", "PATCH", licence, json=journalist).status_code == 200
    put_recorded(desk.api, client, "call", **{"from": fresh_number()})
    name = "licence-1" if kind == "licences" else "call"
    named = {kind: [{"client_id": client, "id": name}]}
    path = desk.approved("cpp-60-2", numbers=None, categories=["identity"], **named)
    assert line(desk, path, "identity") == (1, 0, {"privileged_profession": 1})
