"""Licences as rows: also those that only calls and records name."""

from collections.abc import Mapping
from typing import Any

from telecom_privacy.clients.model import Licence
from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.tables.schema import Field, Table, Type

ERASED = "erased"
"""The status of a licence of which only its id is left, in calls or records that name it."""

LEFT_OUT = "left_out"
"""The status of a licence of which the package has the id only: it falls due too soon."""

ONLY_NAMED = (ERASED, LEFT_OUT)

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
            "Whether it is served; `erased` where only its id is left, `left_out` where it falls "
            "due while the package was wanted to last",
            values=("active", "suspended", "ended", "anonymised", *ONLY_NAMED),
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


def named_licence_row(licence_id: str, status: str) -> Mapping[str, Any]:
    """A licence of which the package has nothing else; `status` is one of `ONLY_NAMED`."""
    return {"id": licence_id, "status": status}
