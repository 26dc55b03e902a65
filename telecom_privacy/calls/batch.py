"""A batch of calls as NDJSON: every line judged by itself, good lines stored (API.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.calls.ingest import MOST_CALLS, CallIngest, Outcome, Stored
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.model import NewCall
from telecom_privacy.calls.schemas import BatchCallSchema
from telecom_privacy.clients.model import Client
from telecom_privacy.errors import BadRequest, Invalid, TelecomPrivacyError
from telecom_privacy.http.access import Access
from telecom_privacy.http.endpoint import parse_json
from telecom_privacy.http.schemas import messages


@dataclass(slots=True)
class BatchResult:
    """What happened to each line; lines count from 1."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)
    receipts: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    call: NewCall


class CallBatch:
    """Reads lines and stores them some at a time."""

    def __init__(self, ingest: CallIngest, intake: CallIntake) -> None:
        self._ingest = ingest
        self._intake = intake

    def store(self, access: Access, client: Client, lines: Iterable[bytes]) -> BatchResult:
        """Store every good line. Raises `Unavailable`: sending the whole batch again is safe."""
        result = BatchResult()
        for group in _groups(self._read(lines, result)):
            outcomes = self._ingest.store(access, client, [line.call for line in group])
            for line, outcome in zip(group, outcomes, strict=True):
                _record(result, line, outcome)
        result.rejected.sort(key=lambda rejected: rejected["line"])
        return result

    def _read(self, lines: Iterable[bytes], result: BatchResult) -> Iterator[_Line]:
        schema = BatchCallSchema()
        for number, raw in enumerate(lines, 1):
            if not raw.strip():
                continue
            call_id = None
            try:
                value = parse_json(raw)
                call_id = value.get("call_id") if isinstance(value, dict) else None
                body = schema.load(value)
                call = self._intake.read(body.pop("call_id"), body)
            except ValidationError as error:
                result.rejected.append(_rejection(number, call_id, messages(error)))
            except (BadRequest, Invalid) as error:
                result.rejected.append(_rejection(number, call_id, _errors(error)))
            else:
                yield _Line(number, call)


def _groups(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Groups of bounded size without a call id twice: the second waits for the first."""
    group: dict[str, _Line] = {}
    for line in lines:
        if len(group) == MOST_CALLS or line.call.external_id in group:
            yield list(group.values())
            group = {}
        group[line.call.external_id] = line
    if group:
        yield list(group.values())


def _record(result: BatchResult, line: _Line, outcome: Outcome) -> None:
    if not isinstance(outcome, Stored):
        rejected = _rejection(line.number, line.call.external_id, _errors(outcome))
        result.rejected.append(rejected)
        return
    result.receipts[line.call.external_id] = outcome.receipt
    result.accepted += outcome.is_new
    result.duplicates += not outcome.is_new


def _errors(error: TelecomPrivacyError) -> Mapping[str, Any]:
    return error.errors if isinstance(error, Invalid) else {"_schema": [str(error)]}


def _rejection(number: int, call_id: object, errors: Mapping[str, Any]) -> dict[str, Any]:
    shown = call_id if isinstance(call_id, str) else None
    return {"line": number, "call_id": shown, "errors": dict(errors)}
