"""Recordings as JSON (API.md "Calls")."""

from marshmallow import Schema, fields, validate

from telecom_privacy.http.schemas import ApiSchema, external_id


class RecordingPolicyQuery(ApiSchema):
    licence_id = external_id()
    number = fields.String(validate=validate.Length(1, 40))


class RecordingPolicySchema(Schema):
    record = fields.Boolean()
    announce = fields.Boolean()
    reason = fields.String()
