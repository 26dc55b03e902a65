"""Records as JSON (API.md "Other records")."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from telecom_privacy.http.schemas import (
    ApiSchema,
    Moment,
    PeriodQuery,
    external_id,
    subject_name,
    text,
)
from telecom_privacy.policies.triggers import EVENTS


class RecordSchema(ApiSchema):
    """The body of a record; what `data` may hold, the client's policy says."""

    licence_id = external_id(allow_none=True, load_default=None)
    subject = subject_name(allow_none=True, load_default=None)
    occurred_at = Moment(required=True)
    data = fields.Dict(keys=fields.String(), required=True)


class EventSchema(ApiSchema):
    event = fields.String(required=True, validate=validate.OneOf(sorted(EVENTS)))
    at = Moment(load_default=None)
    reason = text(1000, allow_none=True, load_default=None)


class RecordQuerySchema(PeriodQuery):
    licence_id = external_id()
    subject = subject_name()
    binned = fields.Boolean()

    @post_load
    def _with_absent(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {"cursor": None, **data}


class HistoryEntrySchema(Schema):
    event = fields.String()
    at = fields.String()
    received_at = fields.String()
    actor = fields.String()
    reason = fields.String()
    data = fields.Dict()


class ContentViewSchema(Schema):
    media_type = fields.String()
    bytes = fields.Integer()
    sha256 = fields.String()
    received_at = fields.String()


class RecordViewSchema(Schema):
    id = fields.String()
    record_id = fields.String()
    category = fields.String()
    licence_id = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    occurred_at = Moment()
    data = fields.Dict()
    events = fields.Dict(keys=fields.String(), values=Moment())
    history = fields.List(fields.Nested(HistoryEntrySchema))
    binned = fields.Boolean()
    content = fields.Nested(ContentViewSchema, allow_none=True)


class RecordListSchema(Schema):
    items = fields.List(fields.Nested(RecordViewSchema))
    next = fields.String(allow_none=True)


class NotedSchema(Schema):
    """The events of a record, and whether the last of them ended it."""

    events = fields.Dict(keys=fields.String(), values=Moment())
    binned = fields.Boolean()
    erased = fields.Boolean()
