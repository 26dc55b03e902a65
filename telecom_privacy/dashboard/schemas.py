"""The client's own view of its data, as JSON (API.md "Exports and rights")."""

from marshmallow import Schema, fields

from telecom_privacy.http.schemas import Moment, PageQuery


class AccessQuerySchema(PageQuery):
    """`own`: only the client's own accesses, or only those of others."""

    start = Moment(data_key="from", load_default=None)
    end = Moment(data_key="until", load_default=None)
    is_own = fields.Boolean(data_key="own", load_default=None)


class ActorSchema(Schema):
    id = fields.String()
    role = fields.String()
    own = fields.Boolean()
    label = fields.String(allow_none=True)


class AccessSchema(Schema):
    """One opening; which of the last names it has depends on what was opened."""

    leaf_index = fields.Integer()
    at = fields.String()
    action = fields.String()
    actor = fields.Nested(ActorSchema)
    purpose = fields.String()
    reference = fields.String()
    record_id = fields.String()
    category = fields.String()
    licence = fields.String()
    export_id = fields.String()
    count = fields.Integer()


class AccessListSchema(Schema):
    items = fields.List(fields.Nested(AccessSchema))
    next = fields.String(allow_none=True)
