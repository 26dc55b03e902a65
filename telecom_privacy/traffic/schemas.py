"""Traffic records as JSON (API.md "Calls")."""

from marshmallow import Schema, fields, validate

from telecom_privacy.http.schemas import PeriodQuery


class NumberQuery(PeriodQuery):
    """What of a history is looked for: a party's number, and when the call started."""

    number = fields.String(validate=validate.Length(1, 40))


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
