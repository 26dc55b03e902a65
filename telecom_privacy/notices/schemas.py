"""Webhooks and deliveries as JSON."""

from marshmallow import Schema, fields, validate

from telecom_privacy.http.schemas import ApiSchema, Moment, PageQuery, text
from telecom_privacy.notices.model import SUBSCRIBABLE, DeliveryState

_LONGEST_URL = 2000


class NewWebhookSchema(ApiSchema):
    url = fields.String(required=True, validate=validate.Length(1, _LONGEST_URL))
    events = fields.List(
        fields.String(validate=validate.OneOf([kind.value for kind in SUBSCRIBABLE])),
        required=True,
        validate=validate.Length(1, len(SUBSCRIBABLE)),
    )
    label = text(200, load_default="")


class WebhookSchema(Schema):
    id = fields.String()
    url = fields.String()
    label = fields.String()
    events = fields.List(fields.String())
    created_at = Moment()
    state = fields.String(validate=validate.OneOf(["active", "failing", "disabled"]))
    failing_since = Moment(allow_none=True)
    disabled_at = Moment(allow_none=True)


class SecretSchema(Schema):
    """`secret` is shown this once."""

    secret = fields.String()


class NewlyMadeWebhookSchema(WebhookSchema):
    secret = fields.String()


class WebhookListSchema(Schema):
    items = fields.List(fields.Nested(WebhookSchema))


class DeliveryQuery(PageQuery):
    state = fields.Enum(DeliveryState, by_value=True, load_default=None)


class OutcomeSchema(Schema):
    """`status` is the receiver's; `error` says in a word why there is none."""

    at = Moment()
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)


class DeliverySchema(Schema):
    id = fields.String()
    webhook_id = fields.String()
    message_id = fields.String(metadata={"description": "The header `webhook-id`."})
    type = fields.String()
    timestamp = Moment()
    data = fields.Dict()
    state = fields.String(validate=validate.OneOf([state.value for state in DeliveryState]))
    attempts = fields.Integer()
    created_at = Moment()
    next_attempt_at = Moment(allow_none=True)
    finished_at = Moment(allow_none=True)
    last_attempt = fields.Nested(OutcomeSchema, allow_none=True)


class DeliveryListSchema(Schema):
    items = fields.List(fields.Nested(DeliverySchema))
    next = fields.String(allow_none=True)
