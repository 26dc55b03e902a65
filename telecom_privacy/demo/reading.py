"""Steps 2 and 3: a client finds and plays its calls; nobody else learns that they exist."""

from typing import Any
from urllib.parse import quote

from telecom_privacy.demo.day import DOCTOR, LAW_OFFICE, DemoCall, national
from telecom_privacy.demo.handing_in import HandedIn
from telecom_privacy.demo.stage import Stage

_ROWS = 5


def show_own(stage: Stage, handed_in: HandedIn) -> None:
    """The law office looks for a number and plays a piece of a long recording."""
    call = longest_recorded(handed_in, LAW_OFFICE.id)
    _show_search(stage, handed_in, call)
    _show_playing(stage, call)


def show_others(stage: Stage, handed_in: HandedIn) -> None:
    """Everybody else is refused, and another client is told no more than that nothing is there."""
    path = longest_recorded(handed_in, LAW_OFFICE.id).path
    other, claim = stage.clients[DOCTOR.id], stage.screen.claim
    stage.screen.note(f"{DOCTOR.id} asks for the same things of {LAW_OFFICE.id}:")
    for label, asked in (("the call", path), ("its recording", f"{path}/recording")):
        claim(f"404 for {label}", other.send("GET", asked).status == 404)
    real = other.send("GET", f"/v1/clients/{LAW_OFFICE.id}/calls")
    invented = other.send("GET", "/v1/clients/nobody-at-all/calls")
    claim("404 for the list of calls", real.status == 404)
    claim("the same answer as for a client that does not exist", _same(real, invented))
    platform = stage.platform.send("GET", f"{path}/recording")
    claim("403 for the platform, which hands in and never listens", platform.status == 403)
    claim("401 without a key", stage.nobody.send("GET", f"{path}/recording").status == 401)


def longest_recorded(handed_in: HandedIn, client: str) -> DemoCall:
    recorded = [call for call in handed_in.recorded if call.client == client]
    return max(recorded, key=lambda call: len(call.audio.content) if call.audio else 0)


def _show_search(stage: Stage, handed_in: HandedIn, wanted: DemoCall) -> None:
    written = national(wanted.caller)
    path = f"/v1/clients/{wanted.client}/calls?limit=500&number={quote(written)}"
    items = stage.clients[wanted.client].get(path).json()["items"]
    expected = {
        call.id
        for call in handed_in.calls
        if call.client == wanted.client and call.caller == wanted.caller
    }
    stage.screen.note(f"{wanted.client} looks for {written}:")
    stage.screen.table(_rows(items))
    found = {item["id"] for item in items}
    stage.screen.claim(
        f"its {len(expected)} calls with that number, and no other", found == expected
    )


def _rows(items: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("call", "started (UTC)", "outcome", "recordings")]
    rows += [
        (item["id"], item["started_at"][:16], item["disposition"], str(len(item["recordings"])))
        for item in items[:_ROWS]
    ]
    if len(items) > _ROWS:
        rows.append((f"and {len(items) - _ROWS} more", "", "", ""))
    return rows


def _show_playing(stage: Stage, call: DemoCall) -> None:
    if call.audio is None:
        return
    content, caller = call.audio.content, stage.clients[call.client]
    path, first = f"{call.path}/recording", len(content) // 2
    last = first + 199_999
    stage.screen.note(f"and plays from the middle of {call.id} (GET with Range):")
    part = caller.get(path, Range=f"bytes={first}-{last}")
    stage.screen.fact("answered", f"{part.status}, {part.headers.get('content-range')}")
    is_same = part.status == 206 and part.body == content[first : last + 1]
    stage.screen.claim("the bytes are those of the original", is_same)
    whole = caller.get(path)
    is_whole = whole.body == content and whole.headers["content-type"] == call.audio.media_type
    stage.screen.claim(f"so is the whole recording, {len(content):,} bytes", is_whole)


def _same(one: Any, other: Any) -> bool:
    return bool(one.status == other.status and one.json() == other.json())
