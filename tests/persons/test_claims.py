"""What a person needs for legal claims outlives its term, until the restriction is lifted.

GDPR article 18(1)(c).
"""

from datetime import timedelta
from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.service import CallService
from telecom_privacy.errors import Unavailable
from telecom_privacy.holds import repository
from telecom_privacy.holds.documents import hold_from
from telecom_privacy.holds.model import StoredHold
from telecom_privacy.records.service import RecordService
from telecom_privacy.restrictions.repository import RestrictionRepository
from tests.holds.builders import audio, opened, read, release
from tests.persons.builders import AUDIO, CALLER, OTHER, REASON, Desk, is_restricted
from tests.retention.builders import client_id, end_contract

CLAIM = {"reason": "needed_for_claims"}


def claims(desk: Desk) -> list[dict[str, Any]]:
    """The holds in force of this client, as legal staff sees them."""
    answer = desk.as_("legal", "GET", "/v1/holds?state=active&limit=500")
    return [hold for hold in answer.json["items"] if hold["client_id"] == desk.client]


def claim(desk: Desk, path: str, **body: str) -> None:
    answer = desk.does("POST", f"{path}/restriction", json={**CLAIM, **body})
    assert answer.json["reason"] == "needed_for_claims", answer.text


def sweep(desk: Desk, services: Services, days: int) -> None:
    """Twice: the records go one by one before a key above them does."""
    desk.clock.advance(days=days)
    for _ in range(2):
        desk.clock.advance(seconds=11)
        services.sweeps.run("test")


def withheld(desk: Desk, services: Services) -> int:
    """How many versions of this client's records lie apart."""
    mine = {"client": client_id(services, desk.client)}
    found: int = services.databases.bulk["withheld"].count_documents(mine)
    return found


def test_what_is_only_being_verified_is_not_kept(desk: Desk) -> None:
    desk.record_call("call-1")
    for reason in ("accuracy_contested", "objection_pending"):
        answer = desk.does("POST", "calls/call-1/restriction", json={"reason": reason})
        assert answer.status_code == 200
        desk.does("DELETE", "calls/call-1/restriction")
    assert claims(desk) == []


@pytest.mark.parametrize("path", ["calls/call-1", "persons"])
def test_what_a_person_does_not_want_erased_is_kept_until_that_is_lifted(
    desk: Desk, services: Services, path: str
) -> None:
    desk.record_call("call-1")
    person = {"number": CALLER} if path == "persons" else {}
    body = {"reason": "unlawful_processing", **person}
    assert desk.does("POST", f"{path}/restriction", json=body).status_code == 200
    assert desk.does("DELETE", "calls/call-1").status_code == 204
    (hold,) = claims(desk)
    assert hold["case"] == "GDPR article 18(1)(b)"
    assert audio(services, hold["id"]) == [AUDIO]
    if person:
        desk.does("POST", "persons/restriction/lift", json=person)
    else:
        desk.does("DELETE", "calls/call-1/restriction")
    services.holds.run()
    assert (claims(desk), withheld(desk, services)) == ([], 0)


def test_legal_staff_sees_what_is_kept_and_reviews_it_within_a_year(desk: Desk) -> None:
    desk.record_call("call-1")
    claim(desk, "calls/call-1")
    claim(desk, "persons", number="06 12 34 56 78")
    of_call, of_person = sorted(claims(desk), key=lambda hold: hold["number"] or "")
    assert (of_call["secret"], of_call["number"], of_person["number"]) == (False, None, CALLER)
    assert of_call["record_id"]
    day = (desk.clock.now() + timedelta(days=365)).date().isoformat()
    assert of_call["review_on"] == of_person["review_on"] == day


@pytest.mark.parametrize("path", ["calls/call-1", "persons"])
def test_a_recording_outlives_its_term_and_goes_once_the_restriction_is_lifted(
    desk: Desk, services: Services, path: str
) -> None:
    desk.record_call("call-1")
    desk.record_call("call-2", **{"from": OTHER})
    person = {"number": CALLER} if path == "persons" else {}
    claim(desk, path, **person)
    sweep(desk, services, days=91)

    (hold,) = claims(desk)
    assert desk.play("call-1").status_code == 403
    assert audio(services, hold["id"]) == [AUDIO]
    assert read(desk, hold["id"])["withheld"] == 1

    if person:
        desk.does("POST", "persons/restriction/lift", json=person)
    else:
        desk.does("DELETE", "calls/call-1/restriction")
    services.holds.run()
    assert claims(desk) == []
    assert withheld(desk, services) == 0
    assert desk.play("call-1").status_code == 410


def test_what_the_client_deletes_itself_is_kept_and_lifting_lets_it_go_though_it_is_gone(
    desk: Desk, services: Services
) -> None:
    desk.note("one")
    desk.record_call("call-1")
    for path in ("records/call_note/one", "calls/call-1"):
        claim(desk, path)
        assert desk.does("DELETE", path).status_code == 204
    assert withheld(desk, services) == 3  # the note, the call and its recording
    desk.create_licence(desk.client, "licence-2")
    limited = desk.client_key(desk.client, ["licence-2"])
    for path in ("records/call_note/one", "calls/call-1"):
        lifting = desk.path(f"{path}/restriction")
        assert desk.request("DELETE", lifting, limited).status_code == 404
    assert len(claims(desk)) == 2
    for path in ("records/call_note/one", "calls/call-1"):
        assert desk.does("DELETE", f"{path}/restriction").status_code == 410
    services.holds.run()
    assert (claims(desk), withheld(desk, services)) == ([], 0)


def forget_tombstones(desk: Desk, services: Services) -> None:
    desk.clock.advance(days=services.settings.tombstone_days, seconds=1)
    for one in services.all:
        if isinstance(one, (CallService, RecordService)):
            one.forget_tombstones()


@pytest.mark.parametrize("path", ["records/call_note/one", "calls/call-1"])
def test_lifting_lets_it_go_though_nobody_remembers_that_it_was_there(
    desk: Desk, services: Services, path: str
) -> None:
    desk.note("one")
    desk.put_call(desk.client, "call-1", desk.call())
    claim(desk, path)
    assert desk.does("DELETE", path).status_code == 204
    forget_tombstones(desk, services)
    desk.create_licence(desk.client, "licence-2")
    limited = desk.client_key(desk.client, ["licence-2"])
    lifting = desk.path(f"{path}/restriction")
    assert desk.request("DELETE", lifting, limited).status_code == 404
    assert len(claims(desk)) == 1
    assert desk.does("DELETE", f"{path}/restriction").status_code == 204
    services.holds.run()
    assert (claims(desk), withheld(desk, services)) == ([], 0)
    assert desk.does("DELETE", f"{path}/restriction").status_code == 404


def test_a_claim_does_not_reach_what_comes_later_under_the_same_id(
    desk: Desk, services: Services
) -> None:
    desk.record_call("call-1", note="claimed")
    claim(desk, "calls/call-1")
    desk.does("DELETE", "calls/call-1")
    forget_tombstones(desk, services)
    desk.record_call("call-1", note="another")
    desk.does("DELETE", "calls/call-1")
    (hold,) = claims(desk)
    assert [one["call"]["note"] for one in opened(services, hold["id"], "call")] == ["claimed"]
    assert len(audio(services, hold["id"])) == 1

    forget_tombstones(desk, services)
    desk.put_call(desk.client, "call-1", desk.call())
    assert desk.does("DELETE", "calls/call-1/restriction").status_code == 204
    services.holds.run()
    assert (claims(desk), withheld(desk, services)) == ([], 0)


def test_no_erasure_reads_the_claims_of_other_calls(
    desk: Desk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("call-1", "call-2"):
        desk.put_call(desk.client, name, desk.call())
    desk.put_call(desk.client, "call-3", desk.call(**{"from": OTHER}))
    claim(desk, "calls/call-1")
    claim(desk, "persons", number=OTHER)
    read: list[StoredHold] = []

    def fetched(hold: StoredHold) -> StoredHold:
        read.append(hold)
        return hold

    monkeypatch.setattr(repository, "hold_from", lambda document: fetched(hold_from(document)))
    desk.does("DELETE", "calls/call-2")
    services.holds.run()
    assert all(hold.is_of_person for hold in read)
    desk.does("DELETE", "calls/call-3")
    assert withheld(desk, services) == 1
    assert len({hold.claim for hold in read}) == 1


def test_the_end_of_the_contract_leaves_it_until_legal_staff_releases_it(
    desk: Desk, services: Services
) -> None:
    desk.record_call("call-1", note="the note")
    claim(desk, "calls/call-1")
    (hold,) = claims(desk)
    end_contract(desk, desk.client, desk.clock.now().date().isoformat())
    sweep(desk, services, days=40)

    assert desk.does("DELETE", "calls/call-1/restriction").status_code == 410
    assert [one["call"]["note"] for one in opened(services, hold["id"], "call")] == ["the note"]
    release(desk, hold["id"])
    services.holds.run()
    assert withheld(desk, services) == 0


def test_the_operators_own_copy_follows_its_own_term(desk: Desk, services: Services) -> None:
    desk.record_call("call-1")
    claim(desk, "persons", number=CALLER)
    sweep(desk, services, days=370)
    bulk, mine = services.databases.bulk, {"client": client_id(services, desk.client)}
    assert {one["role"] for one in bulk["withheld"].find(mine)} == {"processor"}
    assert bulk["traffic"].count_documents(mine) == 0


def test_of_reasons_that_follow_each_other_the_one_stands_that_keeps_more(desk: Desk) -> None:
    desk.record_call("call-1")
    desk.restrict("calls/call-1")
    opposed, path = {"reason": "unlawful_processing"}, "calls/call-1/restriction"
    asked = (opposed, REASON, CLAIM, opposed, REASON)
    stands = [desk.does("POST", path, json=body).json["reason"] for body in asked]
    assert stands == ["unlawful_processing"] * 2 + ["needed_for_claims"] * 3
    assert len(claims(desk)) == 1


def test_whoever_is_killed_keeps_too_much_and_repeating_it_keeps_it_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.record_call("call-1")
    for step in ("insert", "delete"):
        with monkeypatch.context() as patch:
            patch.setattr(RestrictionRepository, step, _killed)
            method, body = ("POST", CLAIM) if step == "insert" else ("DELETE", None)
            killed = desk.does(method, "calls/call-1/restriction", json=body)
        assert killed.status_code == 503
        assert len(claims(desk)) == 1
        if step == "insert":
            claim(desk, "calls/call-1")
            assert is_restricted(desk.does("GET", "calls/call-1"))
            assert len(claims(desk)) == 1
    assert desk.does("DELETE", "calls/call-1/restriction").status_code == 204
    assert claims(desk) == []


def _killed(*_: object, **__: object) -> None:
    raise Unavailable("killed")
