"""Who else than the client itself opened its data, when and why (RULES ROLE-4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telecom_privacy.audit.accesses import AccessQuery, DisclosedAccess
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.reversibility.tables.schema import Field, Table, Type
from telecom_privacy.storage.paging import TICK

ACCESSES = Table(
    name="accesses",
    path="accesses",
    title="Accesses of the operator to the client's data",
    fields=(
        Field("leaf_index", "The entry of the operator's audit log that says so", Type.INTEGER),
        Field("at", "UTC", Type.DATETIME),
        Field("action", "What was done"),
        Field("actor", "Who did it: the id of a key of the operator's staff or of a machine"),
        Field("role", "As what"),
        Field("purpose", "What for, as it was stated"),
        Field("reference", "The ticket or case that was stated"),
        Field("category", "Of what"),
        Field("record", "The record's random id"),
        Field("licence", "The licence's random id"),
        Field("export", "The package's random id"),
        Field("count", "How many records were found", Type.INTEGER),
    ),
    primary_key=("leaf_index",),
)

_DETAILS = ("role", "purpose", "reference", "category", "record", "licence", "export", "count")


def accesses_within(wish: Wish, as_of: datetime) -> AccessQuery:
    """What others than the client opened by then, in the period that was asked for."""
    end = as_of + TICK
    return AccessQuery(wish.start, min(wish.end or end, end), is_own=False)


def access_row(access: DisclosedAccess) -> Mapping[str, Any]:
    entry = access.entry
    details: Any = entry["details"]
    return {
        "leaf_index": access.index,
        **{name: entry[name] for name in ("at", "action", "actor")},
        **{name: details[name] for name in _DETAILS if name in details},
    }
