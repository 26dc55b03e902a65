"""How many documents there are and over which time, told by an index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.collection import Collection

from telecom_privacy.storage.mongo import Document, translating_errors


@dataclass(frozen=True, slots=True)
class Span:
    """A number of records and the time of the first and last; None where there are none."""

    count: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None


def span_of(
    collection: Collection[Document],
    query: Mapping[str, Any],
    field: str,
    parts: Sequence[Mapping[str, Any]] = (),
) -> Span:
    """Count what a query finds, and say when the first and last of it were by a time.

    Costs what the query finds, within the server. `parts` are further stages, by which one
    document may count several times or not at all.
    """
    time = f"${field}"
    group = {"_id": None, "n": {"$sum": 1}, "first": {"$min": time}, "last": {"$max": time}}
    with translating_errors():
        found = list(collection.aggregate([{"$match": query}, *parts, {"$group": group}]))
    return Span(found[0]["n"], found[0]["first"], found[0]["last"]) if found else Span()
