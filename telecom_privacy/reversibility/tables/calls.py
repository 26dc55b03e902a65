"""Calls and their recordings as rows."""

from collections.abc import Mapping
from typing import Any

from telecom_privacy.calls.changes import history_of
from telecom_privacy.reversibility.media import recording_path
from telecom_privacy.reversibility.selection import ChosenCall, ChosenRecording
from telecom_privacy.reversibility.tables.restriction import RESTRICTION, restriction_of
from telecom_privacy.reversibility.tables.schema import Field, ForeignKey, Table, Type

CALLS = Table(
    name="calls",
    path="calls",
    title="Calls",
    fields=(
        Field("id", "The call's id, as the platform named it"),
        Field("record_id", "The random id under which it was kept"),
        Field("licence_id", "The licence (agent or device) that made or took the call"),
        Field("direction", "Seen from the client", values=("in", "out")),
        Field("from", "The caller's number (E.164, or a short code); empty if withheld or erased"),
        Field("to", "The number called (E.164, or a short code); empty if it was erased"),
        Field("started_at", "UTC", Type.DATETIME),
        Field("answered_at", "UTC; empty if nobody answered", Type.DATETIME),
        Field("ended_at", "UTC", Type.DATETIME),
        Field("disposition", "How the call ended, in the platform's words"),
        Field(
            "recording_consent",
            "What the caller said about being recorded",
            values=("given", "objected", "not_asked"),
        ),
        Field("caller_name", "The caller's name"),
        Field("note", "What was noted of the call"),
        Field("route", "The way that the call took"),
        Field("tags", "Labels: an array of texts", Type.ARRAY),
        Field("platform", "Whatever else the platform told of the call", Type.OBJECT),
        Field(
            "party_erased_at",
            "Since when the other party's number, and what was theirs, is gone; UTC; else empty",
            Type.DATETIME,
        ),
        RESTRICTION,
        Field(
            "history",
            "What was set right, the oldest first: `at` (UTC), `by` (the id of an API key), "
            "`reason` and what `was` there before",
            Type.ARRAY,
        ),
        Field("receipt", "The signed receipt that the platform got for the call", Type.OBJECT),
    ),
    primary_key=("id",),
    foreign_keys=(ForeignKey("licence_id", "licences"),),
)

RECORDINGS = Table(
    name="recordings",
    path="recordings",
    title="Recordings of calls",
    fields=(
        Field("call_id", "The call that was recorded"),
        Field("id", "The recording's id within its call, as the platform named it"),
        Field("record_id", "The random id under which it was kept"),
        Field("path", "The audio file, beside this table; empty if audio was not asked for"),
        Field("media_type", "The type of the audio file"),
        Field("bytes", "The size of the audio file", Type.INTEGER, unit="byte"),
        Field("sha256", "The SHA-256 of the audio file, in hexadecimal digits"),
        Field("received_at", "When it was handed in; UTC", Type.DATETIME),
        RESTRICTION,
        Field("receipt", "The signed receipt that the platform got for it", Type.OBJECT),
    ),
    primary_key=("call_id", "id"),
    foreign_keys=(ForeignKey("call_id", "calls"),),
)

_OF_A_RECORDING = ("id", "media_type", "bytes", "sha256", "received_at", "receipt")


def call_row(chosen: ChosenCall, subject: str | None) -> Mapping[str, Any]:
    """A call as it was handed in and changed since.

    With the number of a `subject` the name of a caller who is somebody else is left out (GDPR
    article 15(4)), the former ones too.
    """
    call = chosen.call
    told, history = dict(call.sealed["call"]), list(history_of(call.sealed))
    if subject is not None and told["from"] != subject:
        told.pop("caller_name", None)
        history = [{**one, "was": _without_name(one["was"])} for one in history]
    names = {"id": call.sealed["id"], "record_id": str(call.stored.record_id)}
    own = {"history": history, "receipt": call.receipt}
    return {**names, **told, **call.marks, **restriction_of(chosen), **own}


def recording_row(chosen: ChosenCall, one: ChosenRecording, *, audio: bool) -> Mapping[str, Any]:
    metadata = one.recording.metadata
    path = recording_path(one.recording).removeprefix("data/") if audio else None
    return {
        "call_id": chosen.call.sealed["id"],
        "record_id": str(one.recording.stored.record_id),
        "path": path,
        **{name: metadata[name] for name in _OF_A_RECORDING},
        **restriction_of(one),
    }


def _without_name(was: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in was.items() if name != "caller_name"}
