"""The records of a delivery as JSON (ETSI TS 103 705 v1.1.1), one of them on each line.

The lines let a reader go through any number of records in constant memory; a JSON reader sees
one document.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Any

from telecom_privacy.disclosure.package import record_schema
from telecom_privacy.disclosure.package.formats import (
    e164_digits,
    qualified_microseconds,
    seconds_between,
)
from telecom_privacy.disclosure.package.model import (
    Delivery,
    DisclosedCall,
    DisclosedRecord,
    DisclosedRecording,
)

RECORDS_FILE = "ts103705/response.json"
"""Where the records lie, below the payload."""

_TYPE_SCHEMA = "urn:etsi:li:103705:type-schema-id:v1.1.1"
_SPECIFICATION_VERSION = "1.1.1"


def response(delivery: Delivery) -> Iterator[bytes]:
    """Yield the response: the description of the record set, then the records."""
    description = _json(_description(delivery))
    yield b'{"recordSetDescription": ' + description + b',\n"recordSet": [\n'
    separator = b""
    for record in _records(delivery):
        yield separator + _json(record)
        separator = b",\n"
    yield b"\n]}\n"


def _description(delivery: Delivery) -> dict[str, str]:
    return {
        "etsiSchemaId": _TYPE_SCHEMA,
        "etsiSpecificationVersion": _SPECIFICATION_VERSION,
        "cspName": delivery.operator.name,
        "cspSchemaId": record_schema.NAME,
        "cspSchemaVersion": record_schema.VERSION,
        "resultSetId": str(delivery.case_id),
        "requestReference": delivery.reference,
        "created": qualified_microseconds(delivery.prepared_at),
    }


def _records(delivery: Delivery) -> Iterator[dict[str, Any]]:
    """Number the records: what names them outside is only unique for each client."""
    found: Iterable[dict[str, Any]] = chain(
        map(_call, delivery.calls()),
        map(_record, delivery.records()),
        map(_recording, delivery.recordings()),
    )
    for number, record in zip(count(1), found, strict=False):
        told = {name: value for name, value in record.items() if value is not None}
        yield {"id": str(number), **told}


def _call(call: DisclosedCall) -> dict[str, Any]:
    answered = call.answered_at
    return {
        "type": record_schema.CALL_TYPE,
        "sessionRefId": call.reference,
        "timeBegin": qualified_microseconds(call.started_at),
        "timeEnd": qualified_microseconds(call.ended_at),
        "callDuration": seconds_between(answered, call.ended_at) if answered else 0,
        "ringingDuration": seconds_between(call.started_at, answered or call.ended_at),
        "parties": [_party("originating", call.caller), _party("terminating", call.called)],
        "answeredAt": qualified_microseconds(answered) if answered else None,
        "direction": call.direction,
        "disposition": call.disposition,
        "route": call.route,
        "licence": call.licence,
        "client": call.client,
        "origin": call.origin.value,
    }


def _party(role: str, number: str | None) -> dict[str, Any]:
    """A party whose number was withheld has no identity."""
    if number is None:
        return {"role": role}
    digits = e164_digits(number)
    identity = {"phoneNumber": digits} if digits else {"unstructuredPhoneNumber": number}
    return {"identity": identity, "role": role}


def _record(record: DisclosedRecord) -> dict[str, Any]:
    at = record.occurred_at
    return {
        "type": record_schema.RECORD_TYPE,
        "reference": record.reference,
        "category": record.category,
        "occurredAt": qualified_microseconds(at) if at else None,
        "subject": record.subject,
        "client": record.client,
        "origin": record.origin.value,
        "data": dict(record.data),
    }


def _recording(recording: DisclosedRecording) -> dict[str, Any]:
    return {
        "type": record_schema.RECORDING_TYPE,
        "sessionRefId": recording.reference,
        "client": recording.client,
        "path": recording.path,
        "mediaType": recording.media_type,
        "bytes": recording.length,
        "sha256": recording.sha256,
    }


def _json(value: Any) -> bytes:
    """ASCII, so that any text is carried as it is; no line break can be in it."""
    return json.dumps(value).encode("ascii")
