"""Traffic records as JSON (API.md "Calls")."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from telecom_privacy.http.schemas import Moment, PageQuery


class PeriodQuery(PageQuery):
    """What of a history is looked for: a party's number, and when the call started."""

    number = fields.String(validate=validate.Length(1, 40))
    start = Moment(data_key="from")
    end = Moment(data_key="until")

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "start" in data and "end" in data and data["end"] < data["start"]:
            raise ValidationError("Lies before `from`.", "until")


class TrafficSchema(Schema):
    licence_id = fields.String()
    direction = fields.String()
    caller = fields.String(data_key="from", attribute="from", allow_none=True)
    to = fields.String()
    started_at = fields.String()
    answered_at = fields.String(allow_none=True)
    ended_at = fields.String()
    disposition = fields.String()
    route = fields.String(allow_none=True)


class TrafficListSchema(Schema):
    count = fields.Integer()
    items = fields.List(fields.Nested(TrafficSchema))
    next = fields.String(allow_none=True)
