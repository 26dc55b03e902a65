"""What a person gets: rows that any spreadsheet reads (GDPR articles 15 and 20)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import to_text
from telecom_privacy.records.model import Record
from telecom_privacy.restrictions.model import Reason
from telecom_privacy.reversibility.media import extension_of
from telecom_privacy.reversibility.tables.csv_text import csv_rows

TRAFFIC_FIELDS = (
    "direction",
    "from",
    "to",
    "started_at",
    "answered_at",
    "ended_at",
    "disposition",
    "route",
    "restriction",
)
RECORD_FIELDS = (
    "record_id",
    "category",
    "client_id",
    "subject",
    "occurred_at",
    "data",
    "events",
    "purposes",
    "legal_bases",
    "recipients",
    "kept_until",
    "restriction",
    "content",
)
EXCLUSION_FIELDS = ("what", "ground")
EXCLUSIONS = (
    {
        "what": "the last four digits of the other party of each call",
        "ground": "rights of others (GDPR articles 15(4) and 20(4))",
    },
    {
        "what": "what is hosted for clients: recordings, call history, notes, messages",
        "ground": "each client is the controller and answers (GDPR article 28)",
    },
    {
        "what": "what is archived within a limitation period",
        "ground": "defence of legal claims (GDPR article 17(3)(e)); answered by the legal staff",
    },
    {
        "what": "the register of requests of persons",
        "ground": "its answers were given to the person already",
    },
)
_MASKED_DIGITS = 4


def csv_lines(fields: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield the lines of a CSV file with a header, none a formula (see `tables.csv_text`)."""
    yield csv_rows([fields])
    for row in rows:
        yield csv_rows([[row.get(field) for field in fields]])


def traffic_row(content: Mapping[str, Any], number: str) -> Mapping[str, Any]:
    """A traffic record for the person with `number`; of the other party not the whole number."""
    shown = {side: _shown(content[side], number) for side in ("from", "to")}
    return {**content, **shown}


def record_row(client: Client, record: Record, restriction: Reason | None) -> dict[str, Any]:
    """A record with what article 15(1) tells of it: why, on which ground, for whom, how long.

    `restriction` is why it is kept and not used but for the person (GDPR article 18(2)).
    """
    stored = record.stored
    terms, role = client.terms, stored.scope.role
    verdict = terms.verdict(stored.category, role, stored.occurred_at, stored.events)
    version = terms.version_in_force(stored.occurred_at)
    rules = version.rules_for(stored.category, role)
    return {
        **{name: record.sealed.get(name) for name in ("subject", "data")},
        "record_id": str(stored.record_id),
        "category": stored.category,
        "client_id": client.external_id,
        "occurred_at": to_text(stored.occurred_at),
        "events": {name: to_text(at) for name, at in sorted(stored.events.items())},
        "purposes": _once(rule.purpose for rule in rules),
        "legal_bases": _once(rule.legal_basis for rule in rules),
        "recipients": _once(one for rule in rules for one in rule.recipients),
        "kept_until": verdict.due_at and to_text(verdict.due_at),
        "restriction": restriction and restriction.value,
        "content": content_path(record),
    }


def content_path(record: Record) -> str | None:
    """The path of a record's content in the package, below `data/`; None if it has none."""
    if record.content is None:
        return None
    extension = extension_of(record.content["media_type"])
    return f"content/{record.stored.category}/{record.stored.record_id}{extension}"


def resource(path: str, fields: Sequence[str]) -> dict[str, Any]:
    """What the data package says of a table (Data Package v2), but for its size and hash."""
    schema = {"fields": [{"name": name, "type": "string"} for name in fields]}
    name = path.partition(".")[0]
    about = {"name": name, "path": path, "type": "table", "format": "csv"}
    return {**about, "mediatype": "text/csv", "encoding": "utf-8", "schema": schema}


def _shown(other: str, number: str) -> str:
    if other == number or len(other) <= _MASKED_DIGITS:
        return other
    return other[:-_MASKED_DIGITS] + "*" * _MASKED_DIGITS


def _once(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
