"""The shape of one rule of a policy file."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.policies.duration import Duration, never_longer
from telecom_privacy.policies.fields import (
    AGREED,
    DurationField,
    NameField,
    NamesField,
    RuleIdField,
    SwitchField,
    TermField,
    filled,
)
from telecom_privacy.policies.model import (
    FACTS,
    KEEP_ACCOUNT,
    ROLES,
    TRIGGERS,
    Action,
    Category,
    Option,
    OptionTerm,
    Purpose,
    Rule,
)
from telecom_privacy.policies.triggers import Trigger
from telecom_privacy.scope import Role

Mistake: TypeAlias = tuple[str, str]
"""A field, and what is wrong with it."""

_PURPOSES = frozenset(Purpose)


class OptionTermSchema(Schema):
    name = fields.Enum(Option, by_value=True, required=True)
    duration = DurationField(required=True)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> OptionTerm:
        return OptionTerm(**data)


class RuleSchema(Schema):
    """A rule table, read as one rule for each category that it names."""

    id = RuleIdField(required=True)
    category = NamesField(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    purpose = NameField(required=True)
    legal_basis = fields.String(required=True, validate=filled)
    recipients = fields.List(fields.String(validate=filled), required=True, validate=filled)
    trigger = fields.Enum(Trigger, by_value=True, required=True)
    duration = TermField(required=True)
    option = fields.Nested(OptionTermSchema)
    at_least = DurationField()
    floor = DurationField()
    ceiling = DurationField()
    action = fields.Enum(Action, by_value=True, required=True)
    enabled = SwitchField()
    not_before = fields.Enum(
        Trigger, by_value=True, validate=validate.Equal(Trigger.CONTRACT_ENDED)
    )
    when = fields.String(validate=validate.OneOf(sorted(FACTS)))
    unless = fields.String(validate=validate.OneOf(sorted(FACTS)))
    archive = DurationField()

    @validates_schema
    def _check_behaviour(self, data: Mapping[str, Any], **_: object) -> None:
        """A category with behaviour of its own has its role, purposes, triggers, and no events."""
        own = sorted(ROLES.keys() & data["category"])
        _refuse(chain.from_iterable(_mistaken_behaviour(category, data) for category in own))

    @validates_schema
    def _check_agreed(self, data: Mapping[str, Any], **_: object) -> None:
        """Only a client's own data, within a ceiling, can be left to an agreement (RET-8)."""
        agreeable = data["role"] is Role.PROCESSOR and "ceiling" in data
        if data["duration"] is None and not (agreeable and "option" not in data):
            message = "only of processor data with a ceiling, and without an option"
            raise ValidationError(f"{AGREED}: {message}", "duration")

    @validates_schema
    def _check_bounds(self, data: Mapping[str, Any], **_: object) -> None:
        floor, ceiling = data.get("floor"), data.get("ceiling")
        if floor and ceiling and not never_longer(floor, ceiling):
            raise ValidationError(f"{floor} is above the ceiling {ceiling}", "floor")
        terms = {"duration": data["duration"], "at_least": data.get("at_least")}
        if "option" in data:
            terms["option"] = data["option"].duration
        _refuse(
            (name, reason)
            for name, term in terms.items()
            for reason in _out_of_bounds(term, None if name == "at_least" else floor, ceiling)
        )

    @validates_schema
    def _check_archive(self, data: Mapping[str, Any], **_: object) -> None:
        archive = data.get("archive")
        if (data["action"] is Action.ARCHIVE) is not bool(archive):
            raise ValidationError("goes with the action archive, and only with it", "archive")
        duration = data["duration"]
        if archive and not (duration and never_longer(duration, archive)):
            raise ValidationError(f"{archive} is over before {duration or AGREED}", "archive")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> tuple[Rule, ...]:
        said = {**data, "recipients": tuple(data["recipients"])}
        return tuple(Rule(**{**said, "category": category}) for category in data["category"])


def _refuse(mistakes: Iterable[Mistake]) -> None:
    """Raise `ValidationError` for all mistakes, if there are any."""
    found: dict[str, list[str]] = {}
    for field, reason in mistakes:
        found.setdefault(field, []).append(reason)
    if found:
        raise ValidationError(dict(found))


def _mistaken_behaviour(category: Category, data: Mapping[str, Any]) -> Iterator[Mistake]:
    if data["role"] is not ROLES[category]:
        yield "role", f"{category} is kept as {ROLES[category]}"
    if data["trigger"] not in TRIGGERS[category]:
        yield "trigger", f"{data['trigger']} cannot start a term of {category}"
    if data["purpose"] not in _PURPOSES:
        yield "purpose", f"Must be one of: {', '.join(Purpose)}."
    if data["action"] is Action.ARCHIVE:
        yield "action", f"{category} has no archive"
    for condition in ("when", "unless"):
        if data.get(condition, KEEP_ACCOUNT) != KEEP_ACCOUNT:
            yield condition, f"{category} has no events"


def _out_of_bounds(
    term: Duration | None, floor: Duration | None, ceiling: Duration | None
) -> Iterator[str]:
    if term and floor and not never_longer(floor, term):
        yield f"{term} is below the floor {floor}"
    if term and ceiling and not never_longer(term, ceiling):
        yield f"{term} is above the ceiling {ceiling}"
