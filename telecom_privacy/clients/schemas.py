"""Clients and licences as JSON (API.md "Clients")."""

from datetime import date, datetime
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from telecom_privacy.clients.model import PRIVILEGED
from telecom_privacy.http.schemas import DATE, ApiSchema, Moment, external_id, text
from telecom_privacy.policies.fields import DurationField, NameField
from telecom_privacy.policies.model import Option


class OptionField(fields.Enum[Option]):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Option, by_value=True, **kwargs)


class EffectiveOn(fields.Field[Any]):
    """A date (the start of that day in the operator's time zone) or a time with its offset."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "string"}, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> date | datetime:
        try:
            if isinstance(value, str) and DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("validator_failed") from error
        moment: datetime = Moment().deserialize(value, attr, data)
        return moment


class ContractSchema(ApiSchema):
    started_on = fields.Date(required=True)


class ContactSchema(ApiSchema):
    name = text(200)
    email = fields.Email()
    phone = text(40)


class AnnouncementSchema(ApiSchema):
    """How callers are told of the recording. It is sealed, so it stays JSON."""

    documented_on = fields.Date(required=True)
    text = text(required=True)

    @post_load
    def _as_json(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**data, "documented_on": data["documented_on"].isoformat()}


class AnnouncementViewSchema(Schema):
    documented_on = fields.String()
    text = fields.String()


class ClientSchema(ApiSchema):
    id = external_id(required=True)
    name = text(500, required=True)
    policy = fields.String(required=True)
    contract = fields.Nested(ContractSchema, required=True)
    options = fields.List(OptionField(), load_default=list)
    terms = fields.Dict(keys=NameField(), values=DurationField(), load_default=dict)
    announcement = fields.Nested(AnnouncementSchema, allow_none=True)
    privileged = fields.String(allow_none=True, validate=validate.OneOf(PRIVILEGED))
    contact = fields.Nested(ContactSchema, allow_none=True)


class ClientChangeSchema(ApiSchema):
    name = text(500)
    policy = fields.String()
    options = fields.List(OptionField())
    terms = fields.Dict(keys=NameField(), values=DurationField(allow_none=True))
    announcement = fields.Nested(AnnouncementSchema, allow_none=True)
    privileged = fields.String(allow_none=True, validate=validate.OneOf(PRIVILEGED))
    contact = fields.Nested(ContactSchema, allow_none=True)
    effective_on = EffectiveOn()


class ReminderSchema(Schema):
    due_on = fields.Date()
    reminded_at = Moment(allow_none=True)


class ContractViewSchema(Schema):
    started_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    closes_on = fields.Date(allow_none=True)
    keep_account = fields.Boolean(allow_none=True)
    reminders = fields.List(fields.Nested(ReminderSchema))


class ClientViewSchema(Schema):
    id = fields.String()
    name = fields.String()
    policy = fields.String()
    contract = fields.Nested(ContractViewSchema)
    options = fields.List(fields.String())
    terms = fields.Dict(keys=fields.String(), values=DurationField())
    announcement = fields.Nested(AnnouncementViewSchema, allow_none=True)
    privileged = fields.String(allow_none=True)
    contact = fields.Nested(ContactSchema, allow_none=True)
    created_at = Moment()


class ClientListSchema(Schema):
    items = fields.List(fields.Nested(ClientViewSchema))
    next = fields.String(allow_none=True)


class ContractEndSchema(ApiSchema):
    ended_on = fields.Date(required=True)
    keep_account = fields.Boolean(required=True)


class WindowSchema(Schema):
    closes_on = fields.Date()
    closes_at = Moment()


class ContractEndViewSchema(Schema):
    ended_on = fields.Date()
    keep_account = fields.Boolean()
    closes_on = fields.Date()
    window = fields.Nested(WindowSchema)


class LicenceSchema(ApiSchema):
    id = external_id(required=True)
    label = text(500, required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("agent", "device")))
    valid_until = fields.Date(allow_none=True, load_default=None)
    status = fields.String(
        load_default="active", validate=validate.OneOf(("active", "suspended", "ended"))
    )
    privileged = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(PRIVILEGED)
    )


class LicenceChangeSchema(ApiSchema):
    label = text(500)
    kind = fields.String(validate=validate.OneOf(("agent", "device")))
    valid_until = fields.Date(allow_none=True)
    status = fields.String(validate=validate.OneOf(("active", "suspended", "ended")))
    privileged = fields.String(allow_none=True, validate=validate.OneOf(PRIVILEGED))


class LicenceViewSchema(Schema):
    id = fields.String()
    label = fields.String()
    kind = fields.String()
    valid_until = fields.Date(allow_none=True)
    status = fields.String()
    privileged = fields.String(allow_none=True)
    created_at = Moment()


class LicenceListSchema(Schema):
    items = fields.List(fields.Nested(LicenceViewSchema))
    next = fields.String(allow_none=True)
