"""Holds as JSON (API.md "Retention, holds, erasure")."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from telecom_privacy.holds.model import HoldState
from telecom_privacy.http.schemas import ApiSchema, Moment, PageQuery, external_id, text


class NewHoldSchema(ApiSchema):
    case = text(200, required=True)
    reason = text(required=True)
    client_id = external_id(allow_none=True, load_default=None)
    licence_id = external_id(allow_none=True, load_default=None)
    number = fields.String(allow_none=True, load_default=None, validate=validate.Length(1, 50))
    start = Moment(data_key="from", allow_none=True, load_default=None)
    end = Moment(data_key="until", allow_none=True, load_default=None)
    review_on = fields.Date(required=True)
    secret = fields.Boolean(required=True, truthy={True}, falsy={False})

    @validates_schema
    def _names_something(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["client_id"] is None and data["number"] is None:
            raise ValidationError("Name a client or a number.", "client_id")
        if data["licence_id"] is not None and data["client_id"] is None:
            raise ValidationError("A licence is one of a client.", "client_id")

    @validates_schema
    def _period_runs_forward(self, data: Mapping[str, Any], **_: Any) -> None:
        if data["start"] and data["end"] and data["end"] < data["start"]:
            raise ValidationError("Lies before `from`.", "until")


class HoldQuery(PageQuery):
    state = fields.Enum(HoldState, by_value=True, load_default=None)
    review_due = fields.Boolean(load_default=None)


class ReviewSchema(ApiSchema):
    review_on = fields.Date(required=True)


class ActSchema(Schema):
    by = fields.String()
    at = Moment()


class HoldSchema(Schema):
    id = fields.String()
    case = fields.String()
    reason = fields.String()
    client_id = fields.String(allow_none=True)
    licence_id = fields.String(allow_none=True)
    number = fields.String(allow_none=True)
    record_id = fields.String(allow_none=True)
    start = Moment(attribute="from", data_key="from", allow_none=True)
    until = Moment(allow_none=True)
    review_on = fields.Date()
    review_due = fields.Boolean()
    secret = fields.Boolean()
    state = fields.String()
    placed = fields.Nested(ActSchema)
    release_asked = fields.Nested(ActSchema, allow_none=True)
    released = fields.Nested(ActSchema, allow_none=True)
    withheld = fields.Integer()
    requisition = fields.UUID(allow_none=True)
    lapses_at = Moment(allow_none=True)


class HoldListSchema(Schema):
    items = fields.List(fields.Nested(HoldSchema))
    next = fields.String(allow_none=True)
