"""Breaches as JSON (API.md "Breaches")."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.breaches.clocks import DutyState
from telecom_privacy.breaches.model import Judgement, Nature, Notice, Outcome
from telecom_privacy.http.schemas import ApiSchema, Moment, PageQuery, external_id
from telecom_privacy.language import Language

ALL = "all"
_LONGEST = 3000
_MOST_PEOPLE = 10**10
_MOST_CLIENTS = 1000
_STATES = ("open", "closed")


def _text(longest: int = _LONGEST, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, longest), **kwargs)


def _number() -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, _MOST_PEOPLE), allow_none=True)


def _enum(kind: Any, **kwargs: Any) -> fields.Enum[Any]:
    return fields.Enum(kind, by_value=True, **kwargs)


class ClientsField(fields.Field[Any]):
    """Ids of clients, or the word `all`, which is None inside."""

    _ids = fields.List(external_id(), validate=validate.Length(max=_MOST_CLIENTS))

    def __init__(self, **kwargs: Any) -> None:
        ids = {"type": "array", "items": {"type": "string"}}
        described = {"oneOf": [ids, {"type": "string", "enum": [ALL]}]}
        super().__init__(metadata=described, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return None if value == ALL else self._ids.deserialize(value, attr, data)


class JudgementSchema(ApiSchema):
    holds = fields.Boolean(required=True, data_key="is", truthy={True}, falsy={False})
    reason = _text(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Judgement:
        return Judgement(**data)


class _JudgementField(fields.Nested):
    """A judgement is given whole, also where the breach around it is changed in part."""

    def __init__(self) -> None:
        super().__init__(JudgementSchema, allow_none=True)

    def _load(self, value: Any, partial: Any = None) -> Any:
        return super()._load(value, partial=False)


class ClientNumbersSchema(ApiSchema):
    client = external_id(required=True)
    subjects_about = _number()
    records_about = _number()


class _FactsSchema(ApiSchema):
    """What is known; `null` takes back what was not required."""

    detected_at = Moment(required=True)
    nature = fields.List(_enum(Nature), required=True, validate=validate.Length(1))
    circumstances = _text(required=True)
    clients = ClientsField(required=True)
    categories = fields.List(_text(200), required=True, validate=validate.Length(1, 50))
    likely_consequences = _text(required=True)
    measures = _text(required=True)
    occurred_at = Moment(allow_none=True)
    subjects_about = _number()
    records_about = _number()
    numbers = fields.List(
        fields.Nested(ClientNumbersSchema), validate=validate.Length(max=_MOST_CLIENTS)
    )
    as_operator = _JudgementField()
    unintelligible = _JudgementField()
    adverse_effect = _JudgementField()
    cause = _text(allow_none=True)
    protection = _text(allow_none=True)
    recommended = _text(allow_none=True)
    other_providers = _text(allow_none=True)
    transfers = _text(allow_none=True)

    @post_load
    def _freeze(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Each once, in the order in which they were sent."""
        lists = {name: data[name] for name in ("nature", "clients", "categories") if data.get(name)}
        return {**data, **{name: tuple(dict.fromkeys(found)) for name, found in lists.items()}}


class BreachSchema(_FactsSchema):
    """A breach as it is recorded."""


class BreachChangeSchema(_FactsSchema):
    """What is known since: the fields that changed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "partial": True})

    @validates_schema
    def _check_something(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data:
            raise ValidationError("Say what changed.")


class SentSchema(ApiSchema):
    """A notice that was sent. `complete` is of the first one: it held all of annex I.

    `content` and the number `told_about` are of what subscribers were told (annex I, 13 and 15).
    """

    to = _enum(Notice, required=True)
    sent_at = Moment(required=True)
    channel = _text(200, required=True)
    reference = _text(200)
    clients = fields.List(external_id(), validate=validate.Length(1, _MOST_CLIENTS))
    complete = fields.Boolean(truthy={True}, falsy={False})
    content = _text(10_000)
    told_about = _number()

    @validates_schema
    def _check_parts(self, data: dict[str, Any], **kwargs: Any) -> None:
        own = {
            "clients": Notice.CLIENTS,
            "complete": Notice.CNIL_FIRST,
            "content": Notice.SUBSCRIBERS,
            "told_about": Notice.SUBSCRIBERS,
        }
        for name, notice in own.items():
            if name in data and data["to"] is not notice:
                raise ValidationError(f"Belongs to `{notice}`.", name)

    @post_load
    def _with_what_was_said(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        known = {"to": data.pop("to"), "sent_at": data.pop("sent_at")}
        complete = {"complete": False} if known["to"] is Notice.CNIL_FIRST else {}
        return {**known, "said": {**complete, **data}}


class ClosingSchema(ApiSchema):
    outcome = _enum(Outcome, required=True)
    summary = _text(required=True)


class BreachQuerySchema(PageQuery):
    state = fields.String(load_default="open", validate=validate.OneOf(_STATES))


class DraftQuerySchema(ApiSchema):
    """`client` puts the numbers of this one into the notice to clients."""

    language = _enum(Language, load_default=Language.FRENCH)
    client = external_id()


class DraftSchema(Schema):
    notice = _enum(Notice)
    language = _enum(Language)
    text = fields.String()


class JudgementViewSchema(Schema):
    holds = fields.Boolean(data_key="is")
    reason = fields.String()


class KnownSchema(Schema):
    """What a client is told of a breach, and the DPO knows, too."""

    id = fields.UUID()
    detected_at = Moment()
    occurred_at = Moment(allow_none=True)
    nature = fields.List(_enum(Nature))
    circumstances = fields.String()
    categories = fields.List(fields.String())
    subjects_about = fields.Integer(allow_none=True)
    records_about = fields.Integer(allow_none=True)
    likely_consequences = fields.String()
    measures = fields.String()
    recommended = fields.String(allow_none=True)
    unintelligible = fields.Nested(JudgementViewSchema, allow_none=True)


class DutySchema(Schema):
    state = _enum(DutyState)
    due_at = Moment(allow_none=True)
    done_at = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class ClocksSchema(Schema):
    cnil_first = fields.Nested(DutySchema)
    cnil_second = fields.Nested(DutySchema)
    clients = fields.Nested(DutySchema)
    subscribers = fields.Nested(DutySchema)
    controllers = fields.Nested(DutySchema)


class ClientsViewField(fields.Field[Any]):
    """Ids of clients, null for one that is gone, or the word `all`."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return ALL if value is None else list(value)


class _NotedSchema(Schema):
    noted_at = Moment()
    actor = fields.String()


class SentViewSchema(_NotedSchema):
    to = _enum(Notice)
    sent_at = Moment()
    channel = fields.String()
    reference = fields.String()
    clients = ClientsViewField()
    complete = fields.Boolean()
    content = fields.String()
    told_about = fields.Integer(allow_none=True)


class ChangeViewSchema(_NotedSchema):
    """What was known before, and since."""

    field = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class ClosingViewSchema(_NotedSchema):
    outcome = _enum(Outcome)
    summary = fields.String()


class ClientNumbersViewSchema(Schema):
    client = fields.String(allow_none=True)
    subjects_about = fields.Integer(allow_none=True)
    records_about = fields.Integer(allow_none=True)


class KnownToOperatorSchema(KnownSchema):
    clients = ClientsViewField()
    numbers = fields.List(fields.Nested(ClientNumbersViewSchema))
    as_operator = fields.Nested(JudgementViewSchema, allow_none=True)
    adverse_effect = fields.Nested(JudgementViewSchema, allow_none=True)
    cause = fields.String(allow_none=True)
    protection = fields.String(allow_none=True)
    other_providers = fields.String(allow_none=True)
    transfers = fields.String(allow_none=True)


class BreachViewSchema(KnownToOperatorSchema):
    recorded_at = Moment()
    recorded_by = fields.String()
    state = fields.String(validate=validate.OneOf(_STATES))
    next_due_at = Moment(allow_none=True)
    clocks = fields.Nested(ClocksSchema)
    notices = fields.List(fields.Nested(SentViewSchema))
    changes = fields.List(fields.Nested(ChangeViewSchema))
    closing = fields.Nested(ClosingViewSchema, allow_none=True)


class BreachListSchema(Schema):
    items = fields.List(fields.Nested(BreachViewSchema))
    next = fields.String(allow_none=True)


class ToldBreachSchema(KnownSchema):
    """A breach as a client was last told of it; the time is that of its own duty, if it has one."""

    told_at = Moment()
    own_notice_due_at = Moment()
    contact = fields.String()


class ToldBreachListSchema(Schema):
    items = fields.List(fields.Nested(ToldBreachSchema))
