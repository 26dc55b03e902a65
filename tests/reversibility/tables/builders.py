"""A client with something of everything, odd texts included, and readers of its tables."""

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from telecom_privacy.reversibility.tables.csv_text import unguarded
from tests.breaches.builders import BreachDesk
from tests.builders import STAFF, tone
from tests.records.builders import RecordApi

CALLER = "+33612345678"
STRANGER = "+33698765432"
OGG = b"OggS" + bytes(range(256)) * 5
ODD = "=cmd|' /C calc'!A0\",;\r\n\t\"«é» שלום 👩\u200d💻 \u2028 </script>"

CALLS = {
    "one": {"caller_name": ODD, "note": "'quoted'", "tags": ["a,b", '"', "-1", "é"]},
    "two": {"from": STRANGER, "caller_name": "Somebody else", "platform": {"n": [1, None, "x"]}},
    'three "odd", id': {"from": None, "route": "@way", "answered_at": None, "note": ""},
    "objected": {"recording_consent": "objected", "licence_id": "licence-gone"},
    "-out": {"direction": "out", "to": CALLER, "from": "+33187654321", "caller_name": "Cabinet"},
}
SET_RIGHT = {"caller_name": "Cabinet Durand", "note": None, "reason": "its full name"}
STAFF_KEY = {"label": "Accueil, É. D.", "licence_ids": ["licence-1"]}
AUDIO = {("one", "main"): tone(1), ("one", "second"): OGG, ("two", "main"): tone(0.5)}
NOTES = {
    "kept": {"text": ODD, "nested": {"deep": [1.5, True, None]}},
    "binned": {"text": "thrown away"},
    "=1+1": {},
}


def fill(api: RecordApi, client: str = "cabinet") -> None:
    """Store it all, beside what is another client's and what is no longer there."""
    api.create_client(client, licences=("licence-1", "licence-gone", "unused"))
    api.create_client(f"not-{client}")
    _store_calls(api, client)
    _store_records(api, client)
    path = f"/v1/clients/{client}"
    answer = api.as_client(client, "PATCH", f"{path}/calls/-out", json=SET_RIGHT)
    assert answer.status_code == 200
    answer = api.as_client(client, "POST", f"{path}/api-keys", json=STAFF_KEY)
    assert answer.status_code == 201
    for gone in (f"{path}/licences/licence-gone", f"{path}/calls/deleted"):
        assert api.as_client(client, "DELETE", gone).status_code == 204
    api.put_call(f"not-{client}", "one", api.call())
    read = api.as_("support", "GET", f"{path}/calls/one", headers=STAFF)
    assert read.status_code == 200
    _tell_of_breaches(api, client)


def _tell_of_breaches(api: RecordApi, client: str) -> None:
    """The client of one, another client of another; of a third it was not told yet."""
    desk = BreachDesk(api)
    told = desk.recorded(clients=[client], circumstances=ODD, subjects_about=12)
    others = desk.recorded(clients=[f"not-{client}"])
    desk.recorded(clients=[client], circumstances="still a secret")
    for path in (told, others):
        assert desk.send(path, "clients").status_code == 201


def _store_calls(api: RecordApi, client: str) -> None:
    bodies = {
        name: api.call(ended_ago=timedelta(hours=hour), **changes)
        for hour, (name, changes) in enumerate({**CALLS, "deleted": {}}.items())
    }
    answer = api.put_calls(client, bodies)
    assert answer.json["rejected"] == []
    for (call, recording), audio in AUDIO.items():
        media_type = "audio/ogg" if audio is OGG else "audio/wav"
        answer = api.put_recording(client, call, audio, recording, media_type=media_type)
        assert answer.status_code == 201


def _store_records(api: RecordApi, client: str) -> None:
    for name, data in NOTES.items():
        api.stored(client, "call_note", name, data)
    api.event(client, "call_note", "binned", "binned", reason='why, "not"')
    api.stored(client, "consent", "newsletter", {"purpose": "newsletter"}, subject=CALLER)
    api.put(
        client,
        "consent",
        "newsletter",
        {"purpose": "newsletter", "text": "changed"},
        subject=CALLER,
    )
    api.stored(client, "voicemail", "message", {"length": 1}, subject=CALLER)
    api.put_content(client, "voicemail", "message", tone(0.2))
    api.stored(
        client, "contact", "stranger", {"name": "S"}, licence_id="licence-1", subject=STRANGER
    )


def csv_of(bag: Path, table: str) -> list[dict[str, str]]:
    """The rows of a table, as docs/packages.md says to read them."""
    with (bag / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{k: unguarded(v) for k, v in row.items()} for row in csv.DictReader(file)]


def jsonl_of(bag: Path, table: str) -> list[dict[str, Any]]:
    with (bag / f"data/{table}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def names_of(bag: Path, table: str) -> list[str]:
    """The ids of a table, sorted."""
    return sorted(row["id"] for row in jsonl_of(bag, table))
