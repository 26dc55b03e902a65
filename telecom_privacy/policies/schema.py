"""The shape of a policy file."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any, cast

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.errors import Invalid
from telecom_privacy.policies.duration import Duration, never_longer, parse_duration
from telecom_privacy.policies.model import (
    ROLES,
    TRIGGERS,
    Action,
    Category,
    Option,
    OptionTerm,
    Policy,
    PolicyVersion,
    Purpose,
    Rule,
    Trigger,
)
from telecom_privacy.scope import Role

_filled = validate.Length(min=1)


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


class _Date(fields.Field[date]):
    """A TOML date, not a text that looks like one."""

    def _deserialize(self, value: object, *_: object, **__: object) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValidationError("Not a date such as 2018-05-25 (without quotes).")
        return value


class _Switch(fields.Field[bool]):
    """`true` or `false`, nothing that merely resembles them."""

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not true or false.")
        return value


class OptionTermSchema(Schema):
    name = fields.Enum(Option, by_value=True, required=True)
    duration = DurationField(required=True)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> OptionTerm:
        return OptionTerm(**data)


class RuleSchema(Schema):
    id = fields.String(required=True, validate=validate.Regexp(r"RET-[1-9][0-9]*\Z"))
    category = fields.Enum(Category, by_value=True, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    purpose = fields.Enum(Purpose, by_value=True, required=True)
    legal_basis = fields.String(required=True, validate=_filled)
    recipients = fields.List(fields.String(validate=_filled), required=True, validate=_filled)
    trigger = fields.Enum(Trigger, by_value=True, required=True)
    duration = DurationField(required=True)
    option = fields.Nested(OptionTermSchema)
    at_least = DurationField()
    floor = DurationField()
    ceiling = DurationField()
    action = fields.Enum(Action, by_value=True, required=True)
    enabled = _Switch()

    @validates_schema
    def _check_trigger(self, data: Mapping[str, Any], **_: object) -> None:
        if data["trigger"] not in TRIGGERS[data["category"]]:
            message = f"{data['trigger']} cannot start a term of {data['category']}"
            raise ValidationError(message, "trigger")

    @validates_schema
    def _check_bounds(self, data: Mapping[str, Any], **_: object) -> None:
        floor, ceiling = data.get("floor"), data.get("ceiling")
        if floor and ceiling and not never_longer(floor, ceiling):
            raise ValidationError(f"{floor} is above the ceiling {ceiling}", "floor")
        terms = {"duration": data["duration"], "at_least": data.get("at_least")}
        if "option" in data:
            terms["option"] = data["option"].duration
        for name, term in terms.items():
            _check_within(name, term, None if name == "at_least" else floor, ceiling)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Rule:
        return Rule(**{**data, "recipients": tuple(data["recipients"])})


class VersionSchema(Schema):
    valid_from = _Date(required=True)
    rules = fields.List(fields.Nested(RuleSchema), required=True, validate=_filled)

    @validates_schema
    def _check_repeated(self, data: Mapping[str, Any], **_: object) -> None:
        """One term per trigger of a purpose; a second would silently shadow it or be shadowed."""
        seen = set()
        for index, rule in enumerate(data["rules"]):
            key = (rule.category, rule.role, rule.purpose, rule.trigger)
            if key in seen:
                message = f"a second rule for {rule.purpose} from {rule.trigger}"
                raise ValidationError({"rules": {index: [message]}})
            seen.add(key)

    @validates_schema
    def _check_complete(self, data: Mapping[str, Any], **_: object) -> None:
        """A record without any rule could neither be judged nor ever be erased."""
        named = {(rule.category, rule.role) for rule in data["rules"] if rule.enabled}
        for category, role in ROLES.items():
            if (category, role) not in named:
                raise ValidationError(f"no rule for {category} as {role}", "rules")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> PolicyVersion:
        return PolicyVersion(data["valid_from"], tuple(data["rules"]))


class PolicySchema(Schema):
    name = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9_]*\Z"))
    notice = fields.String(required=True, validate=_filled)
    versions = fields.List(fields.Nested(VersionSchema), required=True, validate=_filled)

    @validates_schema
    def _check_ascending(self, data: Mapping[str, Any], **_: object) -> None:
        for index, (one, other) in enumerate(pairwise(data["versions"]), start=1):
            if other.valid_from <= one.valid_from:
                message = f"not after the version before it ({one.valid_from})"
                raise ValidationError({"versions": {index: {"valid_from": [message]}}})

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Policy:
        return Policy(data["name"], data["notice"], tuple(data["versions"]))


def _check_within(
    name: str, term: Duration | None, floor: Duration | None, ceiling: Duration | None
) -> None:
    if term and floor and not never_longer(floor, term):
        raise ValidationError(f"{term} is below the floor {floor}", name)
    if term and ceiling and not never_longer(term, ceiling):
        raise ValidationError(f"{term} is above the ceiling {ceiling}", name)
