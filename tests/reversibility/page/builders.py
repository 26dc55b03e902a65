"""A page in a folder, with rows as hostile as they come."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from telecom_privacy.archive.measure import Measure
from telecom_privacy.clock import to_text
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.reversibility.page.facts import Facts
from telecom_privacy.reversibility.page.page import Page
from telecom_privacy.reversibility.page.rows import shown_row
from telecom_privacy.reversibility.writer import Sink, WrittenFile
from tests.builders import tone

EVIL = (
    '</script><img src=x onerror="window.pwned=1"><script>window.pwned=2</script>'
    "\u2028\u2029]]>--><svg onload=window.pwned=3>';window.pwned=4;//\\u003c\\"
)
CALLS = 130
FACTS = Facts(EVIL, EVIL, "reversibility", "2026-11-22T20:00:00.000Z", None, None, "Europe/Paris")
RECORDING = "recordings/3f0cdd31-5ca5-4a36-8d0f-2b7fa5b2b1a1.wav"

_NEWEST = datetime(2026, 11, 22, 20, tzinfo=UTC)


class Folder:
    """Writes small files of a package into a folder (`writer.PackageWriter`)."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def add(self, path: str, data: bytes) -> WrittenFile:
        file = self._place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        measure = Measure(data)
        return WrittenFile(path, measure.length, measure.sha256, measure.crc32)

    def open(self, path: str) -> Sink:
        raise NotImplementedError

    def refer(self, path: str, content: OpenedContent, key: KeyReference) -> WrittenFile:
        raise NotImplementedError

    def contains(self, record_id: UUID, due_at: datetime | None) -> None:
        raise NotImplementedError

    def written(self) -> Any:
        raise NotImplementedError


def call_rows() -> list[dict[str, Any]]:
    """Calls of three months, newest first; the first is recorded, the eighth is an attack."""
    rows = [_call(number) for number in range(CALLS)]
    rows[0]["recordings"] = [{"file": RECORDING, "media_type": "audio/wav", "bytes": 1}]
    outside = (
        "javascript:window.pwned=5//recordings/x.wav",
        "https://example.org/recordings/x.wav",
    )
    files = [{"file": file, "media_type": "audio/wav", "bytes": 1} for file in outside]
    rows[7] |= dict.fromkeys(("caller_name", "note", "from", "licence_id"), EVIL)
    rows[7] |= {"platform": {EVIL: EVIL, "__proto__": {"polluted": EVIL}}, "recordings": files}
    return rows


def page_in(place: Path) -> Path:
    """Write a page with its calls, notes and exclusions; return where it starts."""
    folder = Folder(place)
    page = Page(folder, FACTS)
    for row in call_rows():
        page.show_call(shown_row(row))
    for number in range(3):
        note = {"id": str(number), "occurred_at": to_text(_NEWEST), "data": {"text": EVIL}}
        page.show_record("call_note", note)
    page.show("exclusions", ["number", "reason"], {"number": 1, "reason": "controller_data"})
    page.finish()
    folder.add(f"data/{RECORDING}", tone(1.5))
    return place / "data/index.html"


def texts_of(script: bytes) -> list[str]:
    """The texts that a script hands to the page; its arguments are JSON, too."""
    function, _, arguments = script.decode("ascii").partition("(")
    assert function in ("packagePage.receive", "packagePage.describe")
    found: list[str] = json.loads(f"[{arguments.removesuffix(');' + chr(10))}]")
    return found


def _call(number: int) -> dict[str, Any]:
    at = _NEWEST - timedelta(hours=12 * number)
    return {
        "id": f"call-{number}",
        "licence_id": f"agent-{number % 10}",
        "direction": "in" if number % 2 else "out",
        "from": f"+336123456{number:02}",
        "to": "+33187654321",
        "started_at": to_text(at),
        "caller_name": "Éloïse Durand" if number % 5 == 0 else None,
        "note": "Rappeler demain" if number % 3 == 0 else None,
        "seconds": number * 37 % 4000,
        "recordings": [],
    }
