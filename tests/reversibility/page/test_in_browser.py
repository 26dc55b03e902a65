"""The page as a real browser shows it, opened from a disk."""

from pathlib import Path
from typing import Any

import pytest

from tests.programs import program
from tests.reversibility.page.browser import browser
from tests.reversibility.page.builders import CALLS, EVIL, call_rows, page_in

DRIVER = Path(__file__).with_name("drive.js")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the page showed while it was used."""
    place = tmp_path_factory.mktemp("package")
    start = page_in(place)
    with browser(program("chromium"), place / "profile") as opened:
        opened.visit(start.as_uri())
        opened.wait_for("document.querySelectorAll('#rows tbody tr').length > 0")
        found: dict[str, Any] = opened.evaluate(DRIVER.read_text("utf-8"))
    return found


def test_it_opens_with_what_there_is_and_reads_no_more_than_it_shows(
    report: dict[str, Any],
) -> None:
    assert report["language"] == "en"
    assert report["contents"] == [f"Calls{CALLS}", "Call notes3", "Exclusions1"]
    assert report["opened"] == {"status": f"Results: {CALLS}", "pages": "Page 1 of 3"}
    assert report["read"] == ["calls-2026-11", "calls-2026-10"]


def test_its_last_page_has_the_rows_that_are_left(report: dict[str, Any]) -> None:
    assert report["last"]["pages"] == "Page 3 of 3"
    assert report["last"]["rows"] == CALLS % 50


def test_words_are_found_whatever_their_accents_and_numbers_as_dialled(
    report: dict[str, Any],
) -> None:
    found = [r for r in call_rows() if r["caller_name"] == "Éloïse Durand" and r["note"]]
    assert report["searched"]["status"] == f"Results: {len(found)}"
    assert report["dialled"] == ["+33612345642"]


def test_filters_hold_together(report: dict[str, Any]) -> None:
    wanted = [
        row
        for row in call_rows()
        if row["direction"] == "in"
        and row["licence_id"] == "agent-3"
        and "2026-11-01" <= row["started_at"][:10] <= "2026-11-20"
    ]
    assert report["filtered"]["status"] == f"Results: {len(wanted)}"
    assert report["filtered"]["licences"] == ["agent-3"] * len(wanted)
    assert set(report["filtered"]["directions"]) == {"incoming"}


def test_it_sorts_by_any_column(report: dict[str, Any]) -> None:
    lengths = sorted(row["seconds"] for row in call_rows())
    assert report["ascending"]["durations"] == [_duration(length) for length in lengths[:50]]
    assert report["descending"]["durations"] == [_duration(n) for n in lengths[::-1][:50]]


def test_it_plays_the_audio_of_the_package(report: dict[str, Any]) -> None:
    assert report["audio"]["seconds"] == pytest.approx(1.5, abs=0.1)
    assert report["audio"]["label"].startswith("Recording of the call of")


def test_an_attack_in_the_data_is_shown_and_does_nothing(report: dict[str, Any]) -> None:
    assert report["attacked"]["status"] == "Results: 1"
    assert EVIL in report["attacked"]["text"]
    assert "__proto__" in report["attacked"]["text"]
    assert not {"a", "audio", "img", "script", "svg"} & set(report["attacked"]["elements"])
    assert report["notes"]["data"] == f"text{EVIL}"
    assert report["quiet"] == []
    assert report["pwned"] == [None, None]


def test_its_policy_refuses_what_an_attack_would_need(report: dict[str, Any]) -> None:
    refused = {"connect-src", "img-src", "require-trusted-types-for"}
    assert set(report["refused"]) == refused


def _duration(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
