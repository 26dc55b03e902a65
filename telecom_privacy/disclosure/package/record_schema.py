"""The JSON Schema of our records, which TS 103 705 lets each provider write (clause 6.2.4)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from telecom_privacy.disclosure.package.model import Operator, Origin

NAME = "telecom-privacy-disclosure"
VERSION = "1.0.0"
ISSUED_ON = date(2026, 11, 23)

_SCHEMA = "urn:etsi:li:103705:record-schema-id:v1.1.1"
_TYPES = "urn:etsi:li:103705:type-schema-id:v1.1.1"
_TIME = {"$ref": "ts_103280_2017_07#/$defs/QualifiedMicrosecondDateTime"}
_TEXT = {"type": "string"}
_ORIGIN = {"enum": [origin.value for origin in Origin]}

CALL_TYPE = f"{_SCHEMA}#/$defs/DisclosedCall"
RECORD_TYPE = f"{_SCHEMA}#/$defs/DisclosedRecord"
RECORDING_TYPE = f"{_SCHEMA}#/$defs/RecordingReference"


def schema(operator: Operator) -> bytes:
    """Return the schema of what `ts103705.response` writes."""
    described = {
        "$id": _SCHEMA,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "CSP Record Schema",
        "description": "Calls, other records and references to recordings (ETSI TS 103 705 6.2.4)",
        "cspName": operator.name,
        "cspSchemaID": NAME,
        "dateIssued": ISSUED_ON.isoformat(),
        "cspSchemaVersion": VERSION,
        "$defs": {
            "record": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in _DEFINITIONS]},
            **_DEFINITIONS,
        },
    }
    return json.dumps(described, indent=2).encode() + b"\n"


def _definition(
    kind: str,
    description: str,
    properties: Mapping[str, Any],
    required: Sequence[str],
    base: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        **({"allOf": [base]} if base else {}),
        "properties": {"id": _TEXT, "type": {"const": kind}, **properties},
        "required": ["id", "type", *required],
        "unevaluatedProperties": False,
    }


_CALL = {
    "answeredAt": {**_TIME, "description": "When it was answered; missing: never"},
    "direction": {**_TEXT, "description": "As the client's line saw it: in or out"},
    "disposition": {**_TEXT, "description": "How it ended, in the words of the platform"},
    "route": {**_TEXT, "description": "The way it took, in the words of the platform"},
    "licence": {**_TEXT, "description": "The agent or device of the client"},
    "client": {**_TEXT, "description": "The customer of the operator"},
    "origin": {**_ORIGIN, "description": "As what the operator has this record (GDPR article 4)"},
}
_RECORDING = {
    "sessionRefId": {**_TEXT, "description": "The call, or the record, that it belongs to"},
    "client": _TEXT,
    "path": {**_TEXT, "description": "Where it lies, below the folder data of the package"},
    "mediaType": _TEXT,
    "bytes": {"type": "integer", "minimum": 0},
    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
_RECORD = {
    "reference": _TEXT,
    "category": _TEXT,
    "occurredAt": {**_TIME, "description": "Missing where content alone is given"},
    "subject": {**_TEXT, "description": "The number or name that it is about"},
    "client": _TEXT,
    "origin": _ORIGIN,
    "data": {"type": "object"},
}

_DEFINITIONS: Mapping[str, Any] = {
    "DisclosedCall": _definition(
        CALL_TYPE,
        "A call",
        _CALL,
        ("sessionRefId", "timeEnd", "direction", "disposition", "origin"),
        {"$ref": f"{_TYPES}#/$defs/CallRecord"},
    ),
    "DisclosedRecord": _definition(
        RECORD_TYPE,
        "A record of another kind",
        _RECORD,
        ("reference", "category", "origin", "data"),
    ),
    "RecordingReference": _definition(
        RECORDING_TYPE,
        "A file beside the records, such as the recording of a call",
        _RECORDING,
        ("sessionRefId", "path", "mediaType", "bytes", "sha256"),
    ),
}
