"""Requests of persons as JSON (API.md "Exports and rights")."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.http.schemas import ApiSchema, Moment, PageQuery, external_id
from telecom_privacy.language import Language
from telecom_privacy.rights.listing import Order
from telecom_privacy.rights.model import (
    AFTER_DEATH,
    Ground,
    Outcome,
    Relation,
    Right,
    State,
    Step,
    Urgency,
)

_LONGEST_SUBJECT = 320
_AGREED_BY = ("person", "contract")
_CHANNELS = ("email", "post", "telephone", "portal", "in_person")


def _text(longest: int, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, longest), **kwargs)


def _enum(kind: Any, **kwargs: Any) -> fields.Enum[Any]:
    return fields.Enum(kind, by_value=True, **kwargs)


def _moment() -> Moment:
    return Moment(load_default=None)


class OnBehalfSchema(ApiSchema):
    """Who asks for the person, and what proves that it may."""

    relation = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Relation])
    )
    name = _text(200, required=True)
    proof = _text(1000, required=True)


class RightsRequestSchema(ApiSchema):
    kind = _enum(Right, required=True)
    client_id = external_id(load_default=None, allow_none=True)
    contact = _text(1000, required=True)
    subject = _text(_LONGEST_SUBJECT, required=True)
    received_at = Moment(required=True)
    on_behalf = fields.Nested(OnBehalfSchema, load_default=None, allow_none=True)
    directive = _text(10_000, load_default=None, allow_none=True)

    @validates_schema
    def _check_after_death(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A directive is given in one's lifetime; afterwards those ask whom the law names."""
        is_after_death, asking = data["kind"] is Right.POST_MORTEM, data["on_behalf"]
        if data["directive"] and not is_after_death:
            raise ValidationError("Belongs to the kind `post_mortem`.", "directive")
        if is_after_death and not (asking or data["directive"]):
            raise ValidationError("Say who asks, or what was directed.", "on_behalf")
        if asking and is_after_death is not (Relation(asking["relation"]) in AFTER_DEATH):
            raise ValidationError("May not ask for this.", "on_behalf")


class IdentitySchema(ApiSchema):
    how = _text(1000, required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(("verified", "more_asked")))
    at = _moment()


class ReferralSchema(ApiSchema):
    client_id = external_id(required=True)
    agreed_by = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(_AGREED_BY)
    )
    at = _moment()


class AgreementSchema(ApiSchema):
    client_id = external_id(required=True)
    agreed_by = fields.String(required=True, validate=validate.OneOf(_AGREED_BY))
    at = _moment()


class ExtensionSchema(ApiSchema):
    reason = _text(1000, required=True)
    at = _moment()


class ControllerSchema(ApiSchema):
    """Another controller, and how it was told."""

    name = _text(200, required=True)
    how = _text(1000, required=True)
    at = _moment()


class _ClosingSchema(ApiSchema):
    channel = fields.String(validate=validate.OneOf(_CHANNELS))
    note = _text(1000)
    at = _moment()

    @post_load
    def _with_what_was_said(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        said = {name: data.pop(name) for name in ("channel", "note") if name in data}
        return {**data, "said": said}


class AnswerSchema(_ClosingSchema):
    outcome = _enum(Outcome, required=True)


class RefusalSchema(_ClosingSchema):
    """`note` is for the file; the person is told the ground alone."""

    ground = _enum(Ground, required=True)


class ClientAnswerSchema(ApiSchema):
    """What a client says of its own answer to the person."""

    outcome = fields.String(
        required=True,
        validate=validate.OneOf(("granted", "partly_granted", "nothing_held", "refused")),
    )
    note = _text(1000)


class RightsQuerySchema(PageQuery):
    state = _enum(State, load_default=None)
    due_before = Moment(load_default=None)
    subject = _text(_LONGEST_SUBJECT, load_default=None)
    order = _enum(Order, load_default=Order.RECEIVED)


class LetterQuerySchema(ApiSchema):
    language = _enum(Language, load_default=Language.FRENCH)


class LetterSchema(Schema):
    language = _enum(Language)
    text = fields.String()


class GivenAnswerSchema(Schema):
    outcome = fields.String()
    note = fields.String()
    at = Moment()


class ReferralViewSchema(Schema):
    client_id = fields.String(allow_none=True)
    at = Moment()
    agreed_by = fields.String(allow_none=True)
    agreed_at = Moment(allow_none=True)
    answer = fields.Nested(GivenAnswerSchema, allow_none=True)


class KeptSchema(Schema):
    """What stays after an erasure, and the legal ground: never a hold or a requisition."""

    category = fields.String()
    rule = fields.String()
    legal_basis = fields.String()
    count = fields.Integer()


class StepSchema(Schema):
    step = _enum(Step)
    at = Moment()
    noted_at = Moment()
    actor = fields.String()
    how = fields.String()
    name = fields.String()
    reason = fields.String()
    outcome = fields.String()
    ground = fields.String()
    channel = fields.String()
    note = fields.String()
    erased = fields.Integer()
    kept = fields.List(fields.Nested(KeptSchema))


class RightsRequestViewSchema(Schema):
    id = fields.UUID()
    kind = _enum(Right)
    client_id = fields.String(allow_none=True)
    subject = fields.String()
    contact = fields.String()
    on_behalf = fields.Nested(OnBehalfSchema, allow_none=True)
    directive = fields.String(allow_none=True)
    received_at = Moment()
    state = _enum(State)
    due_on = fields.Date()
    due_at = Moment()
    urgency = _enum(Urgency)
    referrals = fields.List(fields.Nested(ReferralViewSchema))
    steps = fields.List(fields.Nested(StepSchema))


class RightsRequestListSchema(Schema):
    items = fields.List(fields.Nested(RightsRequestViewSchema))
    next = fields.String(allow_none=True)


class ForwardedSchema(Schema):
    """A request that was passed on: what a client needs to answer it."""

    id = fields.UUID()
    kind = _enum(Right)
    subject = fields.String()
    contact = fields.String()
    received_at = Moment()
    forwarded_at = Moment()
    due_on = fields.Date()
    answer = fields.Nested(GivenAnswerSchema, allow_none=True)


class ForwardedListSchema(Schema):
    items = fields.List(fields.Nested(ForwardedSchema))
