"""The values of a policy file that need more than a type."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from marshmallow import ValidationError, fields, validate

from telecom_privacy.errors import Invalid
from telecom_privacy.policies.duration import Duration, parse_duration

AGREED = "agreed"

filled = validate.Length(min=1)


class DurationField(fields.Field[Duration]):
    """An ISO 8601 duration as text, such as `P60D`."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"type": "string", "format": "duration"}, **more)

    def _serialize(self, value: Duration | None, *_: object, **__: object) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: object, *_: object, **__: object) -> Duration:
        try:
            return parse_duration(value)
        except Invalid as error:
            raise ValidationError(cast("list[str]", error.errors["duration"])) from error


class TermField(fields.Field[Duration | None]):
    """A duration, or `agreed`: None, as only what a client agrees sets it (RET-8)."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Duration | None:
        return None if value == AGREED else DurationField().deserialize(value)


class DateField(fields.Field[date]):
    """A TOML date, not a text that looks like one."""

    def _deserialize(self, value: object, *_: object, **__: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValidationError("Not a date such as 2018-05-25 (without quotes).")
        return value


class SwitchField(fields.Field[bool]):
    """`true` or `false`, nothing that merely resembles them."""

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not true or false.")
        return value


class JsonSchemaField(fields.Field[Mapping[str, Any]]):
    """A JSON Schema (2020-12) as a table."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError("Not a table.")
        try:
            Draft202012Validator.check_schema(value)
        except SchemaError as error:
            raise ValidationError(f"not a JSON Schema: {error.message}") from error
        return value


class NameField(fields.String):
    """A name in lower case, such as `call_note`."""

    def __init__(self, **more: Any) -> None:
        also = [more.pop("validate")] if "validate" in more else []
        super().__init__(validate=[validate.Regexp(r"^[a-z][a-z0-9_]*(?![\s\S])"), *also], **more)


class NamesField(fields.Field[tuple[str, ...]]):
    """One name in lower case, or a list of them."""

    def _deserialize(self, value: object, *_: object, **__: object) -> tuple[str, ...]:
        names = value if isinstance(value, list) else [value]
        if not names:
            raise ValidationError("Names nothing.")
        return tuple(NameField().deserialize(name) for name in names)


class RuleIdField(fields.String):
    """The id of a promise in the rule book, `RET-1` to `RET-32`."""

    def __init__(self, **more: Any) -> None:
        known = validate.Regexp(
            r"RET-([1-9]|[12][0-9]|3[0-2])\Z", error="Not one of RET-1 to RET-32."
        )
        super().__init__(validate=known, **more)
