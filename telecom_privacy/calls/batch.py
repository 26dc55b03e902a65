"""A batch of calls: good ones are stored, whatever becomes of the others (API.md)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from telecom_privacy.calls.ingest import MOST_CALLS, CallIngest, Outcome, Stored
from telecom_privacy.calls.model import NewCall
from telecom_privacy.clients.model import Client
from telecom_privacy.errors import Invalid, TelecomPrivacyError
from telecom_privacy.http.access import Access
from telecom_privacy.http.problems import detail_of

_MOST_BYTES = 4 * 1024 * 1024
"""How much of a batch is read before it is stored: until then all of that is in memory."""


@dataclass(frozen=True, slots=True)
class Line:
    """A call and the number of its line; lines count from 1. `size` is in bytes, where known."""

    number: int
    call: NewCall
    size: int = 0


@dataclass(frozen=True, slots=True)
class Rejection:
    """A line that is not stored, and why; `call_id` where it could be read."""

    line: int
    call_id: str | None
    errors: Mapping[str, Any]


@dataclass(slots=True)
class BatchResult:
    """What happened to each line; receipts are by call id."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    receipts: dict[str, Mapping[str, Any]] = field(default_factory=dict)


class CallBatch:
    """Stores the calls of a batch some at a time."""

    def __init__(self, ingest: CallIngest) -> None:
        self._ingest = ingest

    def store(
        self, access: Access, client: Client, lines: Iterable[Line | Rejection]
    ) -> BatchResult:
        """Store every good line. Raises `Unavailable`: sending the whole batch again is safe."""
        result = BatchResult()
        for group in _groups(_good(lines, result)):
            outcomes = self._ingest.store(access, client, [line.call for line in group])
            for line, outcome in zip(group, outcomes, strict=True):
                _record(result, line, outcome)
        result.rejected.sort(key=lambda rejected: rejected.line)
        return result


def errors_of(error: TelecomPrivacyError) -> Mapping[str, Any]:
    """The error of a line, by field as far as it has fields."""
    return error.errors if isinstance(error, Invalid) else {"_schema": [detail_of(error)]}


def _good(lines: Iterable[Line | Rejection], result: BatchResult) -> Iterator[Line]:
    for line in lines:
        if isinstance(line, Line):
            yield line
        else:
            result.rejected.append(line)


def _groups(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Groups of bounded size without a call id twice: the second waits for the first."""
    group: dict[str, Line] = {}
    size = 0
    for line in lines:
        is_full = len(group) == MOST_CALLS or size > _MOST_BYTES
        if is_full or line.call.external_id in group:
            yield list(group.values())
            group, size = {}, 0
        group[line.call.external_id] = line
        size += line.size
    if group:
        yield list(group.values())


def _record(result: BatchResult, line: Line, outcome: Outcome) -> None:
    call_id = line.call.external_id
    if not isinstance(outcome, Stored):
        result.rejected.append(Rejection(line.number, call_id, errors_of(outcome)))
        return
    result.receipts[call_id] = outcome.receipt
    result.accepted += outcome.is_new
    result.duplicates += not outcome.is_new
