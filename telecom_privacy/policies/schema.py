"""The shape of a policy file."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import chain, pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.fields import (
    DateField,
    DurationField,
    JsonSchemaField,
    NameField,
    RuleIdField,
    SwitchField,
    filled,
)
from telecom_privacy.policies.model import (
    ANSWER,
    LONGEST_ANSWER,
    ROLES,
    Category,
    CategoryDefinition,
    Policy,
    PolicyVersion,
    Rule,
)
from telecom_privacy.policies.rule_schema import RuleSchema
from telecom_privacy.scope import Role

_MEDIA_TYPE = validate.Regexp(r"[a-z]+/(\*|[a-z0-9][a-z0-9.+-]*)\Z")


def _longest_answer(duration: Duration) -> None:
    """The law gives the bounds: an answer in its first month, or two months later."""
    if duration.exact or not ANSWER.months <= duration.months <= LONGEST_ANSWER.months:
        raise ValidationError(f"Not from {ANSWER} to {LONGEST_ANSWER}.")


class CategorySchema(Schema):
    name = NameField(required=True, validate=validate.NoneOf(list(Category)))
    content = fields.List(fields.String(validate=_MEDIA_TYPE), validate=filled)
    schema = JsonSchemaField()
    special = SwitchField()
    consent = NameField()
    never_stored = RuleIdField()

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> CategoryDefinition:
        return CategoryDefinition(**{**data, "content": tuple(data.get("content", ()))})


class VersionSchema(Schema):
    valid_from = DateField(required=True)
    rules = fields.List(fields.Nested(RuleSchema), required=True, validate=filled)
    categories = fields.List(fields.Nested(CategorySchema), load_default=list)
    card_data = RuleIdField()
    longest_answer = DurationField(validate=_longest_answer)

    @validates_schema
    def _check_repeated(self, data: Mapping[str, Any], **_: object) -> None:
        """One term per trigger of a purpose; a second would silently shadow it or be shadowed."""
        seen = set()
        mistakes = {}
        for index, rule in _numbered(data["rules"]):
            conditions = (rule.trigger, rule.when, rule.unless)
            key = (rule.category, rule.role, rule.purpose, conditions)
            if key in seen:
                mistakes[index] = [f"a second rule for {rule.purpose} from {rule.trigger}"]
            seen.add(key)
        _refuse("rules", mistakes)

    @validates_schema
    def _check_client(self, data: Mapping[str, Any], **_: object) -> None:
        """A client is stored whatever its policy says, and must be erased one day."""
        named = {rule.category for _, rule in _numbered(data["rules"]) if rule.enabled}
        if Category.CLIENT not in named:
            role = ROLES[Category.CLIENT]
            raise ValidationError(f"no rule for {Category.CLIENT} as {role}", "rules")

    @validates_schema
    def _check_agreed(self, data: Mapping[str, Any], **_: object) -> None:
        """Without an agreement another rule must end the purpose."""
        rules = list(_numbered(data["rules"]))
        ended = {(r.category, r.role, r.purpose) for _, r in rules if r.enabled and r.duration}
        mistakes = {
            index: {"duration": ["nothing ends it without an agreement"]}
            for index, rule in rules
            if rule.duration is None and (rule.category, rule.role, rule.purpose) not in ended
        }
        _refuse("rules", mistakes)

    @validates_schema
    def _check_declared(self, data: Mapping[str, Any], **_: object) -> None:
        """A mistyped category would be one of its own, and what it was meant for have no rule."""
        known = {*Category, *(category.name for category in data["categories"])}
        mistakes = {
            index: {"category": [_undeclared(rule.category, known)]}
            for index, rule in _numbered(data["rules"])
            if rule.category not in known
        }
        _refuse("rules", mistakes)

    @validates_schema
    def _check_categories(self, data: Mapping[str, Any], **_: object) -> None:
        seen: set[str] = set()
        rules = list(chain.from_iterable(data["rules"]))
        mistakes = {}
        for index, category in enumerate(data["categories"]):
            if reason := _mistake(category, rules, seen):
                mistakes[index] = [reason]
            seen.add(category.name)
        _refuse("categories", mistakes)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> PolicyVersion:
        rules, categories = tuple(chain.from_iterable(data["rules"])), tuple(data["categories"])
        longest = data.get("longest_answer", LONGEST_ANSWER)
        card_data = data.get("card_data")
        return PolicyVersion(data["valid_from"], rules, categories, card_data, longest)


class PolicySchema(Schema):
    name = NameField(required=True)
    notice = fields.String(required=True, validate=filled)
    versions = fields.List(fields.Nested(VersionSchema), required=True, validate=filled)

    @validates_schema
    def _check_ascending(self, data: Mapping[str, Any], **_: object) -> None:
        mistakes = {
            index: {"valid_from": [f"not after the version before it ({one.valid_from})"]}
            for index, (one, other) in enumerate(pairwise(data["versions"]), start=1)
            if other.valid_from <= one.valid_from
        }
        _refuse("versions", mistakes)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Policy:
        return Policy(data["name"], data["notice"], tuple(data["versions"]))


def _refuse(field: str, mistakes: Mapping[int, Any]) -> None:
    """Raise `ValidationError` for all mistakes in the tables of a field, by their positions."""
    if mistakes:
        raise ValidationError({field: mistakes})


def _numbered(tables: Iterable[Iterable[Rule]]) -> Iterator[tuple[int, Rule]]:
    """Each rule with the position of the table that says it."""
    return ((index, rule) for index, rules in enumerate(tables) for rule in rules)


def _undeclared(category: str, known: Collection[str]) -> str:
    return f"no [[versions.categories]] table is named {category}" + _hint(category, known)


def _hint(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _mistake(category: CategoryDefinition, rules: list[Rule], seen: set[str]) -> str | None:
    ended = {rule.category for rule in rules}
    roles = {rule.role for rule in rules if rule.category == category.name}
    if category.name in seen:
        return "named twice"
    if not roles and category.never_stored is None:
        return "no rule says how long it is kept" + _hint(category.name, ended)
    if category.special and Role.CONTROLLER in roles:
        return "special categories are held for clients only, never as controller (ROLE-7)"
    return None
