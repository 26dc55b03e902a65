"""What the register shows: of a person, by state and deadline, and what is most urgent first."""

from datetime import timedelta
from typing import Any

from telecom_privacy.bootstrap import Services
from tests.builders import raw_documents
from tests.rights.builders import REQUESTS, Desk


def items(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    """All pages of a list, two by two."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] | None = {}
    while cursor is not None:
        sent = {"limit": 2, **query, **cursor}
        answer = desk.api.as_("dpo", "GET", REQUESTS, query_string=sent)
        assert answer.status_code == 200, answer.json
        assert len(answer.json["items"]) <= 2
        found += answer.json["items"]
        cursor = answer.json["next"] and {"cursor": answer.json["next"]}
    return found


def paths(desk: Desk, **query: Any) -> list[str]:
    return [f"{REQUESTS}/{one['id']}" for one in items(desk, **query)]


def test_earlier_requests_of_a_person_are_found_however_the_number_is_written(
    desk: Desk, services: Services
) -> None:
    mine = [desk.received(timedelta(days=day), subject="+33140000071") for day in (1, 40, 3)]
    desk.received(subject="+33140000072")
    desk.take(mine[0], "refuse", ground="identity_not_verified")
    newest_first = [mine[0], mine[2], mine[1]]
    assert paths(desk, subject="01 40 00 00 71") == newest_first
    assert paths(desk, subject="+33140000071", state="refused") == [mine[0]]
    assert paths(desk, subject="+33140000073") == []
    assert b"140000071" not in raw_documents(services.databases)


def test_a_person_is_found_by_name_or_address_too(desk: Desk) -> None:
    path = desk.received(subject="lea.exemple@example.org")
    assert paths(desk, subject="lea.exemple@example.org") == [path]


def test_what_is_due_first_comes_first_an_extension_counted(desk: Desk) -> None:
    subject = "+33140000074"
    days = {name: timedelta(days=day) for name, day in (("a", 20), ("b", 29), ("c", 2), ("d", 25))}
    found = {name: desk.received(ago, subject=subject) for name, ago in days.items()}
    desk.take(found["b"], "extend", reason="complexity")
    desk.take(found["d"], "refuse", ground="identity_not_verified")
    ordered = paths(desk, subject=subject, order="deadline")
    assert ordered == [found["a"], found["c"], found["b"]]
    due = [one["due_at"] for one in items(desk, order="deadline")]
    assert due == sorted(due)
    assert paths(desk, subject=subject, order="deadline", state="refused") == [found["d"]]


def test_requests_that_are_due_on_one_day_are_all_listed_once(desk: Desk) -> None:
    subject = "+33140000075"
    mine = {desk.received(subject=subject) for _ in range(5)}
    found = paths(desk, subject=subject, order="deadline")
    assert (len(found), set(found)) == (5, mine)


def test_what_no_list_knows_is_refused_by_field(desk: Desk) -> None:
    for query in ({"order": "random"}, {"subject": ""}, {"cursor": "?"}, {"due_before": "soon"}):
        answer = desk.api.as_("dpo", "GET", REQUESTS, query_string=query)
        assert (answer.status_code, list(answer.json["errors"])) == (422, list(query)), query
