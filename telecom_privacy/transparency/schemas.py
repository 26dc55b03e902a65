"""The policy and the counts as JSON."""

from typing import Any

from marshmallow import Schema, fields

from telecom_privacy.legal_bases.model import BasisKind
from telecom_privacy.legal_bases.schemas import (
    AliasSchema,
    CaseSchema,
    CounselConfirmationSchema,
)
from telecom_privacy.transparency.model import Outcome, Shown


class RankSchema(Schema):
    rank = fields.String()
    limited_to = fields.List(fields.String(), allow_none=True)


class ConditionInWordsSchema(Schema):
    text = fields.String()
    categories = fields.List(fields.String())
    renumbered = fields.List(fields.Nested(AliasSchema))
    cases = fields.List(fields.Nested(CaseSchema))


class ProfessionInWordsSchema(Schema):
    profession = fields.String()
    categories = fields.List(fields.String())
    condition = fields.String(allow_none=True)
    text = fields.String()


class BasisInWordsSchema(Schema):
    id = fields.String()
    title = fields.String()
    text = fields.String()
    kind = fields.Enum(BasisKind, by_value=True)
    renumbered = fields.List(fields.Nested(AliasSchema))
    confirmed = fields.Nested(CounselConfirmationSchema, allow_none=True)
    authorities = fields.List(fields.String())
    ranks = fields.List(fields.Nested(RankSchema))
    categories = fields.List(fields.String())
    authorisations = fields.List(fields.String())
    authorised_ranks = fields.List(fields.String())
    conditions = fields.List(fields.Nested(ConditionInWordsSchema))
    professions = fields.List(fields.Nested(ProfessionInWordsSchema))
    channel = fields.String(allow_none=True)
    deadline = fields.String()
    emergency_deadline = fields.String(allow_none=True)
    preservation = fields.String(allow_none=True)
    extension = fields.String(allow_none=True)
    secrecy = fields.String()
    client_informed = fields.Boolean()


class DisclosurePolicySchema(Schema):
    """Words are of `language`; what a text of law says is in French."""

    language = fields.String()
    operator = fields.String()
    contact = fields.String()
    as_of = fields.Date()
    principles = fields.List(fields.String())
    request = fields.List(fields.String())
    sending = fields.String()
    checks = fields.List(fields.String())
    protected_professions = fields.List(fields.String())
    refused = fields.List(fields.String())
    answer = fields.String()
    deadlines = fields.String()
    secrecy = fields.String()
    costs = fields.String()
    bases = fields.List(fields.Nested(BasisInWordsSchema))


class ShownField(fields.Field[Shown]):
    """A number, `<5` for 1 to 4, or null: another one could be computed from it."""

    def __init__(self) -> None:
        described = {"type": ["integer", "string", "null"]}
        super().__init__(allow_none=True, metadata=described)

    def _serialize(self, value: Shown | None, *_: Any, **__: Any) -> Shown:
        return value


class TransparencyLineSchema(Schema):
    authority = fields.String(attribute="group.authority")
    basis = fields.String(attribute="group.basis")
    text = fields.String()
    received = ShownField()
    accounts = ShownField()
    outcomes = fields.Dict(fields.Enum(Outcome, by_value=True), ShownField())


class TransparencyReportSchema(Schema):
    year = fields.Integer()
    published_on = fields.Date()
    received = ShownField()
    lines = fields.List(fields.Nested(TransparencyLineSchema))


class PublishedYearSchema(Schema):
    year = fields.Integer()
    published_on = fields.Date()


class PublishedYearListSchema(Schema):
    items = fields.List(fields.Nested(PublishedYearSchema))


class RequestCountSchema(Schema):
    authority = fields.String()
    basis = fields.String()
    received = fields.Integer()
    accounts = fields.Integer()
    outcomes = fields.Dict(fields.Enum(Outcome, by_value=True), fields.Integer())


class UnpublishedYearSchema(Schema):
    """The exact counts of a year, and when what may be shown of them is published."""

    year = fields.Integer()
    publishes_on = fields.Date()
    counts = fields.List(fields.Nested(RequestCountSchema))


class UnpublishedYearListSchema(Schema):
    items = fields.List(fields.Nested(UnpublishedYearSchema))
