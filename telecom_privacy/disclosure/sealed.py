"""A requisition as it is sealed in its record (docs/formats.md)."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from telecom_privacy.clock import to_text
from telecom_privacy.disclosure.model import (
    Asked,
    Authorisation,
    Authority,
    EnforcingAuthority,
    Entry,
    NumberRange,
    OfClient,
    Order,
    Person,
    Requisition,
)
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.legal_bases.model import (
    AuthorisationKind,
    AuthorityKind,
    BasisKind,
    DataCategory,
)
from telecom_privacy.records.kept_step import step_from, step_json
from telecom_privacy.records.model import KEPT, Record

_NAMES = {
    "reference": "reference",
    "procedure": "procedure",
    "magistrate": "magistrate",
    "basis": "basis",
    "offence": "offence",
    "maximum_penalty_months": "maximum_penalty_months",
    "case": "case_60_1_2",
    "channel": "channel",
    "no_channel_reason": "no_pnij_reason",
    "recorded_late_because": "recorded_late_because",
    "urgent": "urgent",
    "client_not_informed_because": "client_not_informed_because",
    "cost_claim": "cost_claim",
    "scan_sha256": "scan_sha256",
    "recipient": "recipient",
}
"""What is sealed as it is, and by which name."""


def file_of(requisition: Requisition) -> dict[str, Any]:
    """All of a requisition but its id, which the record itself says."""
    return {
        "kind": requisition.kind.value,
        "order": order_json(requisition.order),
        "entries": [step_json(entry) for entry in requisition.entries],
    }


def requisition_from(record: Record) -> Requisition:
    file = record.sealed[KEPT]
    return Requisition(
        id=UUID(record.sealed["id"]),
        kind=BasisKind(file["kind"]),
        order=_order_from(file["order"]),
        entries=tuple(step_from(Entry, Step, entry) for entry in file["entries"]),
    )


def order_json(order: Order) -> dict[str, Any]:
    """What the order says, by the names of the interface, in a form that JSON takes."""
    person, asked = order.person, order.asked
    return {
        **{name: getattr(order, attribute) for attribute, name in _NAMES.items()},
        "authority": _authority_json(order.authority),
        "person": {
            "name": person.name,
            "rank": person.rank,
            "service": person.service,
            "identifier": person.identifier,
        },
        "authorisations": [
            {"kind": one.kind.value, "reference": one.reference, "date": one.date.isoformat()}
            for one in order.authorisations
        ],
        "enforcing_authority": _enforcing_json(order.enforcing_authority),
        "received_at": to_text(order.received_at),
        "numbers": list(asked.numbers),
        "number_ranges": [_range_json(one) for one in asked.ranges],
        "licences": list(map(_of_client_json, asked.licences)),
        "call_ids": list(map(_of_client_json, asked.calls)),
        "period": {
            "from": to_text(asked.start),
            "until": to_text(asked.end),
            "time_zone": asked.zone,
        },
        "categories": sorted(asked.categories),
    }


def _of_client_json(one: OfClient) -> dict[str, Any]:
    return {"client_id": one.client_id, "id": one.id}


def _range_json(one: NumberRange) -> dict[str, Any]:
    return {"from": one.first, "to": one.last, "licence": _of_client_json(one.licence)}


def _range_from(sealed: Mapping[str, Any]) -> NumberRange:
    return NumberRange(sealed["from"], sealed["to"], OfClient(**sealed["licence"]))


def order_digest(order: Order) -> str:
    """SHA-256 (hex) of all that an order says: the same as long as nobody corrects it."""
    return sha256(json.dumps(order_json(order), sort_keys=True).encode()).hexdigest()


def _authority_json(authority: Authority) -> dict[str, Any]:
    return {"kind": authority.kind.value, "name": authority.name, "address": authority.address}


def _enforcing_json(told: EnforcingAuthority | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        "notified_at": told.notified_at and to_text(told.notified_at),
        "confirmed_at": told.confirmed_at and to_text(told.confirmed_at),
        "not_notified_because": told.not_notified_because,
    }


def _enforcing_from(sealed: Mapping[str, Any] | None) -> EnforcingAuthority | None:
    if sealed is None:
        return None
    notified, confirmed = (
        sealed[name] and datetime.fromisoformat(sealed[name])
        for name in ("notified_at", "confirmed_at")
    )
    return EnforcingAuthority(notified, confirmed, sealed["not_notified_because"])


def _order_from(sealed: Mapping[str, Any]) -> Order:
    authority = sealed["authority"]
    said: dict[str, Any] = {attribute: sealed.get(name) for attribute, name in _NAMES.items()}
    return Order(
        **said,
        authority=Authority(**{**authority, "kind": AuthorityKind(authority["kind"])}),
        person=Person(**sealed["person"]),
        asked=_asked_from(sealed),
        authorisations=tuple(map(_authorisation_from, sealed["authorisations"])),
        enforcing_authority=_enforcing_from(sealed.get("enforcing_authority")),
        received_at=datetime.fromisoformat(sealed["received_at"]),
    )


def _asked_from(sealed: Mapping[str, Any]) -> Asked:
    period = sealed["period"]
    return Asked(
        numbers=tuple(sealed["numbers"]),
        licences=tuple(OfClient(**one) for one in sealed["licences"]),
        calls=tuple(OfClient(**one) for one in sealed["call_ids"]),
        start=datetime.fromisoformat(period["from"]),
        end=datetime.fromisoformat(period["until"]),
        zone=period["time_zone"],
        categories=frozenset(map(DataCategory, sealed["categories"])),
        ranges=tuple(map(_range_from, sealed.get("number_ranges", ()))),
    )


def _authorisation_from(sealed: Mapping[str, Any]) -> Authorisation:
    kind, day = AuthorisationKind(sealed["kind"]), date.fromisoformat(sealed["date"])
    return Authorisation(kind, sealed["reference"], day)
