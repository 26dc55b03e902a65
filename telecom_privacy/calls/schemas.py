"""Calls as JSON (API.md "Calls")."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.audit.schemas import ReceiptSchema
from telecom_privacy.calls.model import LONGEST_CALL
from telecom_privacy.http.schemas import ApiSchema, AsMade, Moment, external_id, text
from telecom_privacy.traffic.schemas import NumberQuery

_CONSENTS = ("given", "objected", "not_asked")
_NUMBER = validate.Length(1, 40)


class CallSchema(ApiSchema):
    """The body of a call; `from` is null for a withheld number."""

    licence_id = external_id(required=True)
    direction = fields.String(required=True, validate=validate.OneOf(("in", "out")))
    caller = fields.String(
        required=True, allow_none=True, data_key="from", attribute="from", validate=_NUMBER
    )
    to = fields.String(required=True, validate=_NUMBER)
    started_at = Moment(required=True)
    answered_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True)
    disposition = fields.String(required=True, validate=validate.Length(1, 64))
    recording_consent = fields.String(required=True, validate=validate.OneOf(_CONSENTS))
    caller_name = text(200, allow_none=True)
    note = text(allow_none=True)
    route = text(200, allow_none=True)
    tags = fields.List(text(100), validate=validate.Length(0, 50))
    platform = fields.Dict(keys=fields.String())

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["ended_at"] < data["started_at"]:
            raise ValidationError("Lies before started_at.", "ended_at")
        if data["ended_at"] - data["started_at"] > LONGEST_CALL:
            raise ValidationError(
                f"Lies more than {LONGEST_CALL.days} days after started_at.", "ended_at"
            )
        answered_at = data["answered_at"]
        if answered_at and not data["started_at"] <= answered_at <= data["ended_at"]:
            raise ValidationError("Lies outside the call.", "answered_at")


class BatchCallSchema(CallSchema):
    """A line of a batch: a call with its id."""

    call_id = external_id(required=True)


class CallChangeSchema(ApiSchema):
    caller_name = text(200, allow_none=True)
    note = text(allow_none=True)
    tags = fields.List(text(100), validate=validate.Length(0, 50))
    recording_consent = fields.String(validate=validate.OneOf(_CONSENTS))
    reason = text(1000)

    @validates_schema
    def _not_empty(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data.keys() - {"reason"}:
            raise ValidationError("Give caller_name, note, tags or recording_consent.")


class CallChangedSchema(Schema):
    """A change of a call: `by` is the id of an API key, `was` what stood there before."""

    at = fields.String()
    by = fields.String()
    reason = fields.String(allow_none=True)
    was = fields.Dict(keys=fields.String())


class CallHistorySchema(Schema):
    items = fields.List(fields.Nested(CallChangedSchema))


class CallQuery(NumberQuery):
    licence_id = external_id()
    direction = fields.String(validate=validate.OneOf(("in", "out")))

    @post_load
    def _with_absent(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {"cursor": None, **data}


class RecordingViewSchema(Schema):
    id = fields.String()
    media_type = fields.String()
    bytes = fields.Integer()
    sha256 = fields.String()
    received_at = fields.String()


class CallViewSchema(Schema):
    """A call. Since `party_erased_at` the other party's number, and what was theirs, is gone."""

    id = fields.String()
    record_id = fields.String()
    licence_id = fields.String()
    direction = fields.String()
    caller = fields.String(data_key="from", attribute="from", allow_none=True)
    to = fields.String(allow_none=True)
    started_at = fields.String()
    answered_at = fields.String(allow_none=True)
    ended_at = fields.String()
    disposition = fields.String()
    recording_consent = fields.String()
    caller_name = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    route = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    platform = fields.Dict()
    party_erased_at = fields.String()
    recordings = fields.List(fields.Nested(RecordingViewSchema))


class CallListSchema(Schema):
    items = fields.List(fields.Nested(CallViewSchema))
    next = fields.String(allow_none=True)


class RejectedSchema(Schema):
    line = fields.Integer()
    call_id = fields.String(allow_none=True)
    errors = fields.Dict()


class BatchSchema(Schema):
    accepted = fields.Integer()
    duplicates = fields.Integer()
    rejected = fields.List(fields.Nested(RejectedSchema))
    receipts = fields.Dict(keys=fields.String(), values=AsMade(ReceiptSchema))
