"""Notices as text that can be sent as it stands."""

import re
from datetime import timedelta

import pytest

from telecom_privacy.breaches.model import Notice
from tests.breaches.builders import CIRCUMSTANCES, CLIENT, OTHER, UNREADABLE, BreachDesk

ALL = [notice.value for notice in Notice]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("notice", ALL)
def test_every_draft_is_whole_in_both_languages(
    desk: BreachDesk, notice: str, language: str
) -> None:
    text = desk.draft(desk.recorded(), notice, language)
    assert CIRCUMSTANCES in text
    assert not re.search(r"\$\{|None|\[", text)


def test_the_first_notice_numbers_what_annex_i_section_1_asks(desk: BreachDesk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    text = desk.draft(desk.recorded(timedelta(hours=2)), "cnil_first")
    numbers = re.findall(r"^(\d+)\. ", text, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, 9)]
    assert "de sa détection : 05/12/2026 10:00 (CET)" in text
    assert "au plus tard le 06/12/2026 10:00 (CET)" in text
    assert "non établi à ce jour" in text


def test_the_second_notice_names_the_first_and_what_section_2_asks(desk: BreachDesk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    path = desk.recorded(subjects_about=250, records_about=4000, cause="Vol dans un local.")
    assert "(non encore transmise)" in desk.draft(path, "cnil_second")
    desk.send(path, "cnil_first", reference="FR-77")
    desk.send(path, "subscribers", channel="courrier")
    text = desk.draft(path, "cnil_second")
    assert "(05/12/2026 12:00 (CET), FR-77), à transmettre au plus tard le 08/12/2026 12:00" in text
    for said in ("Vol dans un local.", "250", "4000", "par : courrier"):
        assert said in text


def test_a_client_is_told_what_a_processor_must_tell(desk: BreachDesk) -> None:
    path = desk.recorded(subjects_about=250, unintelligible=UNREADABLE)
    text = desk.draft(path, "clients", "en")
    for said in ("loss of confidentiality", "250", "numéros appelés", "Divulgation", "plainte"):
        assert said in text
    assert "72 hours (article 33(1))" in text
    assert "recommend" not in text
    desk.update(path, recommended="Change the code of the voicemail.")
    assert "What we recommend: Change the code" in desk.draft(path, "clients", "en")
    assert UNREADABLE["reason"] in text


def test_each_client_is_told_its_own_numbers(desk: BreachDesk) -> None:
    numbers = [{"client": CLIENT, "subjects_about": 31, "records_about": 77}]
    other = desk.recorded(clients=[OTHER])
    concerned = f"{other}/drafts/clients?client="
    assert desk.api.as_("dpo", "GET", f"{concerned}{CLIENT}").status_code == 404
    assert desk.api.as_("dpo", "GET", f"{concerned}{OTHER}").status_code == 200
    path = desk.recorded(clients=[CLIENT, OTHER], subjects_about=250, numbers=numbers)
    assert "of all our clients together: persons concerned: 250" in desk.draft(
        path, "clients", "en"
    )
    own = desk.draft(path, "clients", "en", client=CLIENT)
    assert "Approximate numbers: persons concerned: 31; records: 77." in own
    assert "persons concerned: not established yet" in desk.draft(
        path, "clients", "en", client=OTHER
    )
    desk.send(path, "clients")
    told = [desk.told_of(client, path) for client in (CLIENT, OTHER)]
    assert [one and one["subjects_about"] for one in told] == [31, None]
    assert not any("numbers" in one for one in told if one)
    answer = desk.update(path, numbers=[{"client": "nobody"}])
    assert answer.status_code == 404
    twice = desk.update(path, numbers=numbers * 2)
    assert (twice.status_code, list(twice.json["errors"])) == (422, ["numbers"])
    for_one = desk.update(path, clients=[OTHER])
    assert (for_one.status_code, list(for_one.json["errors"])) == (422, ["numbers"])


def test_what_subscribers_were_told_goes_into_the_second_notice(desk: BreachDesk) -> None:
    path = desk.recorded()
    assert desk.send(path, "clients", told_about=3).status_code == 422
    desk.send(path, "subscribers", told_about=240, content="Change your code.")
    text = desk.draft(path, "cnil_second", "en")
    assert "number of persons told: 240; content: Change your code." in text


def test_that_subscribers_need_not_be_told_is_said_with_its_reason(desk: BreachDesk) -> None:
    path = desk.recorded(unintelligible=UNREADABLE)
    assert UNREADABLE["reason"] in desk.draft(path, "cnil_second", "en")
    harmless = {"is": False, "reason": "the data were public"}
    desk.update(path, unintelligible=None, adverse_effect=harmless)
    text = desk.draft(path, "cnil_second", "en")
    assert "not likely to adversely affect" in text
    assert "the data were public" in text


def test_what_somebody_wrote_is_no_template(desk: BreachDesk) -> None:
    odd = "cost: $5 ${operator} $$ {x}"
    assert odd in desk.draft(desk.recorded(circumstances=odd), "clients")


def test_there_is_no_other_draft(desk: BreachDesk) -> None:
    answer = desk.api.as_("dpo", "GET", f"{desk.recorded()}/drafts/press")
    assert answer.status_code == 404
