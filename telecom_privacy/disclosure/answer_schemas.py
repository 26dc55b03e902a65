"""Matches, preservation and disclosure as JSON (API.md "Legal")."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from telecom_privacy.disclosure.matching import Kind, Reason
from telecom_privacy.disclosure.schemas import MOST_CERTIFICATE
from telecom_privacy.http.schemas import ApiSchema, Moment
from telecom_privacy.legal_bases.model import DataCategory


class LineSchema(Schema):
    kind = fields.Enum(Kind, by_value=True, attribute="target.kind")
    name = fields.String(attribute="target.name")
    client_id = fields.String(attribute="target.client_id", allow_none=True)
    licence_id = fields.String(attribute="target.licence", allow_none=True)
    category = fields.Enum(DataCategory, by_value=True)
    role = fields.String()
    is_found = fields.Boolean(allow_none=True)
    found = fields.Integer(attribute="counts.found")
    given = fields.Integer(attribute="counts.given")
    reasons = fields.Dict(
        fields.Enum(Reason, by_value=True), fields.Integer(), attribute="counts.reasons"
    )


class MatchesSchema(Schema):
    """Before the approval nothing is searched: `not_searched_because` says so, `is_found` is null.

    For a preservation `is_found` alone says something of a line. `reasons` count what is not
    given, for each line.
    """

    lines = fields.List(fields.Nested(LineSchema))
    found = fields.Integer(attribute="counts.found")
    given = fields.Integer(attribute="counts.given")
    is_partial = fields.Boolean(attribute="counts.is_partial")
    first_due_at = Moment(attribute="counts.first_due_at", allow_none=True)
    kept_until = Moment(allow_none=True)
    is_preservation_advised = fields.Boolean(allow_none=True)
    not_searched_because = fields.String(allow_none=True)


class SizeSchema(Schema):
    content_bytes = fields.Integer()
    fits_certificate = fields.Boolean()


class CallsQuery(ApiSchema):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))
    cursor = fields.Integer(load_default=0, validate=validate.Range(0))


class DisclosedCallSchema(Schema):
    reference = fields.String()
    origin = fields.String()
    client_id = fields.String(attribute="client", allow_none=True)
    licence_id = fields.String(attribute="licence", allow_none=True)
    caller = fields.String(attribute="caller", data_key="from", allow_none=True)
    to = fields.String(attribute="called", allow_none=True)
    direction = fields.String()
    started_at = Moment()
    answered_at = Moment(allow_none=True)
    ended_at = Moment()
    disposition = fields.String()
    route = fields.String(allow_none=True)


class DisclosedCallsSchema(Schema):
    items = fields.List(fields.Nested(DisclosedCallSchema))
    next = fields.String(allow_none=True)


class DisclosureSchema(ApiSchema):
    """For whom the package is encrypted: a certificate (PEM), or an age recipient."""

    recipient_certificate = fields.String(validate=validate.Length(1, MOST_CERTIFICATE))
    age_recipient = fields.String(validate=validate.Length(1, 200))

    @validates_schema
    def _names_one(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data.keys() - {"reason"}) != 1:
            raise ValidationError("Name a certificate or an age recipient.", "age_recipient")


class NamedRecipientSchema(DisclosureSchema):
    """`reason` says why the recipient of the order is not the one."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))


class RenewalSchema(ApiSchema):
    reference = fields.String(required=True, validate=validate.Length(1, 200))


class ConversionSchema(ApiSchema):
    production = fields.UUID(required=True)
