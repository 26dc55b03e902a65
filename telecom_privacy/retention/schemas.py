"""Sweeps, previews and certificates as JSON (API.md "Retention, holds, erasure")."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load

from telecom_privacy.http.schemas import ApiSchema, Moment, external_id
from telecom_privacy.policies.fields import DurationField, NameField


class PreviewQuery(ApiSchema):
    on = fields.Date(required=True)
    client = external_id()
    storage_extension = fields.Boolean()
    policy = fields.String()
    terms = fields.Dict(
        keys=NameField(),
        values=DurationField(),
        metadata={"description": "One parameter for each category: terms.recording=P30D"},
    )

    @pre_load
    def _gather_terms(self, data: Mapping[str, Any], **kwargs: Any) -> dict[str, Any]:
        terms = {name: data[name] for name in data if name.startswith("terms.")}
        rest = {name: data[name] for name in data if name not in terms}
        agreed = {name.removeprefix("terms."): text for name, text in terms.items()}
        return {**rest, "terms": agreed} if agreed else rest


class ForecastSchema(Schema):
    client = fields.String()
    category = fields.String()
    rule = fields.String()
    day = fields.Date()
    count = fields.Integer()


class PreviewSchema(Schema):
    on = fields.Date()
    items = fields.List(fields.Nested(ForecastSchema))


class SweepStartedSchema(Schema):
    id = fields.String()


class SweepProgressSchema(Schema):
    clients = fields.Integer()
    clients_done = fields.Integer()
    failed_clients = fields.Integer()
    erased = fields.Dict(keys=fields.String(), values=fields.Integer())


class SweepSchema(Schema):
    id = fields.String()
    state = fields.String()
    started_at = Moment()
    finished_at = Moment(allow_none=True)
    progress = fields.Nested(SweepProgressSchema)
    certificates = fields.List(fields.String())


class AnonymisedSchema(Schema):
    """`licence` is the random id of what is left, absent while the work goes on."""

    state = fields.String()
    licence = fields.String(allow_none=True)


class CountSchema(Schema):
    rule = fields.String()
    category = fields.String()
    count = fields.Integer()


class CertificateSchema(Schema):
    id = fields.String()
    client = fields.String()
    day = fields.String()
    role = fields.String()
    revision = fields.Integer()
    issued_at = fields.String()
    counts = fields.List(fields.Nested(CountSchema))
    commitment = fields.String()
    leaf_index = fields.Integer()
    keystore_backups_gone_on = fields.String()
    final = fields.Boolean()
    final_since = fields.String(allow_none=True)
    condition = fields.String(allow_none=True)
    statement = fields.String()
    key = fields.String()
    signature = fields.String()


class CertificateListSchema(Schema):
    items = fields.List(fields.Nested(CertificateSchema))
    next = fields.String(allow_none=True)


class DestroyedLaterSchema(Schema):
    day = fields.Date()
    count = fields.Integer()


class DestructionCountSchema(Schema):
    """`erased` is the sum of the others: `destroyed` at once, `withheld` by a hold still."""

    rule = fields.String()
    category = fields.String()
    erased = fields.Integer()
    destroyed = fields.Integer()
    withheld = fields.Integer()
    destroyed_later = fields.List(fields.Nested(DestroyedLaterSchema))


class DestructionSchema(Schema):
    certificate = fields.UUID()
    counts = fields.List(fields.Nested(DestructionCountSchema))
