"""A report is published once, holds no case, and never changes; whatever is killed."""

from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import Unavailable
from telecom_privacy.settings import Settings
from telecom_privacy.transparency.repository import TransparencyRepository
from tests.builders import Api, MovableClock
from tests.disclosure.builders import LegalDesk
from tests.retention.test_sweeper import sweeping, wait_for
from tests.transparency.builders import CLOSED, PUBLISHED, counts_of, rejected, run, unpublished


@pytest.fixture(autouse=True)
def _in_2027(desk: LegalDesk) -> None:
    desk.at("2027-11-01T12:00:00+01:00")


def report(api: Api, year: int = 2027) -> dict[str, Any]:
    answer = api.request("GET", f"/v1/transparency/{year}")
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_a_report_is_published_on_its_day_and_stays_as_it_is(
    api: Api, services: Services, desk: LegalDesk
) -> None:
    for _ in range(5):
        rejected(desk)
    still_open = [desk.recorded() for _ in range(6)]
    rejected(desk, "lpf-l96g")
    desk.at("2028-04-01T23:59:59.999+02:00")
    run(services)
    assert api.request("GET", "/v1/transparency/2027").status_code == 404

    desk.at(PUBLISHED)
    run(services)
    before = report(api)
    police, tax = before["lines"]
    assert (police["received"], police["accounts"]) == (11, 11)
    assert (police["outcomes"]["refused"], police["outcomes"]["pending"]) == (5, 6)
    assert (tax["received"], tax["outcomes"]["refused"]) == ("<5", None)
    assert before["received"] is None  # less 11, it would tell the other

    assert desk.take(still_open[0], "reject", reason="late").status_code == 200
    late = {"recorded_late_because": "it lay elsewhere"}
    desk.recorded(received_at="2027-12-01T12:00:00+01:00", **late)
    run(services)
    assert report(api) == before
    assert [one["year"] for one in api.request("GET", "/v1/transparency").json["items"]] == [
        2027,
        2026,
    ]
    page = api.request("GET", "/v1/transparency/2027?language=en&format=html").text
    assert "fewer than 5" in page
    assert "not shown" in page

    stored = services.databases.bulk
    assert [one["year"] for one in stored["transparency_expected"].find()] == [2028]
    assert list(stored["transparency_tallies"].find()) == []
    kept = str(list(stored["transparency_reports"].find()))
    assert not any(path.rpartition("/")[2] in kept for path in still_open)


def test_a_kill_after_the_report_counts_no_request_again(
    api: Api, services: Services, desk: LegalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        rejected(desk)
    desk.at(CLOSED)
    late = {"recorded_late_because": "it lay elsewhere"}
    rejected(desk, received_at="2027-12-31T12:00:00+01:00", **late)
    desk.at(PUBLISHED)

    def away(*_: object) -> None:
        raise Unavailable("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(TransparencyRepository, "delete_up_to", away)
        with pytest.raises(Unavailable):
            run(services)
    assert report(api)["received"] == 5
    assert unpublished(api).keys() == {2028}
    run(services)
    assert report(api)["received"] == 5
    assert unpublished(api)[2028]["cpp-60-1"]["received"] == 1


def test_the_sweeper_publishes_by_itself(
    api: Api, settings: Settings, clock: MovableClock, desk: LegalDesk
) -> None:
    rejected(desk)
    desk.at(PUBLISHED)
    with sweeping(settings, clock):
        wait_for(lambda: api.request("GET", "/v1/transparency/2027").status_code == 200)
    assert report(api)["lines"][0]["received"] == "<5"


@pytest.mark.parametrize("first", ["fetch_expected", "fetch_tallies"])
def test_a_case_that_another_process_settles_while_it_is_counted_counts(
    api: Api,
    services: Services,
    desk: LegalDesk,
    monkeypatch: pytest.MonkeyPatch,
    first: str,
) -> None:
    path, read = desk.recorded(), getattr(TransparencyRepository, first)

    def settled_after(repository: TransparencyRepository, year: int | None = None) -> list[Any]:
        found = list(read(repository, year))
        if year is not None:
            assert desk.take(path, "reject", reason="no such text").status_code in (200, 409)
            counts_of(services).settle(lambda: None)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(TransparencyRepository, first, settled_after)
        assert unpublished(api)[2027]["cpp-60-1"]["received"] == 1


def test_nothing_stored_in_clear_says_what_a_case_is_about(
    api: Api, services: Services, desk: LegalDesk
) -> None:
    ended, still_open = rejected(desk), desk.recorded("lpf-l96g")
    run(services)
    stored = services.databases.bulk
    expected = str(list(stored["transparency_expected"].find()))
    tallies = str(list(stored["transparency_tallies"].find()))
    assert still_open.rpartition("/")[2] in expected
    assert "tax" not in expected
    assert "lpf" not in expected
    assert ended.rpartition("/")[2] not in expected + tallies
    assert "cpp-60-1" in tallies


def test_a_kill_between_two_rows_of_a_case_counts_it_once(
    api: Api, services: Services, desk: LegalDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(desk)

    def away(*_: object) -> None:
        raise Unavailable("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(TransparencyRepository, "delete_expected", away)
        with pytest.raises(Unavailable):
            run(services)
    assert unpublished(api)[2027]["cpp-60-1"]["received"] == 1
