"""The API keys of the client and its staff as rows: never the keys themselves."""

from collections.abc import Mapping
from typing import Any

from telecom_privacy.accounts.model import DescribedKey
from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.tables.schema import Field, Table, Type

STAFF_KEYS = Table(
    name="staff_keys",
    path="staff_keys",
    title="API keys of the client and its staff, without the keys themselves",
    fields=(
        Field("id", "The key's id: what `by` and `actor` name"),
        Field("label", "Who or what it was made for"),
        Field(
            "licence_ids",
            "The licences that it is limited to; empty for a key of the whole client",
            Type.ARRAY,
        ),
        Field("created_at", "UTC", Type.DATETIME),
        Field("expires_at", "The end of its validity, if it has one; UTC", Type.DATETIME),
        Field("revoked_at", "When it was revoked, if it was; UTC", Type.DATETIME),
    ),
    primary_key=("id",),
)


def staff_key_row(described: DescribedKey) -> Mapping[str, Any]:
    key = described.key
    return {
        "id": str(key.id),
        "label": described.label,
        "licence_ids": described.licence_ids,
        "created_at": to_text(key.created_at),
        "expires_at": key.expires_at and to_text(key.expires_at),
        "revoked_at": key.revoked_at and to_text(key.revoked_at),
    }
