"""The client's own view of its data, as JSON (API.md "Exports and rights")."""

from marshmallow import Schema, fields, validate

from telecom_privacy.clients.schemas import ReminderSchema
from telecom_privacy.http.schemas import MAX_TEXT, ApiSchema, Moment, PageQuery
from telecom_privacy.policies.fields import DurationField
from telecom_privacy.reversibility.schemas import ExportViewSchema

_LONGEST_REFERENCE = 200


class AccessQuerySchema(PageQuery):
    """`own`: only the client's own accesses, or only those of others."""

    start = Moment(data_key="from", load_default=None)
    end = Moment(data_key="until", load_default=None)
    is_own = fields.Boolean(data_key="own", load_default=None)


class ActorSchema(Schema):
    id = fields.String()
    role = fields.String()
    own = fields.Boolean()
    label = fields.String(allow_none=True)


class AccessSchema(Schema):
    """One opening; which of the last names it has depends on what was opened."""

    leaf_index = fields.Integer()
    at = fields.String()
    action = fields.String()
    actor = fields.Nested(ActorSchema)
    purpose = fields.String()
    reference = fields.String()
    record_id = fields.String()
    category = fields.String()
    licence = fields.String()
    export_id = fields.String()
    count = fields.Integer()


class AccessListSchema(Schema):
    items = fields.List(fields.Nested(AccessSchema))
    next = fields.String(allow_none=True)


class ConfirmationSchema(ApiSchema):
    """`records` is the number that the first call with `destroy_early` answered."""

    export_id = fields.UUID(required=True)
    destroy_early = fields.Boolean(load_default=False)
    records = fields.Integer(load_default=None, validate=validate.Range(0))


class CountedSchema(Schema):
    """`restricted` is how many of `count` are; `restricted_complete` is false where only the newest
    were looked at."""

    category = fields.String()
    count = fields.Integer()
    restricted = fields.Integer()
    restricted_complete = fields.Boolean()


class LeftSchema(Schema):
    """What no package that was taken as a whole has: all of it, or what was handed in or
    changed `since` then."""

    since = Moment(allow_none=True)
    categories = fields.List(fields.Nested(CountedSchema))


class ConfirmationViewSchema(Schema):
    export_id = fields.UUID()
    at = Moment()
    by = fields.String()


class CertifiedSchema(Schema):
    id = fields.String()
    day = fields.String()
    final = fields.Boolean()


class ContractDeskSchema(Schema):
    """`state`: announced, open or closed; `days_left` counts the last day, too."""

    state = fields.String()
    ended_on = fields.Date()
    keep_account = fields.Boolean()
    closes_on = fields.Date()
    closes_at = Moment()
    days_left = fields.Integer()
    closed_by_client = fields.Boolean()
    reminders = fields.List(fields.Nested(ReminderSchema))
    packages = fields.List(fields.Nested(ExportViewSchema))
    left = fields.Nested(LeftSchema)
    confirmation = fields.Nested(ConfirmationViewSchema, allow_none=True)
    certificates = fields.List(fields.Nested(CertifiedSchema))


class ConfirmedSchema(ContractDeskSchema):
    """`records`: how many would be destroyed; confirm with this number, and they are."""

    records = fields.Integer()


class RuleSchema(Schema):
    """A rule in force; `duration` is null where only an agreement sets it."""

    id = fields.String()
    category = fields.String()
    trigger = fields.String()
    duration = fields.String(allow_none=True)
    action = fields.String()
    legal_basis = fields.String()


class UpcomingSchema(Schema):
    rule = fields.String()
    due_on = fields.Date()
    count = fields.Integer()


class HeldSchema(CountedSchema):
    """`next_due_complete` is false where more falls due on these days than was looked at."""

    oldest_month = fields.String(allow_none=True)
    newest_month = fields.String(allow_none=True)
    next_due = fields.List(fields.Nested(UpcomingSchema))
    next_due_complete = fields.Boolean()


class LicenceCountsSchema(Schema):
    count = fields.Integer()
    anonymised = fields.Integer()


class ConsentCountSchema(Schema):
    purpose = fields.String()
    state = fields.String()
    count = fields.Integer()


class ConsentCountsSchema(Schema):
    """`complete` is false where only the newest consents are counted."""

    items = fields.List(fields.Nested(ConsentCountSchema))
    complete = fields.Boolean()


class ContractStateSchema(Schema):
    started_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    closes_on = fields.Date(allow_none=True)
    keep_account = fields.Boolean(allow_none=True)


class AccessCountsSchema(Schema):
    since = Moment()
    own = fields.Integer()
    others = fields.Integer()


class PrivacySchema(Schema):
    as_of = Moment()
    policy = fields.String()
    options = fields.List(fields.String())
    terms = fields.Dict(keys=fields.String(), values=DurationField())
    rules = fields.List(fields.Nested(RuleSchema))
    held = fields.List(fields.Nested(HeldSchema))
    licences = fields.Nested(LicenceCountsSchema)
    consents = fields.Nested(ConsentCountsSchema)
    contract = fields.Nested(ContractStateSchema)
    packages = fields.List(fields.Nested(ExportViewSchema))
    accesses = fields.Nested(AccessCountsSchema)


class NewInstructionSchema(ApiSchema):
    """`supersedes` is the number of an earlier instruction that does not hold any more."""

    text = fields.String(required=True, validate=validate.Length(1, MAX_TEXT))
    given_on = fields.Date(required=True)
    reference = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(1, _LONGEST_REFERENCE)
    )
    supersedes = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1))


class DocumenterSchema(Schema):
    id = fields.String()
    role = fields.String()


class InstructionSchema(Schema):
    number = fields.Integer()
    text = fields.String(attribute="data.text")
    given_on = fields.String(attribute="data.given_on")
    reference = fields.String(attribute="data.reference")
    supersedes = fields.Integer(attribute="data.supersedes")
    superseded_by = fields.Integer(allow_none=True)
    documented_at = Moment()
    documented_by = fields.Nested(DocumenterSchema, attribute="data.documented_by")
    record_id = fields.String()


class InstructionListSchema(Schema):
    items = fields.List(fields.Nested(InstructionSchema))
    next = fields.String(allow_none=True)
