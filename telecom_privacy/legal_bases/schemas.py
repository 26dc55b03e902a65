"""Legal bases as JSON (API.md "Legal")."""

from typing import Any

from marshmallow import Schema, fields

from telecom_privacy.http.schemas import ApiSchema
from telecom_privacy.legal_bases.model import (
    WITHOUT_DELAY,
    AuthorisationKind,
    AuthorityKind,
    BasisKind,
    DataCategory,
    LegalBasis,
)
from telecom_privacy.policies.fields import DurationField


class LegalBasesQuery(ApiSchema):
    on = fields.Date(load_default=None)


class AliasSchema(Schema):
    id = fields.String()
    text = fields.String()
    valid_from = fields.Date()


class CaseSchema(Schema):
    number = fields.Integer()
    title = fields.String()
    minimum_penalty_months = fields.Integer(allow_none=True)


class ConditionSchema(Schema):
    id = fields.String()
    title = fields.String()
    text = fields.String()
    categories = fields.List(fields.Enum(DataCategory, by_value=True))
    cases = fields.List(fields.Nested(CaseSchema))
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    aliases = fields.List(fields.Nested(AliasSchema))


class ProfessionTermsSchema(Schema):
    profession = fields.String()
    categories = fields.List(fields.Enum(DataCategory, by_value=True))
    condition = fields.Enum(AuthorisationKind, by_value=True, allow_none=True)
    text = fields.String()


class CounselConfirmationSchema(Schema):
    on = fields.Date()
    by_role = fields.String()


class NotificationSchema(Schema):
    categories = fields.List(fields.Enum(DataCategory, by_value=True))
    waits = DurationField()
    text = fields.String()


class LegalBasisSchema(Schema):
    id = fields.String()
    title = fields.String()
    text = fields.String()
    kind = fields.Enum(BasisKind, by_value=True)
    authorities = fields.List(fields.Enum(AuthorityKind, by_value=True))
    ranks = fields.List(fields.String())
    categories = fields.List(fields.Enum(DataCategory, by_value=True))
    authority_ranks = fields.Dict(
        fields.Enum(AuthorityKind, by_value=True), fields.List(fields.String())
    )
    rank_categories = fields.Dict(
        fields.String(), fields.List(fields.Enum(DataCategory, by_value=True))
    )
    authorisations = fields.List(fields.Enum(AuthorisationKind, by_value=True))
    authorised_ranks = fields.List(fields.String())
    conditions = fields.List(fields.String())
    professions = fields.List(fields.Nested(ProfessionTermsSchema))
    channel = fields.String(allow_none=True)
    deadline = fields.Method("_deadline", metadata={"type": "string"})
    emergency_deadline = DurationField(allow_none=True)
    preservation = DurationField(allow_none=True)
    extension = DurationField(allow_none=True)
    secrecy = fields.String()
    client_informed = fields.Boolean()
    counted = fields.Boolean()
    notification = fields.Nested(NotificationSchema, allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    aliases = fields.List(fields.Nested(AliasSchema))
    confirmed = fields.Nested(CounselConfirmationSchema, allow_none=True)

    def _deadline(self, basis: LegalBasis) -> Any:
        return str(basis.deadline) if basis.deadline else WITHOUT_DELAY


class LegalBasisListSchema(Schema):
    items = fields.List(fields.Nested(LegalBasisSchema))
    conditions = fields.List(fields.Nested(ConditionSchema))
