"""What the page of a real package shows."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.reversibility.page.builders import texts_of
from tests.reversibility.tables.builders import AUDIO, CALLER, ODD, STRANGER, jsonl_of


def shown(bag: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table as the page gets them."""
    [described] = texts_of((bag / "data/index/overview.js").read_bytes())
    [found] = [one for one in json.loads(described)["tables"] if one["name"] == table]
    rows: list[dict[str, Any]] = []
    for chunk in found["chunks"]:
        name, text = texts_of((bag / f"data/index/{chunk['file']}.js").read_bytes())
        assert name == chunk["file"]
        rows += json.loads(text)
    assert len(rows) == found["count"]
    return rows


def test_the_page_shows_every_call_with_its_recordings(bag: Path) -> None:
    calls = shown(bag, "calls")

    assert [one["id"] for one in calls] == [one["id"] for one in jsonl_of(bag, "calls")]
    assert ODD in [one.get("caller_name") for one in calls]
    files = [one for call in calls for one in call.get("recordings", ())]
    audio = [(bag / "data" / one["file"]).read_bytes() for one in files]
    assert sorted(audio) == sorted(AUDIO.values())
    assert not any("receipt" in call for call in calls)


def test_the_page_shows_records_with_their_content(bag: Path) -> None:
    assert ODD in [
        one["data"].get("text") for one in shown(bag, "records-call_note") if "data" in one
    ]
    [voicemail] = shown(bag, "records-voicemail")
    content = (bag / "data" / voicemail["content"]["file"]).read_bytes()
    assert len(content) == voicemail["content"]["bytes"]


def test_the_page_shows_what_is_missing_and_why(bag: Path) -> None:
    for table in ("licences", "exclusions", "erasures", "retention"):
        assert len(shown(bag, table)) == len(jsonl_of(bag, table)) > 0


def test_the_page_finds_all_that_it_needs_in_the_package(bag: Path) -> None:
    start = (bag / "data/index.html").read_text("utf-8")
    needed = re.findall(r'(?:src|href)="(index/[^"]+)"', start)

    assert len(needed) == 7
    assert all((bag / "data" / one).is_file() for one in needed)


def test_recordings_that_were_not_asked_for_are_not_offered(unpack: Callable[..., Path]) -> None:
    assert not any("recordings" in call for call in shown(unpack(audio=False), "calls"))


def test_a_page_about_one_number_names_no_other_caller(unpack: Callable[..., Path]) -> None:
    calls = shown(unpack(kind="subject", subject=CALLER), "calls")
    others = [call for call in calls if call.get("from") != CALLER]

    assert STRANGER not in [call.get("from") for call in calls]
    assert others
    assert not any("caller_name" in call for call in others)
