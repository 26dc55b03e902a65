"""A breach from its detection to its closing, over HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from telecom_privacy.bootstrap import Services
from tests.breaches.builders import (
    BREACHES,
    CIRCUMSTANCES,
    CLIENT,
    OTHER,
    UNREADABLE,
    BreachDesk,
)
from tests.builders import STAFF, raw_documents

RECORDS = "/v1/clients/operator/records/breach"


def test_others_than_the_dpo_neither_see_nor_enter_a_breach(desk: BreachDesk) -> None:
    path = desk.recorded()
    for role in ("support", "admin", "legal", "auditor", "billing", "platform"):
        assert desk.record(role=role).status_code == 403
        for where in (BREACHES, path, f"{path}/drafts/clients"):
            assert desk.api.as_(role, "GET", where, headers=STAFF).status_code == 403
        for step in ("notices", "close"):
            assert desk.api.as_(role, "POST", f"{path}/{step}", json={}).status_code == 403
    assert desk.api.as_client(CLIENT, "GET", path).status_code == 403


def test_a_client_finds_a_breach_once_it_was_told_and_no_other_client_does(
    desk: BreachDesk,
) -> None:
    path = desk.recorded(clients=[CLIENT, OTHER])
    assert desk.told_of(CLIENT, path) is None
    assert desk.send(path, "clients", clients=[CLIENT]).status_code == 201
    assert desk.told_of(OTHER, path) is None
    found = desk.told_of(CLIENT, path)
    assert found and found["circumstances"] == CIRCUMSTANCES
    assert not {"clients", "cause", "clocks", "changes", "notices"} & found.keys()
    limited = desk.api.client_key(CLIENT, ["licence-1"])
    assert desk.api.request("GET", f"/v1/clients/{CLIENT}/breaches", limited).status_code == 403


def test_the_clocks_count_from_the_detection(desk: BreachDesk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    clocks = desk.show(desk.recorded(timedelta(hours=2)))["clocks"]
    due = {name: clock["due_at"] for name, clock in clocks.items()}
    assert due == {
        "cnil_first": "2026-12-06T09:00:00.000Z",
        "cnil_second": "2026-12-09T09:00:00.000Z",
        "clients": "2026-12-07T09:00:00.000Z",
        "subscribers": None,
        "controllers": "2026-12-08T09:00:00.000Z",
    }
    assert clocks["cnil_first"]["state"] == "running"


def test_the_second_notice_counts_from_the_first(desk: BreachDesk) -> None:
    path = desk.recorded(timedelta(hours=20))
    assert desk.send(path, "cnil_second").status_code == 409
    shown = desk.send(path, "cnil_first", channel="téléservice", reference="N-1").json
    due_at = datetime.fromisoformat(shown["clocks"]["cnil_second"]["due_at"])
    assert due_at == desk.api.clock.now() + timedelta(days=3)
    assert desk.send(path, "cnil_first").status_code == 409
    desk.api.clock.advance(days=3, seconds=1)
    assert desk.states(path)["cnil_second"] == "overdue"
    assert desk.send(path, "cnil_second").json["clocks"]["cnil_second"]["state"] == "late"
    assert desk.send(path, "cnil_second").status_code == 201  # what was not known before


def test_a_first_notice_that_is_complete_needs_no_second(desk: BreachDesk) -> None:
    path = desk.recorded()
    shown = desk.send(path, "cnil_first", complete=True).json
    assert shown["clocks"]["cnil_second"]["state"] == "not_due"
    assert shown["clocks"]["cnil_first"]["state"] == "met"


def test_clients_are_told_when_the_last_of_them_is(desk: BreachDesk) -> None:
    path = desk.recorded(clients=[CLIENT, OTHER])
    desk.send(path, "clients", clients=[CLIENT], channel="portal")
    assert desk.states(path)["clients"] == "running"
    desk.api.clock.advance(hours=49)
    assert desk.states(path)["clients"] == "overdue"
    assert desk.send(path, "clients").json["clocks"]["clients"]["state"] == "late"
    notices = desk.show(path)["notices"]
    told = [(one["to"], one["channel"], one["clients"]) for one in notices]
    assert told == [
        ("clients", "portal", [CLIENT]),
        ("clients", "email", [CLIENT, OTHER]),
    ]


def test_a_client_s_own_72_hours_count_from_when_it_was_told(desk: BreachDesk) -> None:
    path = desk.recorded(timedelta(hours=10))
    shown = desk.send(path, "clients").json
    found = desk.told_of(CLIENT, path)
    own = (desk.api.clock.now() + timedelta(hours=72)).isoformat(timespec="milliseconds")
    assert found and found["own_notice_due_at"] == own.replace("+00:00", "Z")
    assert shown["clocks"]["controllers"]["due_at"] == found["own_notice_due_at"]


def test_all_clients_are_those_of_the_day_they_were_told(desk: BreachDesk) -> None:
    path = desk.recorded(clients="all")
    assert desk.send(path, "clients", clients=[OTHER]).json["clients"] == "all"
    assert desk.states(path)["clients"] == "running"
    assert desk.send(path, "clients").json["clocks"]["clients"]["state"] == "met"
    desk.api.clock.advance(seconds=1)
    desk.api.create_client("newcomer")
    assert desk.told_of(CLIENT, path) and desk.told_of(OTHER, path)
    assert desk.told_of("newcomer", path) is None


def test_a_breach_of_the_operator_s_own_data_concerns_no_client(desk: BreachDesk) -> None:
    path = desk.recorded(clients=[])
    states = desk.states(path)
    assert (states["clients"], states["controllers"]) == ("not_due", "not_due")
    assert desk.send(path, "clients").status_code == 409


def test_a_client_sees_no_more_than_what_was_known_when_it_was_told(desk: BreachDesk) -> None:
    path = desk.recorded()
    desk.send(path, "clients")
    desk.update(path, circumstances="The disk of another client was on the same shelf.")
    found = desk.told_of(CLIENT, path)
    assert found and found["circumstances"] == CIRCUMSTANCES
    desk.update(path, circumstances="Le disque a été retrouvé.")
    desk.send(path, "clients")
    found = desk.told_of(CLIENT, path)
    assert found and found["circumstances"] == "Le disque a été retrouvé."


def test_what_is_hosted_for_clients_alone_is_told_to_them_alone(desk: BreachDesk) -> None:
    hosted = {"is": False, "reason": "recordings of clients only"}
    path = desk.recorded(as_operator=hosted)
    clocks = desk.show(path)["clocks"]
    for name in ("cnil_first", "cnil_second", "subscribers"):
        assert (clocks[name]["state"], clocks[name]["reason"]) == ("not_due", hosted["reason"])
    assert desk.close(path).status_code == 409
    desk.send(path, "clients")
    assert desk.close(path).status_code == 200


def test_unintelligible_data_need_not_be_told_to_subscribers(desk: BreachDesk) -> None:
    path = desk.recorded(unintelligible=UNREADABLE)
    clock = desk.show(path)["clocks"]["subscribers"]
    assert (clock["state"], clock["reason"]) == ("not_due", UNREADABLE["reason"])
    changed = desk.update(path, unintelligible={"is": False, "reason": "a key leaked"}).json
    assert changed["clocks"]["subscribers"]["state"] == "running"
    harmless = {"is": False, "reason": "the data were public"}
    changed = desk.update(path, adverse_effect=harmless).json
    assert changed["clocks"]["subscribers"]["reason"] == "the data were public"


def test_what_changes_stays_on_the_register(desk: BreachDesk) -> None:
    path = desk.recorded(subjects_about=10)
    assert desk.update(path, subjects_about=10).json["changes"] == []
    desk.update(path, subjects_about=250, clients="all")
    desk.update(path, subjects_about=None)
    found = [(one["field"], one["before"], one["after"]) for one in desk.show(path)["changes"]]
    assert found == [
        ("clients", [CLIENT], "all"),
        ("subjects_about", 10, 250),
        ("subjects_about", 250, None),
    ]


def test_what_is_wrong_is_told_by_field(desk: BreachDesk) -> None:
    ahead = (desk.api.clock.now() + timedelta(minutes=6)).isoformat()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"detected_at": ahead}, "detected_at"),
        ({"occurred_at": desk.now(), "detected_at": "2026-01-01T00:00:00Z"}, "occurred_at"),
        ({"nature": ["curiosity"]}, "nature"),
        ({"nature": []}, "nature"),
        ({"clients": "some"}, "clients"),
        ({"unintelligible": {"is": True}}, "unintelligible"),
        ({"subjects_about": -1}, "subjects_about"),
        ({"surprise": 1}, "surprise"),
    ]
    for body, field in wrong:
        answer = desk.record(**body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), body
    path = desk.recorded()
    for part in ({"is": True}, {"reason": "encrypted"}, {}):
        for name in ("unintelligible", "adverse_effect"):
            answer = desk.update(path, **{name: part})
            assert (answer.status_code, list(answer.json["errors"])) == (422, [name]), part
    assert desk.record(clients=["nobody"]).status_code == 404
    assert desk.record(clients=["operator"]).status_code == 409


def test_a_notice_that_cannot_have_been_sent_is_refused(desk: BreachDesk) -> None:
    path = desk.recorded()
    before = (desk.api.clock.now() - timedelta(seconds=1)).isoformat()
    ahead = (desk.api.clock.now() + timedelta(minutes=6)).isoformat()
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("cnil_first", {"sent_at": before}, "sent_at"),
        ("cnil_first", {"sent_at": ahead}, "sent_at"),
        ("cnil_first", {"clients": [CLIENT]}, "clients"),
        ("clients", {"complete": True}, "complete"),
        ("clients", {"clients": [OTHER]}, "clients"),
    ]
    for to, body, field in wrong:
        answer = desk.send(path, to, **body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), body
    assert desk.show(path)["notices"] == []
    desk.send(path, "cnil_first")
    desk.api.clock.advance(hours=1)
    answer = desk.update(path, detected_at=desk.now())
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["detected_at"])


def test_a_breach_is_closed_only_once_all_were_told(desk: BreachDesk) -> None:
    path = desk.recorded(unintelligible=UNREADABLE)
    refused = desk.close(path)
    assert refused.status_code == 409
    assert "cnil_first, cnil_second, clients" in refused.json["detail"]
    for to in ("cnil_first", "cnil_second", "clients"):
        assert desk.send(path, to).status_code == 201
    closed = desk.close(path).json
    assert (closed["state"], closed["closing"]["outcome"]) == ("closed", "handled")
    assert desk.update(path, cause="too late").status_code == 409
    assert desk.send(path, "subscribers").status_code == 409
    assert desk.close(path).status_code == 409


def test_of_first_notices_at_once_one_is_taken_and_no_other_step_is_lost(
    desk: BreachDesk,
) -> None:
    path = desk.recorded()
    with ThreadPoolExecutor() as pool:
        firsts = [pool.submit(desk.send, path, "cnil_first", reference=str(n)) for n in range(3)]
        others = [pool.submit(desk.send, path, "subscribers") for _ in range(3)]
    assert sorted(one.result().status_code for one in firsts) == [201, 409, 409]
    assert [one.result().status_code for one in others] == [201] * 3
    assert len(desk.show(path)["notices"]) == 4


def test_a_suspicion_that_was_not_confirmed_is_closed_at_any_time(desk: BreachDesk) -> None:
    path = desk.recorded()
    closed = desk.close(path, "no_breach").json
    states = {name: clock["state"] for name, clock in closed["clocks"].items()}
    assert {states.pop("controllers")} == {"informative"}
    assert set(states.values()) == {"not_due"}
    assert closed["next_due_at"] is None


def test_what_is_due_first_leads_the_list(desk: BreachDesk) -> None:
    late = desk.recorded(timedelta(hours=23))
    done = desk.recorded(timedelta(hours=47))
    new = desk.recorded()
    for to in ("cnil_first", "cnil_second", "clients"):
        desk.send(done, to)
    closed = desk.recorded(timedelta(hours=24))
    desk.close(closed, "no_breach")
    listed = desk.api.as_("dpo", "GET", f"{BREACHES}?limit=500").json["items"]
    paths = [f"{BREACHES}/{one['id']}" for one in listed]
    assert [one for one in paths if one in (late, done, new, closed)] == [late, new, done]


def test_open_ones_are_listed_in_pages(desk: BreachDesk) -> None:
    own = {desk.recorded() for _ in range(3)}
    paged, query = [], "limit=2"
    while query:
        answer = desk.api.as_("dpo", "GET", f"{BREACHES}?{query}").json
        paged += [f"{BREACHES}/{item['id']}" for item in answer["items"]]
        query = answer["next"] and f"limit=2&cursor={answer['next']}"
    assert own <= {*paged}
    assert len(paged) == len({*paged})


def test_closed_ones_are_listed_in_pages(desk: BreachDesk) -> None:
    paths = [desk.recorded(timedelta(minutes=n)) for n in range(3)]
    for path in paths:
        desk.close(path, "no_breach")
    found: list[str] = []
    query = "state=closed&limit=2"
    while query:
        page = desk.api.as_("dpo", "GET", f"{BREACHES}?{query}").json
        found += [f"{BREACHES}/{one['id']}" for one in page["items"]]
        query = page["next"] and f"state=closed&limit=2&cursor={page['next']}"
    assert [one for one in found if one in paths] == paths
    assert len(set(found)) == len(found)


def test_a_closed_breach_goes_five_years_later(desk: BreachDesk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    closed, still_open = desk.recorded(), desk.recorded()
    desk.close(closed, "no_breach")
    desk.at("2031-12-06T12:00:00+01:00")
    assert desk.api.as_("dpo", "GET", closed).status_code == 410
    assert desk.show(still_open)["state"] == "open"


def test_for_the_routes_of_records_the_register_does_not_exist(desk: BreachDesk) -> None:
    path = desk.recorded()
    record = f"{RECORDS}/{path.rpartition('/')[2]}"
    body = {"occurred_at": desk.now(), "data": {"nature": "none"}}
    event = {"event": "closed", "at": desk.now()}
    for method, where, sent in (
        ("PUT", record, body),
        ("GET", record, None),
        ("GET", RECORDS, None),
        ("POST", f"{record}/events", event),
    ):
        answer = desk.api.as_("dpo", method, where, json=sent, headers=STAFF)
        assert answer.status_code == 404, (method, where)
    assert desk.api.as_("dpo", "DELETE", record, headers=STAFF).status_code == 204
    assert desk.show(path)["state"] == "open"


def test_nothing_of_a_breach_lies_open_on_the_disk(desk: BreachDesk, services: Services) -> None:
    path = desk.recorded()
    desk.send(path, "clients", reference="courrier 4711")
    stored = raw_documents(services.databases)
    for secret in (CIRCUMSTANCES, "courrier 4711", CLIENT, "Divulgation"):
        assert secret.encode() not in stored
    logged = [one for one in _log(desk) if one["action"] == "breach.noticed"]
    assert logged[-1]["details"].keys() == {"breach", "role"}


def _log(desk: BreachDesk) -> list[dict[str, Any]]:
    items = desk.api.as_("dpo", "GET", "/v1/audit/entries?count=1000").json["items"]
    return [item["detail"] for item in items if item["detail"]]
