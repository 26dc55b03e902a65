"""A call as a conversation in the terms of draft-ietf-vcon-vcon-core-04."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.crypto.jws import base64url
from telecom_privacy.reversibility.media import recording_path
from telecom_privacy.reversibility.selection import ChosenCall, ChosenRecording
from telecom_privacy.reversibility.tables.calls import call_row

SYNTAX = "0.4.0"
"""The version of the syntax (section 4.1.1)."""

_CALLER, _CALLED = 0, 1
_FROM_PAYLOAD = "data/"
_UP = "../"
_NO_ANSWER = "no-answer"
_DISPOSITIONS = {
    "busy": "busy",
    "congestion": "congestion",
    "failed": "failed",
    "cancel": "hung-up",
    "cancelled": "hung-up",
    "canceled": "hung-up",
}


def conversation(
    chosen: ChosenCall, subject: str | None, as_of: datetime, *, audio: bool
) -> dict[str, Any]:
    """Return the unsigned form of a call.

    Its uuid is the call's own random id, so that a later package tells the same conversation. What
    core has no place for, and the note, are attachments of the client's side.
    """
    row = call_row(chosen, subject)
    told = {name: value for name, value in row.items() if value is not None}
    return {
        "vcon": SYNTAX,
        "uuid": told["record_id"],
        "created_at": chosen.call.receipt["received_at"],
        "updated_at": to_text(as_of),
        "parties": _parties(chosen, told),
        "dialog": list(_dialog(chosen, told, audio=audio)),
        "attachments": list(_attachments(told)),
    }


def _parties(chosen: ChosenCall, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Caller and called; the client's side carries the random id of its licence."""
    caller: dict[str, Any] = {"tel": told["from"]} if "from" in told else {}
    if name := told.get("caller_name"):
        caller |= {"name": name, "validation": "none"}
    called = {"tel": told["to"]} if "to" in told else {}
    parties = [caller, called]
    parties[_own(told)]["uuid"] = str(chosen.call.stored.licence_id)
    return parties


def _dialog(
    chosen: ChosenCall, told: Mapping[str, Any], *, audio: bool
) -> Iterator[dict[str, Any]]:
    """Each recording; else that there was a conversation, or why there was none."""
    if chosen.recordings:
        for one in chosen.recordings:
            yield _when(told) | _recording(one, audio=audio)
    elif "answered_at" in told:
        yield _when(told) | {"type": "recording"}
    else:
        reason = _DISPOSITIONS.get(str(told["disposition"]).lower(), _NO_ANSWER)
        yield _when(told) | {"type": "incomplete", "disposition": reason}


def _when(told: Mapping[str, Any]) -> dict[str, Any]:
    """Recordings are as long as what is known of them: the conversation."""
    start = told.get("answered_at", told["started_at"])
    length = datetime.fromisoformat(told["ended_at"]) - datetime.fromisoformat(start)
    return {"start": start, "duration": length.total_seconds(), "parties": [_CALLER, _CALLED]}


def _recording(one: ChosenRecording, *, audio: bool) -> dict[str, Any]:
    metadata = one.recording.metadata
    path = recording_path(one.recording).removeprefix(_FROM_PAYLOAD)
    sha256 = f"sha256-{base64url(bytes.fromhex(metadata['sha256']))}"
    described = {"type": "recording", "mediatype": metadata["media_type"], "content_hash": sha256}
    return {**described, "url": f"{_UP}{path}"} if audio else described


def _attachments(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    where = {"start": told["ended_at"], "party": _own(told), "dialog": 0}
    record = {"purpose": "cdr", "mediatype": "application/json", "encoding": "json", "body": told}
    yield where | record
    if note := told.get("note"):
        text = {"purpose": "note", "mediatype": "text/plain", "encoding": "none", "body": note}
        yield where | text


def _own(told: Mapping[str, Any]) -> int:
    return _CALLED if told["direction"] == "in" else _CALLER
