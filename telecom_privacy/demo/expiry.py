"""Step 4: recordings reach the end of their term, are refused at once, then erased for good."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from telecom_privacy.demo.audio import speech
from telecom_privacy.demo.day import DOCTOR, LAW_OFFICE, DemoCall, DemoClient, recorded_call
from telecom_privacy.demo.errors import ClaimFailed
from telecom_privacy.demo.handing_in import HandedIn, hand_in_one
from telecom_privacy.demo.stage import Stage

RECORDINGS = 3
_TERM = timedelta(days=90)
_LEFT = timedelta(seconds=20)
_CLOCK_MARGIN = 0.2
_SWEEP_SECONDS = 60.0


def show_expiry(stage: Stage, handed_in: HandedIn) -> dict[str, Any]:
    """Returns the certificate of the law office."""
    due_at = datetime.now(UTC) + _LEFT
    ended_at = due_at - _TERM
    ordinary = _hand_in_old(stage, handed_in, LAW_OFFICE, ended_at)
    extended = _hand_in_old(stage, handed_in, DOCTOR, ended_at)
    screen = stage.screen
    screen.note(
        f"{len(ordinary)} recordings of {LAW_OFFICE.id}, whose term is 90 days, and as many"
    )
    screen.note(f"of {DOCTOR.id}, who took the storage extension (6 months);")
    screen.note(f"all their calls ended 90 days ago less {_LEFT.seconds} seconds.")
    screen.claim("all can be played", _statuses(stage, ordinary + extended) == {200})
    screen.wait("the term of 90 days is over", due_at.timestamp() + _CLOCK_MARGIN)
    screen.claim(
        f"{LAW_OFFICE.id}: 410 Gone, before any sweep", _statuses(stage, ordinary) == {410}
    )
    screen.claim(f"{DOCTOR.id}: still played", _statuses(stage, extended) == {200})
    return _show_sweep(stage, ordinary, extended)


def _hand_in_old(
    stage: Stage, handed_in: HandedIn, client: DemoClient, ended_at: datetime
) -> list[DemoCall]:
    calls = [
        recorded_call(client, f"{client.id}-old-{number}", ended_at, speech(5, 1000 + number))
        for number in range(1, RECORDINGS + 1)
    ]
    for call in calls:
        hand_in_one(stage.platform, call, handed_in)
    return calls


def _statuses(stage: Stage, calls: list[DemoCall]) -> set[int]:
    return {
        stage.clients[call.client].send("GET", f"{call.path}/recording").status for call in calls
    }


def _show_sweep(stage: Stage, ordinary: list[DemoCall], extended: list[DemoCall]) -> dict[str, Any]:
    screen = stage.screen
    sweep = _sweep(stage)
    erased = {category: count for category, count in sweep["progress"]["erased"].items() if count}
    screen.fact("sweep", f"{sweep['state']}, erased {_counted(erased)}")
    screen.claim("the sweep erased just these", erased == {"recording": len(ordinary)})
    screen.claim(f"{LAW_OFFICE.id}: 410 Gone, for good", _statuses(stage, ordinary) == {410})
    screen.claim(f"{DOCTOR.id}: still played", _statuses(stage, extended) == {200})
    calls = {stage.clients[call.client].send("GET", call.path).status for call in ordinary}
    screen.claim("the calls themselves stay: theirs is another term", calls == {200})
    return _show_certificate(stage, sweep["certificates"])


def _sweep(stage: Stage) -> dict[str, Any]:
    started = stage.dpo.post("/v1/retention/sweeps", b"", "application/json")
    deadline = time.monotonic() + _SWEEP_SECONDS
    while time.monotonic() < deadline:
        sweep: dict[str, Any] = stage.dpo.get(f"/v1/retention/sweeps/{started['id']}").json()
        if sweep["state"] != "running":
            return sweep
        time.sleep(0.1)
    raise ClaimFailed("the sweep does not end")


def _counted(erased: Mapping[str, int]) -> str:
    return ", ".join(f"{count} x {category}" for category, count in erased.items())


def _show_certificate(stage: Stage, certificates: list[str]) -> dict[str, Any]:
    screen = stage.screen
    screen.claim("it is certified", len(certificates) == 1)
    answer = stage.clients[LAW_OFFICE.id].get(f"/v1/erasures/{certificates[0]}")
    certificate: dict[str, Any] = answer.json()
    count = certificate["counts"][0]
    screen.fact("certificate", certificate["id"])
    screen.fact("says", f"{count['count']} x {count['category']} under {count['rule']}")
    screen.fact("of", f"{certificate['day']}, entry {certificate['leaf_index']} of the log")
    screen.claim("it counts what was erased", count["count"] == RECORDINGS)
    hidden = not any(word in answer.text for word in (LAW_OFFICE.id, LAW_OFFICE.name, "+33"))
    screen.claim("it names neither client, call nor number", hidden)
    return certificate
