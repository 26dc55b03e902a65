"""Calls and records as the page shows them: what the tables say, with the files beside it."""

from collections.abc import Mapping
from typing import Any

from telecom_privacy.reversibility.media import content_path, recording_path
from telecom_privacy.reversibility.selection import ChosenCall, ChosenRecord, ChosenRecording
from telecom_privacy.reversibility.tables.calls import call_row
from telecom_privacy.reversibility.tables.records import record_row

CALL_COLUMNS = (
    "started_at",
    "direction",
    "from",
    "to",
    "seconds",
    "licence_id",
    "note",
    "recordings",
)
RECORD_COLUMNS = ("occurred_at", "subject", "licence_id", "data", "content")

_PAYLOAD = "data/"
_LEFT_TO_THE_TABLES = ("receipt", "content_")


def shown_call(chosen: ChosenCall, subject: str | None, *, audio: bool) -> dict[str, Any]:
    """A call with its length in seconds; with its recordings if their `audio` is there."""
    stored = chosen.call.stored
    seconds = round((stored.ended_at - stored.started_at).total_seconds())
    recordings = [_recording(one) for one in chosen.recordings] if audio else []
    row = {**call_row(chosen, subject), "seconds": seconds, "recordings": recordings}
    return shown_row(row)


def shown_record(chosen: ChosenRecord) -> dict[str, Any]:
    """A record with its binary content."""
    row = dict(record_row(chosen))
    if chosen.content is not None:
        path = content_path(chosen.record.stored, chosen.content["media_type"])
        row["content"] = _file(path, chosen.content)
    return shown_row(row)


def shown_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is empty, and without proofs that nobody reads."""
    told = {name: value for name, value in row.items() if value not in (None, "", [], {})}
    return {n: value for n, value in told.items() if not n.startswith(_LEFT_TO_THE_TABLES)}


def _recording(one: ChosenRecording) -> dict[str, Any]:
    return _file(recording_path(one.recording), one.recording.metadata)


def _file(path: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    described = {name: metadata[name] for name in ("media_type", "bytes")}
    return {"file": path.removeprefix(_PAYLOAD), **described}
