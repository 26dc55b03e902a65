"""The breaches of which the client was told, each as it then stood (RULES SEC-2)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from telecom_privacy.breaches.model import Breach
from telecom_privacy.clock import to_text
from telecom_privacy.reversibility.tables.schema import Field, Table, Type

BREACHES = Table(
    name="breaches",
    path="breaches",
    title="Breaches of personal data of which the client was told",
    fields=(
        Field("id", "The breach's random id"),
        Field("told_at", "When the client was first told of it, UTC", Type.DATETIME),
        Field("detected_at", "UTC", Type.DATETIME),
        Field("occurred_at", "Estimated, UTC", Type.DATETIME),
        Field("nature", "What was lost: confidentiality, integrity, availability", Type.ARRAY),
        Field("circumstances", "What happened"),
        Field("categories", "What data it was", Type.ARRAY),
        Field("subjects_about", "Persons, of all clients together, about", Type.INTEGER),
        Field("records_about", "Records, of all clients together, about", Type.INTEGER),
        Field("likely_consequences", "What may come of it"),
        Field("measures", "What the operator did or proposed"),
        Field("recommended", "What the operator recommended"),
    ),
    primary_key=("id",),
)

_AS_THEY_ARE = (
    "circumstances",
    "subjects_about",
    "records_about",
    "likely_consequences",
    "measures",
    "recommended",
)


def breach_rows(breaches: Iterable[Breach], client_id: UUID) -> Iterator[Mapping[str, Any]]:
    for breach in breaches:
        facts = breach.facts
        known = {name: getattr(facts, name) for name in _AS_THEY_ARE}
        yield {
            "id": str(breach.id),
            "told_at": to_text(breach.first_told(client_id)),
            "detected_at": to_text(facts.detected_at),
            "occurred_at": facts.occurred_at and to_text(facts.occurred_at),
            "nature": [one.value for one in facts.nature],
            "categories": list(facts.categories),
            **known,
        }
