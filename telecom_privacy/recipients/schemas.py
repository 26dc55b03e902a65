"""The list of recipients as JSON."""

from marshmallow import Schema, fields, validate

from telecom_privacy.http.schemas import ApiSchema
from telecom_privacy.recipients.model import Direction, Kind, Safeguard


class RecipientsQuery(ApiSchema):
    on = fields.Date(load_default=None)


class ChangesQuery(ApiSchema):
    since = fields.Date(load_default=None)


class RecipientSchema(Schema):
    name = fields.String()
    kind = fields.String(validate=validate.OneOf([one.value for one in Kind]))
    service = fields.String()
    purpose = fields.String()
    categories = fields.List(fields.String())
    country = fields.String()
    safeguard = fields.String(validate=validate.OneOf([one.value for one in Safeguard]))
    ground = fields.String(allow_none=True)
    since = fields.Date()
    until = fields.Date(allow_none=True)


class RecipientListSchema(Schema):
    items = fields.List(fields.Nested(RecipientSchema))


class ChangeSchema(Schema):
    id = fields.String()
    effective_on = fields.Date()
    direction = fields.String(validate=validate.OneOf([one.value for one in Direction]))
    recipient = fields.Nested(RecipientSchema)


class ChangeListSchema(Schema):
    items = fields.List(fields.Nested(ChangeSchema))
