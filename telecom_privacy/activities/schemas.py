"""Registers of processing activities as JSON (API.md "Policies, retention, erasure")."""

from marshmallow import Schema, fields

from telecom_privacy.http.schemas import Moment
from telecom_privacy.language import Language


class TermSchema(Schema):
    rule = fields.String()
    starts_at = fields.String()
    duration = fields.String(allow_none=True)
    action = fields.String()
    in_words = fields.String()


class ActivitySchema(Schema):
    """What is done with a category of data for a purpose; `title` and `data` are their names."""

    purpose = fields.String()
    category = fields.String()
    title = fields.String()
    data = fields.String()
    policies = fields.List(fields.String())
    subjects = fields.List(fields.String())
    legal_bases = fields.List(fields.String())
    recipients = fields.List(fields.String())
    terms = fields.List(fields.Nested(TermSchema))
    agreed = fields.String(allow_none=True)


class OperatorSchema(Schema):
    name = fields.String()
    contact = fields.String()


class ServedClientSchema(Schema):
    """A client on whose behalf the operator processes."""

    id = fields.String()
    name = fields.String()
    policy = fields.String()
    contact = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)


class RegisterRecipientSchema(Schema):
    name = fields.String()
    kind = fields.String()
    service = fields.String()
    purpose = fields.String()
    categories = fields.List(fields.String())
    country = fields.String()
    is_transfer = fields.Boolean()
    safeguard = fields.String()
    ground = fields.String(allow_none=True)


class RegisterSchema(Schema):
    as_of = Moment()
    language = fields.Enum(Language, by_value=True)
    operator = fields.Nested(OperatorSchema)
    controller = fields.List(fields.Nested(ActivitySchema))
    processor = fields.List(fields.Nested(ActivitySchema))
    client_count = fields.Integer()
    clients = fields.List(fields.Nested(ServedClientSchema), allow_none=True)
    recipients = fields.List(fields.Nested(RegisterRecipientSchema))
    security_measures = fields.List(fields.String())
