"""A request from its receipt to its answer, over HTTP."""

from datetime import datetime, timedelta
from typing import Any

from telecom_privacy.bootstrap import Services
from tests.builders import STAFF, Api, raw_documents
from tests.rights.builders import PERSON, REQUESTS, Desk

RECORDS = "/v1/clients/operator/records/rights_request_proof"


def test_others_than_the_dpo_may_neither_see_nor_answer_a_request(desk: Desk) -> None:
    path = desk.verified()
    for role in ("support", "admin", "legal", "auditor", "billing", "platform"):
        assert desk.api.as_(role, "GET", path).status_code == 403
        answer = desk.api.as_(role, "POST", f"{path}/answer", json={"outcome": "granted"})
        assert answer.status_code == 403
    assert desk.show(path)["state"] == "verified"


def test_support_enters_a_request_and_reads_none(desk: Desk) -> None:
    assert desk.receive(role="support").status_code == 201
    assert desk.api.as_("support", "GET", REQUESTS, headers=STAFF).status_code == 403


def test_a_request_is_due_after_a_month_from_its_receipt(desk: Desk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    path = desk.received(timedelta(days=5))
    shown = desk.show(path)
    assert (shown["state"], shown["due_on"]) == ("received", "2026-12-30")
    assert shown["due_at"] == "2026-12-30T23:00:00.000Z"
    assert shown["urgency"] == "in_time"
    desk.at("2026-12-24T12:00:00+01:00")
    assert desk.show(path)["urgency"] == "urgent"
    desk.at("2026-12-31T00:00:00+01:00")
    assert desk.show(path)["urgency"] == "overdue"


def test_what_is_wrong_with_a_request_is_told_by_field(desk: Desk) -> None:
    ahead = (desk.api.clock.now() + timedelta(minutes=6)).isoformat()
    heir = {"relation": "heir", "name": "Exemple", "proof": "acte de notoriété"}
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"received_at": ahead}, "received_at"),
        ({"kind": "curiosity"}, "kind"),
        ({"subject": ""}, "subject"),
        ({"directive": "delete all"}, "directive"),
        ({"kind": "post_mortem"}, "on_behalf"),
        ({"kind": "access", "on_behalf": heir}, "on_behalf"),
        ({"surprise": 1}, "surprise"),
    ]
    for body, field in wrong:
        answer = desk.receive(**body)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field]), body
    assert desk.receive(client_id="nobody").status_code == 404


def test_nothing_is_answered_before_the_identity_is_verified(desk: Desk) -> None:
    path = desk.received()
    for state in ("received", "identity_asked"):
        assert desk.take(path, "answer", outcome="granted").status_code == 409
        assert desk.take(path, "refuse", ground="legal_retention").status_code == 409
        assert desk.show(path)["state"] == state
        desk.take(path, "identity", how="copy of a document", outcome="more_asked")
    assert desk.take(path, "identity", how="call-back", outcome="verified").status_code == 200
    answered = desk.take(path, "answer", outcome="granted", channel="email")
    assert (answered.json["state"], answered.json["urgency"]) == ("answered", "closed")


def test_to_ask_for_more_does_not_stop_the_month(desk: Desk) -> None:
    path = desk.received(timedelta(days=3))
    before = desk.show(path)["due_at"]
    desk.api.clock.advance(days=10)
    asked = desk.take(path, "identity", how="copy of a document", outcome="more_asked")
    assert asked.json["due_at"] == before


def test_an_identity_that_stays_unknown_is_a_ground_and_then_the_only_one(desk: Desk) -> None:
    path = desk.received()
    assert desk.take(path, "refuse", ground="excessive").status_code == 409
    refused = desk.take(path, "refuse", ground="identity_not_verified")
    assert refused.json["state"] == "refused"
    assert desk.take(desk.verified(), "refuse", ground="identity_not_verified").status_code == 409


def test_a_closed_request_takes_no_more_steps_and_each_try_is_logged(desk: Desk) -> None:
    path = desk.verified()
    desk.take(path, "answer", outcome="nothing_held")
    before = desk.show(path)
    tries: list[tuple[str, dict[str, str]]] = [
        ("answer", {"outcome": "granted"}),
        ("refuse", {"ground": "excessive"}),
        ("extend", {"reason": "complexity"}),
        ("identity", {"how": "again", "outcome": "verified"}),
    ]
    for step, body in tries:
        assert desk.take(path, step, **body).status_code == 409
    assert desk.show(path) == before
    refused = [one for one in _log(desk.api) if one["action"] == "rights_request.step_refused"]
    mine = [one["details"] for one in refused if one["details"]["request"] in path]
    steps = ["answered", "refused", "extended", "identity_verified"]
    assert [one["step"] for one in mine] == steps
    assert {one["state"] for one in mine} == {"answered"}


def test_the_time_is_extended_once_and_only_within_the_first_month(desk: Desk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    path, late = desk.received(), desk.received()
    desk.at("2027-01-05T23:59:59+01:00")
    extended = desk.take(path, "extend", reason="complexity")
    assert extended.json["due_on"] == "2027-03-05"
    assert desk.take(path, "extend", reason="again").status_code == 409
    desk.at("2027-01-06T00:00:00+01:00")
    assert desk.take(late, "extend", reason="complexity").status_code == 409
    assert desk.show(late)["urgency"] == "overdue"


def test_the_stricter_notice_says_how_long_an_extended_answer_may_take(desk: Desk) -> None:
    desk.api.create_client("plateforme", policy="messagebird")
    desk.at("2026-12-05T12:00:00+01:00")
    named = desk.received(client_id="plateforme")
    assert desk.take(named, "extend", reason="complexity").json["due_on"] == "2027-02-05"
    referred = desk.verified()
    desk.take(referred, "refer", client_id="plateforme")
    assert desk.take(referred, "extend", reason="complexity").json["due_on"] == "2027-02-05"


def test_no_step_lies_in_the_future_or_before_the_step_before_it(desk: Desk) -> None:
    path = desk.received()
    now = desk.api.clock.now()
    for at in (now + timedelta(minutes=6), now - timedelta(minutes=1)):
        answer = desk.take(path, "identity", how="call-back", outcome="verified", at=at.isoformat())
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["at"])


def test_a_list_tells_what_waits_and_what_is_due(desk: Desk) -> None:
    first, second = desk.received(timedelta(days=20)), desk.received(timedelta(days=2))
    closed = desk.verified(timedelta(days=20))
    desk.take(closed, "answer", outcome="granted")
    soon = (desk.api.clock.now() + timedelta(days=14)).isoformat().replace("+", "%2B")
    due = desk.paths(f"due_before={soon}")
    assert first in due
    assert not {second, closed} & due
    assert {first, second} <= desk.paths("state=received")
    assert closed in desk.paths("state=answered")
    assert closed not in desk.paths("state=received")
    assert {first, second, closed} <= desk.paths()


def test_a_list_is_read_page_by_page(desk: Desk) -> None:
    mine = {desk.received(timedelta(minutes=minute)) for minute in range(5)}
    found: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        query = f"limit=2&cursor={cursor}" if cursor else "limit=2"
        page = desk.api.as_("dpo", "GET", f"{REQUESTS}?{query}").json
        assert len(page["items"]) <= 2
        found += page["items"]
        cursor = page["next"]
    paths = [f"{REQUESTS}/{item['id']}" for item in found]
    assert len(paths) == len(set(paths))
    assert mine <= set(paths)
    times = [datetime.fromisoformat(item["received_at"]) for item in found]
    assert times == sorted(times, reverse=True)


def test_the_register_is_proof_that_nobody_changes_by_another_way(desk: Desk) -> None:
    path = desk.verified()
    desk.take(path, "answer", outcome="granted", channel="post")
    name = f"{RECORDS}/{path.rpartition('/')[2]}"
    proof = desk.api.as_("dpo", "GET", name, headers=STAFF).json
    assert (proof["data"]["right"], proof["data"]["outcome"]) == ("access", "granted")
    assert "answered" in proof["events"]
    body = {"occurred_at": proof["occurred_at"], "subject": PERSON, "data": {"right": "other"}}
    for method, end, sent in (("PUT", "", body), ("POST", "/events", {"event": "answered"})):
        refused = desk.api.as_("dpo", method, name + end, json=sent)
        assert refused.status_code == 403
        assert refused.json["type"].endswith(":automatic-proof")


def test_proof_of_an_answer_is_kept_for_five_years_and_no_longer(desk: Desk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    path = desk.verified()
    desk.take(path, "answer", outcome="granted")
    desk.at("2031-12-05T11:00:00+01:00")
    assert desk.api.as_("dpo", "GET", path).status_code == 200
    desk.at("2031-12-05T12:00:00+01:00")
    assert desk.api.as_("dpo", "GET", path).status_code == 410


def test_the_scan_of_a_proof_is_stored_beside_the_request(desk: Desk) -> None:
    heir = {"relation": "heir", "name": "Exemple", "proof": "acte de notoriété"}
    path = desk.received(kind="post_mortem", on_behalf=heir)
    scan = f"{RECORDS}/{path.rpartition('/')[2]}/content"
    sent = b"%PDF-1.7 exemple"
    put = desk.api.as_("dpo", "PUT", scan, data=sent, content_type="application/pdf")
    assert put.status_code == 201
    assert desk.api.as_("dpo", "GET", scan, headers=STAFF).data == sent
    assert desk.take(path, "identity", how="scan", outcome="verified").status_code == 200
    assert desk.show(path)["on_behalf"] == heir


def test_a_directive_is_recorded_in_ones_lifetime(desk: Desk) -> None:
    path = desk.received(kind="post_mortem", directive="My sister decides.")
    shown = desk.show(path)
    assert (shown["directive"], shown["on_behalf"]) == ("My sister decides.", None)


def test_neither_log_nor_database_names_the_person(desk: Desk, services: Services) -> None:
    path = desk.verified(subject="paul.secret@example.org", contact="rue Secrète 7")
    desk.take(path, "extend", reason="raison-secrète")
    raw = raw_documents(services.databases)
    told = str(_log(desk.api))
    for word in ("paul.secret", "Secrète", "raison-secrète"):
        assert word not in told
        assert word.encode() not in raw


def _log(api: Api) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    while True:
        path = f"/v1/audit/entries?from={len(items)}&count=1000"
        more = api.as_("dpo", "GET", path).json["items"]
        if not more:
            return [item["detail"] for item in items]
        items += more
