"""Records of all other categories as rows: one table for each."""

from collections.abc import Mapping
from typing import Any

from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.media import content_path
from telecom_privacy.reversibility.selection import ChosenRecord
from telecom_privacy.reversibility.tables.restriction import RESTRICTION, restriction_of
from telecom_privacy.reversibility.tables.schema import Field, ForeignKey, Table, Type

_FIELDS = (
    Field("id", "The record's id, as it was named when it was handed in"),
    Field("record_id", "The random id under which it was kept"),
    Field("licence_id", "The licence (agent or device) that it belongs to, if any"),
    Field("subject", "The person whom it is about, if any"),
    Field("occurred_at", "UTC", Type.DATETIME),
    Field("data", "What the record says", Type.OBJECT),
    Field("events", "The latest time of each event (UTC), by its name", Type.OBJECT),
    Field("history", "Events with their reasons, and what a consent said before", Type.ARRAY),
    Field("binned", "Whether it lay in the bin", Type.BOOLEAN),
    RESTRICTION,
    Field("receipt", "The signed receipt of its last version", Type.OBJECT),
    Field("content_path", "Its binary content, if it has one: a file beside `datapackage.json`"),
    Field("content_media_type", "The type of that file"),
    Field("content_bytes", "The size of that file", Type.INTEGER, unit="byte"),
    Field("content_sha256", "The SHA-256 of that file, in hexadecimal digits"),
    Field("content_received_at", "When it was handed in; UTC", Type.DATETIME),
    Field("content_receipt", "The signed receipt of that file", Type.OBJECT),
)

_OF_CONTENT = ("media_type", "bytes", "sha256", "received_at", "receipt")


def record_table(category: str) -> Table:
    """The table of a category."""
    return Table(
        name=f"records-{category}",
        path=f"records/{category}",
        title=f"Records: {category}",
        fields=_FIELDS,
        primary_key=("id",),
        foreign_keys=(ForeignKey("licence_id", "licences"),),
    )


def record_row(chosen: ChosenRecord) -> Mapping[str, Any]:
    record = chosen.record
    stored, sealed = record.stored, record.sealed
    return {
        "id": sealed["id"],
        "record_id": str(stored.record_id),
        "licence_id": sealed.get("licence_id"),
        "subject": sealed.get("subject"),
        "occurred_at": to_text(stored.occurred_at),
        "data": sealed["data"],
        "events": {name: to_text(at) for name, at in sorted(stored.events.items())},
        "history": sealed["history"],
        "binned": stored.binned,
        **restriction_of(chosen),
        "receipt": record.receipt,
        **_content(chosen),
    }


def _content(chosen: ChosenRecord) -> dict[str, Any]:
    content = chosen.content
    if content is None:
        return {}
    path = content_path(chosen.record.stored, content["media_type"]).removeprefix("data/")
    return {
        "content_path": path,
        **{f"content_{name}": content[name] for name in _OF_CONTENT},
    }
