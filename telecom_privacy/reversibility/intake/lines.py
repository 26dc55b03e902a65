"""The lines of the tables, as far as they are taken in; everything else in them is passed over."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from telecom_privacy.calls.changes import CHANGEABLE, MOST_CHANGES
from telecom_privacy.calls.schemas import CallSchema
from telecom_privacy.clock import to_text
from telecom_privacy.http.schemas import Moment, external_id, text
from telecom_privacy.policies.triggers import EVENTS
from telecom_privacy.records.history import MOST_ENTRIES
from telecom_privacy.records.schemas import RecordSchema


class Digest(fields.Field[bytes]):
    """A SHA-256 in hexadecimal digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        try:
            found = bytes.fromhex(value)
        except (ValueError, TypeError) as error:
            raise ValidationError("Not a SHA-256.") from error
        if len(found) != 32:
            raise ValidationError("Not a SHA-256.")
        return found


class _Line(Schema):
    class Meta:
        unknown = EXCLUDE


class CallChangeLine(_Line):
    """What was set right of a call (`calls.changes.noted`)."""

    at = Moment(required=True)
    by = fields.String(required=True, validate=validate.Length(1, 100))
    reason = text(1000, required=True)
    was = fields.Dict(keys=fields.String(validate=validate.OneOf(CHANGEABLE)), required=True)

    @post_load
    def _as_sealed(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**data, "at": to_text(data["at"])}


class CallLine(CallSchema):
    """A call with its history; `to` is null where a person's part was erased."""

    to = fields.String(required=True, allow_none=True, validate=validate.Length(1, 40))
    party_erased_at = Moment(load_default=None, allow_none=True)
    history = fields.List(
        fields.Nested(CallChangeLine),
        validate=validate.Length(0, MOST_CHANGES),
        load_default=list,
    )


class RecordingLine(_Line):
    call_id = external_id(required=True)
    id = external_id(required=True)
    path = fields.String(load_default=None, allow_none=True)
    media_type = fields.String(required=True)
    bytes = fields.Integer(required=True)
    sha256 = Digest(required=True)


class RecordLine(RecordSchema):
    """A record with what became of it, and its content, if it has any."""

    class Meta:
        unknown = EXCLUDE

    id = external_id(required=True)
    events = fields.Dict(
        keys=fields.String(validate=validate.OneOf(sorted(EVENTS))),
        values=Moment(),
        load_default=dict,
    )
    history = fields.List(
        fields.Dict(keys=fields.String()),
        validate=validate.Length(0, MOST_ENTRIES),
        load_default=list,
    )
    content_path = fields.String(load_default=None)
    content_media_type = fields.String(load_default="")
    content_bytes = fields.Integer(load_default=0)
    content_sha256 = Digest(load_default=None)
