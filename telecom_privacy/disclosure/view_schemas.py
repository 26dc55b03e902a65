"""Requisitions as legal staff sees them (API.md "Legal")."""

from marshmallow import Schema, fields

from telecom_privacy.disclosure.admissibility import FaultName
from telecom_privacy.disclosure.checks import Stage
from telecom_privacy.disclosure.deadlines import Urgency
from telecom_privacy.disclosure.schemas import enum
from telecom_privacy.disclosure.steps import CheckName, CheckOutcome, State, Step
from telecom_privacy.http.schemas import Moment
from telecom_privacy.legal_bases.model import BasisKind


class FaultSchema(Schema):
    name = enum(FaultName)
    detail = fields.String()


class CheckViewSchema(Schema):
    number = fields.Integer()
    check = enum(CheckName)
    outcome = enum(CheckOutcome)
    how = fields.String()
    at = Moment()
    actor = fields.String()
    stands = fields.Boolean()


class StepViewSchema(Schema):
    step = enum(Step)
    at = Moment()
    noted_at = Moment()
    actor = fields.String()
    said = fields.Dict()


class RequisitionSummarySchema(Schema):
    id = fields.UUID()
    kind = enum(BasisKind)
    reference = fields.String()
    basis = fields.String()
    received_at = Moment()
    state = enum(State)
    stage = enum(Stage, allow_none=True)
    due_at = Moment(allow_none=True)
    refusable_until = Moment(allow_none=True)
    urgency = enum(Urgency)


class RequisitionListSchema(Schema):
    items = fields.List(fields.Nested(RequisitionSummarySchema))
    next = fields.String(allow_none=True)


class RequisitionViewSchema(RequisitionSummarySchema):
    procedure = fields.String(allow_none=True)
    authority = fields.Dict()
    person = fields.Dict()
    magistrate = fields.String(allow_none=True)
    offence = fields.String(allow_none=True)
    maximum_penalty_months = fields.Integer(allow_none=True)
    case_60_1_2 = fields.Integer(allow_none=True)
    authorisations = fields.List(fields.Dict())
    numbers = fields.List(fields.String())
    number_ranges = fields.List(fields.Dict())
    licences = fields.List(fields.Dict())
    call_ids = fields.List(fields.Dict())
    period = fields.Dict()
    categories = fields.List(fields.String())
    channel = fields.String()
    no_pnij_reason = fields.String(allow_none=True)
    recorded_late_because = fields.String(allow_none=True)
    scan_sha256 = fields.String(allow_none=True)
    recipient = fields.String(allow_none=True)
    enforcing_authority = fields.Dict(allow_none=True)
    urgent = fields.Boolean()
    client_not_informed_because = fields.String()
    cost_claim = fields.String(allow_none=True)
    order_digest = fields.String()
    confirmed = fields.Boolean()
    faults = fields.List(fields.Nested(FaultSchema))
    required_checks = fields.List(enum(CheckName))
    missing_checks = fields.List(enum(CheckName))
    checks = fields.List(fields.Nested(CheckViewSchema))
    steps = fields.List(fields.Nested(StepViewSchema))
