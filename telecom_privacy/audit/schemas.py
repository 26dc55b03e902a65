"""The audit log as JSON (API.md "Audit")."""

import base64
from typing import Any

from marshmallow import Schema, fields, validate

from telecom_privacy.audit.service import MOST_ENTRIES
from telecom_privacy.http.schemas import ApiSchema


class Base64(fields.Field[bytes]):
    """Bytes as standard base64 with padding."""

    def _serialize(self, value: bytes | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else base64.b64encode(value).decode()


class EntriesQuery(ApiSchema):
    start = fields.Integer(data_key="from", load_default=0)
    count = fields.Integer(load_default=100, validate=validate.Range(1, MOST_ENTRIES))


class InclusionQuery(ApiSchema):
    leaf_index = fields.Integer(required=True)
    tree_size = fields.Integer(required=True)


class ConsistencyQuery(ApiSchema):
    old = fields.Integer(data_key="from", required=True)
    new = fields.Integer(data_key="to", required=True)


class EntrySchema(Schema):
    index = fields.Integer()
    leaf = Base64()
    detail = fields.Dict(allow_none=True)


class EntryListSchema(Schema):
    items = fields.List(fields.Nested(EntrySchema))


class InclusionSchema(Schema):
    leaf_index = fields.Integer()
    tree_size = fields.Integer()
    leaf_hash = Base64()
    hashes = fields.List(Base64())


class ConsistencySchema(Schema):
    old = fields.Integer(data_key="from")
    new = fields.Integer(data_key="to")
    hashes = fields.List(Base64())


class LoggedSchema(Schema):
    action = fields.String()
    actor = fields.String()
    client = fields.String()
    salt = fields.String()


class ReceiptSchema(Schema):
    """A receipt (`audit.receipts`); which names it has depends on what was stored."""

    id = fields.String()
    call_id = fields.String()
    category = fields.String()
    record_id = fields.String()
    received_at = fields.String()
    digest = fields.String()
    bytes = fields.Integer()
    sha256 = fields.String()
    media_type = fields.String()
    leaf_index = fields.Integer()
    logged = fields.Nested(LoggedSchema)
    signature = fields.String()
