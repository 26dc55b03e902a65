"""The base of every schema: unknown fields are refused, times are RFC 3339 with an offset."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from telecom_privacy.clock import to_milliseconds, to_text
from telecom_privacy.errors import Invalid

DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
"""A `full-date` of RFC 3339; Python reads further forms of ISO 8601 besides."""

_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[-+ ]([01]\d|2[0-3]):\d\d)", re.ASCII
)
"""RFC 3339 section 5.6. An offset's plus sign that a query did not encode arrives as a space."""

MAX_ID = 200
MAX_TEXT = 10_000
MAX_SUBJECT = 320
_ID = r"^[^/\x00-\x1f\x7f\ufffd]+(?![\s\S])"  # its end is written so that JSON Schema reads it too
_SUBJECT = r"^[^\x00-\x1f\x7f-\x9f]+(?![\s\S])"


class ApiSchema(Schema):
    """Refuses fields that it does not know."""

    class Meta:
        unknown = RAISE


class Moment(fields.Field[datetime]):
    """A time with its offset; stored in UTC to the millisecond."""

    def __init__(self, **kwargs: Any) -> None:
        messages: dict[str, Any] = {"invalid": "Not an RFC 3339 time with an offset."}
        described = {"type": "string", "format": "date-time"}
        super().__init__(error_messages=messages, metadata=described, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        written = value.upper() if isinstance(value, str) else ""
        if not _DATE_TIME.fullmatch(written):
            raise self.make_error("invalid")
        try:
            return to_milliseconds(datetime.fromisoformat(written.replace(" ", "+")))
        except (ValueError, OverflowError) as error:
            raise self.make_error("invalid") from error

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else to_text(value.astimezone(UTC))


class AsMade(fields.Nested):
    """What a service made just as this schema describes it, and of which there are many.

    To dump it field by field would take longer than to make it.
    """

    # The two classes above call their first argument differently.
    def _serialize(self, value: Any, *_: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        return value


def external_id(**kwargs: Any) -> fields.String:
    """An id that the platform or client gave: 1 to 200 characters, no slash, no control one.

    Nor U+FFFD, which stands in a path for bytes that are not UTF-8: ids would collide in it.
    """
    rules = [
        validate.Length(1, MAX_ID),
        validate.Regexp(_ID, error="May not hold a slash, a control character or U+FFFD."),
    ]
    return fields.String(validate=rules, **kwargs)


def require_id(field: str, value: str) -> str:
    """Return an external id of a path. Raises `Invalid` for `field`, as for one in a body."""
    try:
        return str(external_id().deserialize(value))
    except ValidationError as error:
        raise Invalid({field: error.messages}) from error


def subject_name(**kwargs: Any) -> fields.String:
    """A number or a person as records name it: 1 to 320 characters, none of them a control one."""
    rules = [
        validate.Length(1, MAX_SUBJECT),
        validate.Regexp(_SUBJECT, error="May not hold a control character."),
    ]
    return fields.String(validate=rules, **kwargs)


def text(longest: int = MAX_TEXT, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(0, longest), **kwargs)


class PageQuery(ApiSchema):
    """`limit` and `cursor` of every list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))
    cursor = fields.String(validate=validate.Length(1, 500))


class PeriodQuery(PageQuery):
    """`from` and `until` of a history."""

    start = Moment(data_key="from")
    end = Moment(data_key="until")

    @validates_schema
    def _in_order(self, data: dict[str, Any], **kwargs: Any) -> None:
        if "start" in data and "end" in data and data["end"] < data["start"]:
            raise ValidationError("Lies before `from`.", "until")


class ProblemSchema(Schema):
    """RFC 9457 problem document; `existing` is the id of what a conflict is with."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict()
    existing = fields.String()


def messages(error: ValidationError) -> Mapping[str, Any]:
    """marshmallow's messages by field."""
    return error.messages if isinstance(error.messages, dict) else {"_schema": error.messages}
