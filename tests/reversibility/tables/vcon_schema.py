"""What our vCons may contain: what draft-ietf-vcon-vcon-core-04 allows, and no more than we use."""

from typing import Any

_MOMENT = {"type": "string", "format": "date-time", "pattern": "Z$"}
_INDEX = {"type": "integer", "minimum": 0, "maximum": 1}
_TEXT = {"type": "string", "minLength": 1}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


PARTY = _object((), tel=_TEXT, name=_TEXT, validation={"const": "none"}, uuid={"format": "uuid"})

_SPOKEN = {
    "start": _MOMENT,
    "duration": {"type": "number", "minimum": 0},
    "parties": {"const": [0, 1]},
}

RECORDED = _object(
    ("type", "start", "mediatype", "content_hash"),
    **_SPOKEN,
    type={"const": "recording"},
    mediatype={"type": "string", "pattern": "^[a-z]+/"},
    url={"type": "string", "pattern": r"^\.\./recordings/[0-9a-f-]{36}\.[a-z0-9]+$"},
    content_hash={"type": "string", "pattern": "^sha256-[A-Za-z0-9_-]{43}$"},
)

UNRECORDED = _object(("type", "start"), **_SPOKEN, type={"const": "recording"})

INCOMPLETE = _object(
    ("type", "start", "disposition"),
    **_SPOKEN,
    type={"const": "incomplete"},
    disposition={
        "enum": ["no-answer", "congestion", "failed", "busy", "hung-up", "voicemail-no-message"]
    },
)

ATTACHMENT = _object(
    ("purpose", "start", "party", "dialog", "mediatype", "body", "encoding"),
    purpose={"enum": ["cdr", "note"]},
    start=_MOMENT,
    party=_INDEX,
    dialog={"const": 0},
    mediatype={"enum": ["application/json", "text/plain"]},
    body={},
    encoding={"enum": ["json", "none"]},
)

VCON = _object(
    ("vcon", "uuid", "created_at", "updated_at", "parties", "dialog", "attachments"),
    vcon={"const": "0.4.0"},
    uuid={"type": "string", "format": "uuid"},
    created_at=_MOMENT,
    updated_at=_MOMENT,
    parties={"type": "array", "items": PARTY, "minItems": 2, "maxItems": 2},
    dialog={
        "type": "array",
        "items": {"oneOf": [RECORDED, UNRECORDED, INCOMPLETE]},
        "minItems": 1,
    },
    attachments={"type": "array", "items": ATTACHMENT, "minItems": 1, "maxItems": 2},
)
