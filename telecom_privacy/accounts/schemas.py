"""API keys as JSON (API.md "API keys")."""

from marshmallow import Schema, fields, validate

from telecom_privacy.http.access import ApiRole
from telecom_privacy.http.schemas import ApiSchema, Moment, external_id, text


class ApiKeySchema(ApiSchema):
    """`holder` names the person: with it, several keys are not several people."""

    role = fields.Enum(ApiRole, by_value=True, required=True)
    client_id = external_id(allow_none=True, load_default=None)
    licence_ids = fields.List(
        external_id(), allow_none=True, load_default=None, validate=validate.Length(1, 1000)
    )
    label = text(200, required=True)
    holder = text(200, allow_none=True, load_default=None)
    expires_at = Moment(allow_none=True, load_default=None)


class StaffKeySchema(ApiSchema):
    """A key for a client's own staff: always of its client, always limited to some licences."""

    licence_ids = fields.List(external_id(), required=True, validate=validate.Length(1, 1000))
    label = text(200, required=True)
    expires_at = Moment(allow_none=True, load_default=None)


class ApiKeyViewSchema(Schema):
    id = fields.String()
    role = fields.String()
    client_id = fields.String(allow_none=True)
    licence_limited = fields.Boolean()
    label = fields.String()
    holder = fields.String(allow_none=True)
    created_at = Moment()
    expires_at = Moment(allow_none=True)
    revoked_at = Moment(allow_none=True)
    last_used_at = Moment(allow_none=True)


class IssuedApiKeySchema(ApiKeyViewSchema):
    key = fields.String()


class ApiKeyListSchema(Schema):
    items = fields.List(fields.Nested(ApiKeyViewSchema))
    next = fields.String(allow_none=True)


class StaffKeyViewSchema(Schema):
    """`licence_ids` is null for a key for the whole client."""

    id = fields.String()
    label = fields.String()
    licence_ids = fields.List(fields.String(), allow_none=True)
    created_at = Moment()
    expires_at = Moment(allow_none=True)
    revoked_at = Moment(allow_none=True)
    last_used_at = Moment(allow_none=True)


class IssuedStaffKeySchema(StaffKeyViewSchema):
    key = fields.String()


class StaffKeyListSchema(Schema):
    items = fields.List(fields.Nested(StaffKeyViewSchema))
    next = fields.String(allow_none=True)
