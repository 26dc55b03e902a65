"""The shape of a policy file."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.policies.fields import (
    DateField,
    JsonSchemaField,
    NameField,
    RuleIdField,
    SwitchField,
    filled,
)
from telecom_privacy.policies.model import (
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

    @validates_schema
    def _check_repeated(self, data: Mapping[str, Any], **_: object) -> None:
        """One term per trigger of a purpose; a second would silently shadow it or be shadowed."""
        seen = set()
        for index, rule in enumerate(data["rules"]):
            conditions = (rule.trigger, rule.when, rule.unless)
            key = (rule.category, rule.role, rule.purpose, conditions)
            if key in seen:
                message = f"a second rule for {rule.purpose} from {rule.trigger}"
                raise ValidationError({"rules": {index: [message]}})
            seen.add(key)

    @validates_schema
    def _check_client(self, data: Mapping[str, Any], **_: object) -> None:
        """A client is stored whatever its policy says, and must be erased one day."""
        named = {rule.category for rule in data["rules"] if rule.enabled}
        if Category.CLIENT not in named:
            role = ROLES[Category.CLIENT]
            raise ValidationError(f"no rule for {Category.CLIENT} as {role}", "rules")

    @validates_schema
    def _check_agreed(self, data: Mapping[str, Any], **_: object) -> None:
        """Without an agreement another rule must end the purpose."""
        ended = {(r.category, r.role, r.purpose) for r in data["rules"] if r.enabled and r.duration}
        for index, rule in enumerate(data["rules"]):
            if rule.duration is None and (rule.category, rule.role, rule.purpose) not in ended:
                message = "nothing ends it without an agreement"
                raise ValidationError({"rules": {index: {"duration": [message]}}})

    @validates_schema
    def _check_categories(self, data: Mapping[str, Any], **_: object) -> None:
        seen: set[str] = set()
        for index, category in enumerate(data["categories"]):
            if reason := _mistake(category, data["rules"], seen):
                raise ValidationError({"categories": {index: [reason]}})
            seen.add(category.name)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> PolicyVersion:
        rules, categories = tuple(data["rules"]), tuple(data["categories"])
        return PolicyVersion(data["valid_from"], rules, categories, data.get("card_data"))


class PolicySchema(Schema):
    name = NameField(required=True)
    notice = fields.String(required=True, validate=filled)
    versions = fields.List(fields.Nested(VersionSchema), required=True, validate=filled)

    @validates_schema
    def _check_ascending(self, data: Mapping[str, Any], **_: object) -> None:
        for index, (one, other) in enumerate(pairwise(data["versions"]), start=1):
            if other.valid_from <= one.valid_from:
                message = f"not after the version before it ({one.valid_from})"
                raise ValidationError({"versions": {index: {"valid_from": [message]}}})

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Policy:
        return Policy(data["name"], data["notice"], tuple(data["versions"]))


def _mistake(category: CategoryDefinition, rules: list[Rule], seen: set[str]) -> str | None:
    roles = {rule.role for rule in rules if rule.category == category.name}
    if category.name in seen:
        return "named twice"
    if not roles and category.never_stored is None:
        return "no rule says how long it is kept"
    if category.special and Role.CONTROLLER in roles:
        return "special categories are held for clients only, never as controller (ROLE-7)"
    return None
