"""The lines of a batch as they come in, each read and judged by itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.calls.batch import Line, Rejection, errors_of
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.schemas import BatchCallSchema
from telecom_privacy.errors import BadRequest, Invalid
from telecom_privacy.http.endpoint import parse_json
from telecom_privacy.http.schemas import messages


def read_lines(intake: CallIntake, lines: Iterable[bytes]) -> Iterator[Line | Rejection]:
    """Read NDJSON; lines count from 1, and empty ones are passed over."""
    schema, intake = BatchCallSchema(), intake.of_a_batch()
    for number, raw in enumerate(lines, 1):
        if raw.strip():
            yield _read(schema, intake, number, raw)


def _read(schema: BatchCallSchema, intake: CallIntake, number: int, raw: bytes) -> Line | Rejection:
    value: Any = None
    try:
        value = parse_json(raw)
        body = schema.load(value)
        return Line(number, intake.read(body.pop("call_id"), body), len(raw))
    except ValidationError as error:
        return Rejection(number, _call_id(value), messages(error))
    except (BadRequest, Invalid) as error:
        return Rejection(number, _call_id(value), errors_of(error))


def _call_id(value: Any) -> str | None:
    call_id = value.get("call_id") if isinstance(value, dict) else None
    return call_id if isinstance(call_id, str) else None
