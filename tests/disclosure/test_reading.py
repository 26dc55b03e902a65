"""Cases in lists."""

from datetime import timedelta

from tests.disclosure.builders import FIRST, REQUISITIONS, LegalDesk


def test_cases_are_listed_by_urgency(desk: LegalDesk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    in_time = desk.recorded("eevidence-epoc", ago=timedelta(days=1))
    undelayed = desk.recorded("cpp-60-1", ago=timedelta(days=30))
    soon = desk.recorded("eevidence-epoc", ago=timedelta(days=9))
    emergency = desk.recorded("eevidence-epoc", urgent=True)
    overdue = desk.recorded("eevidence-epoc", ago=timedelta(days=11))
    own = (in_time, undelayed, soon, emergency, overdue)
    listed = [path for path in desk.paths() if path in own]
    assert listed == [overdue, emergency, soon, undelayed, in_time]
    assert desk.show(emergency)["due_at"] == "2026-12-05T19:00:00.000Z"
    assert desk.show(soon)["due_at"] == "2026-12-06T11:00:00.000Z"
    assert (desk.show(undelayed)["due_at"], desk.show(undelayed)["urgency"]) == (
        None,
        "without_delay",
    )


def test_what_is_less_urgent_follows_on_further_pages(desk: LegalDesk) -> None:
    whole = desk.paths()
    own = {desk.recorded("eevidence-epoc"), desk.recorded("cpp-60-1"), desk.recorded("cpp-60-1")}
    paged, query = [], "limit=2"
    while query:
        answer = desk.as_(FIRST, "GET", f"{REQUISITIONS}?{query}").json
        paged += [f"{REQUISITIONS}/{item['id']}" for item in answer["items"]]
        query = answer["next"] and f"limit=2&cursor={answer['next']}"
    assert paged == desk.paths()
    assert {*paged} == {*whole} | own


def test_all_cases_are_listed_page_by_page(desk: LegalDesk) -> None:
    paths = {desk.recorded() for _ in range(21)}
    seen, cursor = set(), ""
    while cursor is not None:
        answer = desk.as_(FIRST, "GET", f"{REQUISITIONS}?all=true&limit=20{cursor}").json
        seen |= {f"{REQUISITIONS}/{item['id']}" for item in answer["items"]}
        cursor = answer["next"] and f"&cursor={answer['next']}"
    assert paths <= seen
