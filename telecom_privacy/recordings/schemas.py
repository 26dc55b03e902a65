"""Recordings as JSON (API.md "Calls")."""

from marshmallow import Schema, fields

from telecom_privacy.http.schemas import ApiSchema, external_id


class RecordingPolicyQuery(ApiSchema):
    licence_id = external_id()


class RecordingPolicySchema(Schema):
    record = fields.Boolean()
    announce = fields.Boolean()
    reason = fields.String()
