"""What an order reaches over HTTP, and what is given for it: no more than its text opens."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from telecom_privacy.traffic.finding import TrafficFinder
from tests.disclosure.answers import (
    audio,
    calls,
    disclose,
    disclosed,
    fresh_number,
    line,
    matches,
    package,
    put_recorded,
)
from tests.disclosure.builders import CONTENT, FIRST, REQUISITIONS, LegalDesk
from tests.retention.builders import AUDIO, new_client


def test_nobody_but_legal_staff_sees_matches_or_takes_a_package(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.approved(numbers=[fresh])
    disclosed(desk, path)
    for role in ("dpo", "admin", "support", "auditor", "billing", "platform"):
        for rest in ("matches", "matches/calls", "package"):
            assert desk.api.as_(role, "GET", f"{path}/{rest}").status_code == 403
        for rest in ("disclose", "preserve"):
            assert desk.api.as_(role, "POST", f"{path}/{rest}", json={}).status_code == 403
    assert desk.api.as_client(client, "GET", f"{path}/matches").status_code == 403


@pytest.mark.parametrize("is_erased", [False, True])
def test_content_alone_says_nothing_of_who_called_whom_when(
    desk: LegalDesk, client: str, fresh: str, is_erased: bool
) -> None:
    other = fresh_number()
    name = f"call-{uuid4().hex}"
    body = put_recorded(desk.api, client, name, **{"from": fresh, "to": other})
    path = desk.approved(numbers=[fresh], categories=["content"], case_60_1_2=None)
    if is_erased:
        assert desk.take(path, "preserve").status_code == 200
        call = f"/v1/clients/{client}/calls/{name}"
        assert desk.api.as_client(client, "DELETE", call).status_code == 204
    assert calls(desk, path) == []
    disclosed(desk, path)
    files = package(desk, path)
    assert audio(files) == [AUDIO]
    told = b"".join(files.values())
    for secret in (other[1:], name, client, body["started_at"][:16]):
        assert secret.encode() not in told


def test_traffic_of_a_number_is_found_across_clients(desk: LegalDesk, fresh: str) -> None:
    for _ in range(2):
        put_recorded(desk.api, new_client(desk.api), "call", **{"from": fresh})
    path = desk.approved(numbers=[fresh])
    assert line(desk, path, "traffic") == (2, 2, {})
    shown = calls(desk, path)
    assert {call["from"] for call in shown} == {fresh}
    assert {call["origin"] for call in shown} == {"controller"}


def test_a_range_of_numbers_gives_those_of_its_licence_one_by_one(
    desk: LegalDesk, client: str
) -> None:
    desk.api.create_licence(client, "licence-2")
    first, second, third = "+33187651000", "+33187651001", "+33187651002"
    put_recorded(desk.api, client, "first", to=first)
    put_recorded(desk.api, client, "both", **{"from": first, "to": second})
    put_recorded(desk.api, client, "other-licence", to=second, licence_id="licence-2")
    put_recorded(desk.api, new_client(desk.api), "other-client", to=first)
    licence = {"client_id": client, "id": "licence-1"}
    asked = {"from": first, "to": third, "licence": licence}
    path = desk.approved(numbers=None, number_ranges=[asked], **CONTENT)
    found = {(one["name"], one["category"]): one for one in matches(desk, path)["lines"]}
    counts = {place: (one["found"], one["given"]) for place, one in found.items()}
    for category in CONTENT["categories"]:
        named = [counts[number, category] for number in (first, second, third)]
        assert named == [(1, 1), (1, 1), (0, 0)]
    assert {one["licence_id"] for one in found.values()} == {"licence-1"}
    assert desk.take(path, "preserve").status_code == 200
    for call in ("first", "both", "other-licence"):
        named = f"/v1/clients/{client}/calls/{call}"
        assert desk.api.as_client(client, "DELETE", named).status_code == 204
    assert matches(desk, path)["given"] == 4
    disclosed(desk, path)
    assert len(audio(package(desk, path))) == 2


def test_a_range_of_a_licence_that_nobody_has_is_unknown(desk: LegalDesk, client: str) -> None:
    licence = {"client_id": client, "id": "nobody"}
    asked = {"from": "+33187651000", "to": "+33187651000", "licence": licence}
    path = desk.approved(numbers=None, number_ranges=[asked])
    assert line(desk, path, "traffic") == (0, 0, {"unknown": 1})


def test_calls_are_listed_page_by_page(desk: LegalDesk, client: str, fresh: str) -> None:
    for hour in range(3):
        put_recorded(desk.api, client, f"c-{hour}", timedelta(days=9, hours=hour), to=fresh)
    path = desk.approved(numbers=[fresh])
    first = desk.as_(FIRST, "GET", f"{path}/matches/calls?limit=2").json
    rest = desk.as_(FIRST, "GET", f"{path}/matches/calls?limit=2&cursor={first['next']}").json
    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    assert [*first["items"], *rest["items"]] == calls(desk, path)


def test_a_call_outside_of_the_period_is_not_found(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "before", timedelta(days=70), **{"from": fresh})
    put_recorded(desk.api, client, "after", timedelta(hours=1), **{"from": fresh})
    assert line(desk, desk.approved(numbers=[fresh]), "traffic") == (0, 0, {})


def test_a_text_that_opens_traffic_gives_no_recording(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.recorded("cpp-77-1-2", numbers=[fresh], **CONTENT)
    desk.pass_checks(path)
    assert desk.approve(path).status_code == 409
    assert disclose(desk, path).status_code == 409


def test_recordings_are_given_where_the_text_opens_content(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", note="a note", **{"from": fresh})
    path = desk.approved(numbers=[fresh], **CONTENT)
    assert line(desk, path, "content") == (1, 1, {})
    disclosed(desk, path)
    files = package(desk, path)
    assert audio(files) == [AUDIO]
    assert b"a note" not in b"".join(files.values())


def test_only_traffic_goes_out_where_only_traffic_is_asked(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.approved(numbers=[fresh])
    disclosed(desk, path)
    files = package(desk, path)
    assert audio(files) == []
    assert fresh[1:].encode() in files["data/ts103705/response.json"]


def test_a_licence_gives_its_own_calls_alone(desk: LegalDesk, client: str) -> None:
    desk.api.create_licence(client, "licence-2")
    put_recorded(desk.api, client, "mine", **{"from": fresh_number()})
    put_recorded(desk.api, client, "other", licence_id="licence-2", **{"from": fresh_number()})
    licences = [{"client_id": client, "id": "licence-2"}]
    path = desk.approved(numbers=[], licences=licences, **CONTENT)
    assert line(desk, path, "traffic") == (1, 1, {})
    assert line(desk, path, "content") == (1, 1, {})
    assert {call["licence_id"] for call in calls(desk, path)} == {"licence-2"}


@pytest.mark.parametrize("is_made_anew", [False, True])
def test_a_licence_that_was_deleted_since_is_found_by_its_calls(
    desk: LegalDesk, client: str, is_made_anew: bool
) -> None:
    put_recorded(desk.api, client, "mine", **{"from": fresh_number()})
    licences = [{"client_id": client, "id": "licence-1"}]
    path = desk.approved(numbers=[], licences=licences, **CONTENT)
    assert line(desk, path, "traffic") == (1, 1, {})
    licence = f"/v1/clients/{client}/licences/licence-1"
    assert desk.api.as_client(client, "DELETE", licence).status_code == 204
    if is_made_anew:
        desk.api.create_licence(client, "licence-1")
    for category in CONTENT["categories"]:
        assert line(desk, path, category) == (1, 1, {})


def test_the_calls_of_a_client_are_gone_through_once_for_all_its_licences(
    desk: LegalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"poste-{one}" for one in range(12)]
    client = desk.api.create_client(f"client-{uuid4().hex[:8]}", licences=names)
    passes: list[int] = []
    real = TrafficFinder.other_licences

    def counted(self: TrafficFinder, *asked: Any) -> dict[UUID, str]:
        passes.append(1)
        return real(self, *asked)

    monkeypatch.setattr(TrafficFinder, "other_licences", counted)
    for named in (names[:1], names[:9]):
        licences = [{"client_id": client, "id": one} for one in named]
        path = desk.approved(numbers=None, licences=licences, **CONTENT)
        passes.clear()
        matches(desk, path)
        assert len(passes) == 1


@pytest.mark.parametrize("owner", ["client", "nobody"])
def test_a_licence_that_nobody_has_is_said_to_be_unknown(
    desk: LegalDesk, client: str, owner: str
) -> None:
    licences = [{"client_id": client if owner == "client" else "nobody", "id": "other"}]
    asked = {"categories": ["traffic", "content", "identity"]}
    path = desk.approved(numbers=[], licences=licences, **asked)
    for category in asked["categories"]:
        assert line(desk, path, category) == (0, 0, {"unknown": 1})


def test_a_named_call_is_the_only_one_found(desk: LegalDesk, client: str) -> None:
    for call in ("wanted", "other"):
        put_recorded(desk.api, client, call)
    named = [{"client_id": client, "id": "wanted"}]
    path = desk.approved(numbers=[], call_ids=named, **CONTENT)
    assert line(desk, path, "traffic") == (1, 1, {})
    assert line(desk, path, "content") == (1, 1, {})
    assert {call["reference"] for call in calls(desk, path)} == {"wanted"}


@pytest.mark.parametrize("named", ["erased", "never-there"])
def test_a_call_that_is_there_no_more_says_nothing_of_why(
    desk: LegalDesk, client: str, named: str
) -> None:
    put_recorded(desk.api, client, "erased")
    path = f"/v1/clients/{client}/calls/erased"
    assert desk.api.as_client(client, "DELETE", path).status_code == 204
    path = desk.approved(numbers=[], call_ids=[{"client_id": client, "id": named}])
    reason = "erased" if named == "erased" else "unknown"
    assert line(desk, path, "traffic") == (0, 0, {reason: 1})


def test_what_is_past_its_term_is_not_given(desk: LegalDesk, client: str, fresh: str) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=1, minutes=5), **{"from": fresh})
    path = desk.approved(numbers=[fresh], **CONTENT)
    desk.api.clock.advance(days=95)
    assert line(desk, path, "content") == (1, 0, {"past_its_term": 1})
    assert line(desk, path, "traffic") == (1, 1, {})


def test_what_is_restricted_does_not_escape_an_order(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    body = {"number": fresh, "reason": "accuracy_contested"}
    restriction = f"/v1/clients/{client}/persons/restriction"
    assert desk.api.as_client(client, "POST", restriction, json=body).status_code == 200
    assert line(desk, desk.approved(numbers=[fresh], **CONTENT), "content") == (1, 1, {})


def test_an_unknown_case_has_no_matches(desk: LegalDesk) -> None:
    for rest in ("matches", "matches/calls", "package"):
        answer = desk.as_(FIRST, "GET", f"{REQUISITIONS}/{uuid4()}/{rest}")
        assert answer.status_code == 404


def test_keeping_is_advised_for_what_goes_before_the_answer(
    desk: LegalDesk, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", timedelta(days=58), **{"from": fresh})
    path = desk.checked(numbers=[fresh], **CONTENT)
    assert matches(desk, path)["is_preservation_advised"] is None
    assert desk.approve(path).status_code == 200
    assert matches(desk, path)["is_preservation_advised"] is False
    desk.api.clock.advance(days=25)
    assert matches(desk, path)["is_preservation_advised"] is True
    assert desk.take(path, "preserve").status_code == 200
    assert matches(desk, path)["is_preservation_advised"] is False
