"""Licences as rows: also those that were erased, as far as calls and records still name them."""

from collections.abc import Mapping
from typing import Any

from telecom_privacy.clients.model import Licence
from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.tables.schema import Field, Table, Type

ERASED = "erased"
"""The status of a licence of which only its id is left, in calls or records that name it."""

LICENCES = Table(
    name="licences",
    path="licences",
    title="Licences: one per agent or device",
    fields=(
        Field("id", "The licence's id, as the client or the operator named it"),
        Field("label", "Who or what it stands for"),
        Field("kind", "Of a person or of a machine", values=("agent", "device")),
        Field(
            "status",
            "Whether it is served; `erased` where only its id is left",
            values=("active", "suspended", "ended", "anonymised", ERASED),
        ),
        Field("valid_until", "The last day of its validity", Type.DATE),
        Field("privileged", "The profession of its holder, where a law protects its secrecy"),
        Field("created_at", "UTC", Type.DATETIME),
    ),
    primary_key=("id",),
)


def licence_row(licence: Licence) -> Mapping[str, Any]:
    return {
        "id": licence.external_id,
        "label": licence.details.get("label"),
        "kind": licence.kind,
        "status": licence.status,
        "valid_until": licence.valid_until and licence.valid_until.isoformat(),
        "privileged": licence.details.get("privileged"),
        "created_at": to_text(licence.created_at),
    }


def least_licence_row(licence: Licence) -> Mapping[str, Any]:
    """What somebody else whose calls went over it may know of a licence (GDPR article 15(4))."""
    return {"id": licence.external_id, "kind": licence.kind, "status": licence.status}


def erased_licence_row(licence_id: str) -> Mapping[str, Any]:
    return {"id": licence_id, "status": ERASED}
