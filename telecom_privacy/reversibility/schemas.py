"""Exports as JSON (API.md "Exports and rights")."""

from datetime import timedelta
from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from telecom_privacy.errors import Invalid
from telecom_privacy.http.schemas import ApiSchema, Moment, subject_name
from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.reversibility.model import Ground, Kind, RestrictedUse

_LONGEST_REFERENCE = 200
_LONGEST = timedelta(days=31)
_REFERENCE = r"^[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*(?![\s\S])"


class _Lifetime(fields.Field[timedelta]):
    """An ISO 8601 duration of days and hours."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> timedelta:
        try:
            duration = parse_duration(value)
        except Invalid as error:
            raise ValidationError("Not a duration such as PT12H or P2D.") from error
        if duration.months or not timedelta() < duration.exact <= _LONGEST:
            raise ValidationError("At most 31 days and more than none, in days and hours.")
        return duration.exact


class RestrictedUseSchema(ApiSchema):
    """What restricted data is given out for, and the case that it is for."""

    ground = fields.Enum(Ground, by_value=True, required=True, data_key="for")
    reference = fields.String(
        required=True,
        validate=[
            validate.Length(1, _LONGEST_REFERENCE),
            validate.Regexp(_REFERENCE, error="An id, without a control character."),
        ],
        metadata={"description": "The id of the request or case; no name, no number of a person"},
    )

    @post_load
    def _made(self, data: dict[str, Any], **kwargs: Any) -> RestrictedUse:
        return RestrictedUse(**data)


class ExportSchema(ApiSchema):
    """What is asked for. `subject` is a number or a person, of the kind `subject` only."""

    kind = fields.Enum(Kind, by_value=True, required=True)
    start = Moment(data_key="from", load_default=None)
    end = Moment(data_key="until", load_default=None)
    subject = subject_name(load_default=None, allow_none=True)
    audio = fields.Boolean(load_default=True)
    vcon = fields.Boolean(load_default=False)
    valid_for = _Lifetime(
        load_default=None, metadata={"type": "string", "description": "ISO 8601, e.g. PT12H"}
    )
    restricted = fields.Nested(RestrictedUseSchema, load_default=None, allow_none=True)

    @validates_schema
    def _fits_its_kind(self, data: dict[str, Any], **kwargs: Any) -> None:
        kind = data["kind"]
        if (data["subject"] is not None) != (kind is Kind.SUBJECT):
            raise ValidationError("Named for the kind `subject`, and for no other.", "subject")
        if kind is Kind.REVERSIBILITY and (data["start"] or data["end"]):
            raise ValidationError("Everything is taken back: no period.", "from")
        if data["start"] and data["end"] and data["end"] <= data["start"]:
            raise ValidationError("Lies not after `from`.", "until")

    @validates_schema
    def _is_about_one_person(self, data: dict[str, Any], **kwargs: Any) -> None:
        use = data["restricted"]
        if use and use.ground is Ground.PERSON and data["kind"] is not Kind.SUBJECT:
            raise ValidationError("`person` is for packages of the kind `subject`.", "restricted")


class FetchedSchema(Schema):
    at = Moment()
    by = fields.String()
    whole = fields.Boolean()


class ExportViewSchema(Schema):
    """What is known of an export; its size and end once it is ready."""

    id = fields.UUID()
    kind = fields.Enum(Kind, by_value=True)
    state = fields.String()
    created_at = Moment()
    as_of = Moment()
    expires_at = Moment()
    bytes = fields.Integer(attribute="length")
    files = fields.Integer(attribute="entries")
    fetched = fields.List(fields.Nested(FetchedSchema))


class ExportListSchema(Schema):
    items = fields.List(fields.Nested(ExportViewSchema))
    next = fields.String(allow_none=True)
