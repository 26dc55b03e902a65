"""Counts as JSON."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from telecom_privacy.http.schemas import ApiSchema

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(?![\s\S])", re.ASCII)


def _month(name: str) -> fields.String:
    rule = validate.Regexp(_MONTH, error="Not a month, YYYY-MM.")
    return fields.String(data_key=name, validate=rule, load_default=None)


class StatisticsQuery(ApiSchema):
    """The first and the last month that are wanted, both included."""

    first = _month("from")
    last = _month("until")

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["first"] and data["last"] and data["last"] < data["first"]:
            raise ValidationError("Lies before `from`.", "until")


class GroupCountSchema(Schema):
    month = fields.String()
    role = fields.String()
    category = fields.String()
    direction = fields.String(allow_none=True)
    count = fields.Integer()


class StatisticsSchema(Schema):
    items = fields.List(fields.Nested(GroupCountSchema))
