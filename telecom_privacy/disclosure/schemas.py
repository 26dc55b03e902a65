"""Requisitions as they are handed in (API.md "Legal")."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from telecom_privacy.disclosure.model import (
    Authorisation,
    Authority,
    EnforcingAuthority,
    NumberRange,
    OfClient,
    Person,
)
from telecom_privacy.disclosure.steps import CheckName, CheckOutcome, State
from telecom_privacy.http.schemas import ApiSchema, Moment, PageQuery, external_id
from telecom_privacy.legal_bases.model import (
    AuthorisationKind,
    AuthorityKind,
    DataCategory,
)
from telecom_privacy.policies.fields import NameField

CHANNELS = ("pnij", "ecodex", "gic", "post", "email", "hand", "fax", "portal")
MOST_CERTIFICATE = 20_000
_MOST_NUMBERS = 100
_MOST_RANGES = 20
_MOST_LICENCES = 100
_MOST_CALLS = 500
_MOST_AUTHORISATIONS = 10


def _text(longest: int = 200, **kwargs: Any) -> fields.String:
    rules = [validate.Length(1, longest), validate.Regexp(r"\s*\S", error="Says nothing.")]
    return fields.String(validate=rules, **kwargs)


def enum(kind: Any, **kwargs: Any) -> fields.Enum[Any]:
    return fields.Enum(kind, by_value=True, **kwargs)


def _optional(longest: int = 200) -> fields.String:
    return _text(longest, allow_none=True)


class AuthoritySchema(ApiSchema):
    kind = enum(AuthorityKind, required=True)
    name = _text(required=True)
    address = _text(1000, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Authority:
        return Authority(**data)


class SigningPersonSchema(ApiSchema):
    """`rank` is a word of the legal bases, such as `opj`."""

    name = _text(required=True)
    rank = NameField(required=True)
    service = _text(required=True)
    identifier = _text(load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Person:
        return Person(**data)


class AuthorisationSchema(ApiSchema):
    kind = enum(AuthorisationKind, required=True)
    reference = _text(required=True)
    date = fields.Date(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Authorisation:
        return Authorisation(**data)


class EnforcingAuthoritySchema(ApiSchema):
    """When it was notified and when it confirmed, or why it was not notified."""

    notified_at = Moment(load_default=None)
    confirmed_at = Moment(load_default=None)
    not_notified_because = _text(1000, load_default=None)

    @validates_schema
    def _check_one(self, data: dict[str, Any], **_: object) -> None:
        if bool(data["notified_at"]) is bool(data["not_notified_because"]):
            raise ValidationError("Say one of notified_at and this.", "not_notified_because")
        if data["confirmed_at"] and not data["notified_at"]:
            raise ValidationError("Was not notified.", "confirmed_at")

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> EnforcingAuthority:
        return EnforcingAuthority(**data)


class OfClientSchema(ApiSchema):
    client_id = external_id(required=True)
    id = external_id(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> OfClient:
        return OfClient(**data)


class NumberRangeSchema(ApiSchema):
    """Consecutive numbers of one licence, both ends included."""

    first = fields.String(required=True, data_key="from")
    last = fields.String(required=True, data_key="to")
    licence = fields.Nested(OfClientSchema, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> NumberRange:
        return NumberRange(**data)


class PeriodSchema(ApiSchema):
    """Both ends included; `time_zone` is that in which the order says them."""

    start = Moment(required=True, data_key="from")
    end = Moment(required=True, data_key="until")
    time_zone = fields.String(load_default=None, allow_none=True)

    @validates_schema
    def _check_zone(self, data: dict[str, Any], **_: object) -> None:
        try:
            ZoneInfo(data["time_zone"] or "UTC")
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValidationError("No such time zone.", "time_zone") from error


class ScanSchema(ApiSchema):
    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}(?![\s\S])"))
    media_type = fields.String(validate=validate.Length(1, 255))


class _OrderSchema(ApiSchema):
    """What an order says; each field of it may be corrected."""

    reference = _text()
    procedure = _optional()
    authority = fields.Nested(AuthoritySchema)
    person = fields.Nested(SigningPersonSchema)
    magistrate = _optional()
    basis = _text()
    offence = _optional(1000)
    maximum_penalty_months = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(0, 1200)
    )
    case = fields.Integer(
        strict=True, allow_none=True, data_key="case_60_1_2", validate=validate.Range(1, 99)
    )
    authorisation = fields.Nested(AuthorisationSchema, allow_none=True)
    authorisations = fields.List(
        fields.Nested(AuthorisationSchema), validate=validate.Length(0, _MOST_AUTHORISATIONS)
    )
    numbers = fields.List(fields.String(), validate=validate.Length(0, _MOST_NUMBERS))
    number_ranges = fields.List(
        fields.Nested(NumberRangeSchema), validate=validate.Length(0, _MOST_RANGES)
    )
    licences = fields.List(
        fields.Nested(OfClientSchema), validate=validate.Length(0, _MOST_LICENCES)
    )
    call_ids = fields.List(fields.Nested(OfClientSchema), validate=validate.Length(0, _MOST_CALLS))
    period = fields.Nested(PeriodSchema)
    categories = fields.List(enum(DataCategory))
    received_at = Moment()
    channel = fields.String(validate=validate.OneOf(CHANNELS))
    no_channel_reason = _text(1000, allow_none=True, data_key="no_pnij_reason")
    recorded_late_because = _optional(1000)
    scan = fields.Nested(ScanSchema, allow_none=True)
    enforcing_authority = fields.Nested(EnforcingAuthoritySchema, allow_none=True)
    urgent = fields.Boolean()
    client_not_informed_because = _text(1000)
    cost_claim = _optional(1000)
    recipient_certificate = fields.String(validate=validate.Length(1, MOST_CERTIFICATE))
    age_recipient = fields.String(validate=validate.Length(1, 200))

    @validates_schema
    def _check_recipient(self, data: dict[str, Any], **_: object) -> None:
        if "recipient_certificate" in data and "age_recipient" in data:
            raise ValidationError("Name a certificate or an age recipient.", "age_recipient")

    @post_load
    def _unfold(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """One list of authorisations, and of the scan what it must be."""
        if first := data.pop("authorisation", None):
            data["authorisations"] = [first, *data.get("authorisations", ())]
        if "authorisations" in data:
            data["authorisations"] = tuple(data["authorisations"])
        if "scan" in data:
            scan = data.pop("scan")
            data["scan_sha256"] = scan and scan["sha256"]
        return data


_REQUIRED = (
    "reference",
    "authority",
    "person",
    "basis",
    "period",
    "categories",
    "received_at",
    "channel",
    "client_not_informed_because",
)


class RequisitionSchema(_OrderSchema):
    """`client_not_informed_because` is the decision that is recorded of the client (LAW-3)."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = field_name in _REQUIRED
        if field_name in ("numbers", "number_ranges", "licences", "call_ids"):
            field_obj.load_default = list


class CorrectionSchema(_OrderSchema):
    """The fields that were mistyped, as they should be."""

    reason = _text(1000, required=True)


class CheckSchema(ApiSchema):
    check = enum(CheckName, required=True)
    outcome = enum(CheckOutcome, required=True)
    how = _text(2000, required=True)
    at = Moment(load_default=None)


class ApprovalSchema(ApiSchema):
    """`order_digest` is that of the case as it was read: nobody approves what was not shown."""

    order_digest = fields.String(required=True, validate=validate.Length(64, 64))
    acknowledge_unconfirmed = fields.Boolean(load_default=False)


class NoRefusalSchema(ApiSchema):
    """That the authority which was notified will not refuse; `at` when it said so."""

    reference = _text(200)
    at = Moment(load_default=None)


class EndingSchema(ApiSchema):
    reason = _text(2000, required=True)


class AuthorityReceiptSchema(ApiSchema):
    """Who confirmed to have received the answer, and by which reference."""

    received_by = _text(required=True)
    reference = _text()
    note = _text(1000)
    at = Moment(load_default=None)


class RequisitionsQuery(PageQuery):
    """Without `state` and `all`: the cases that are not closed, the most urgent first."""

    state = enum(State, load_default=None)
    all = fields.Boolean(load_default=False)
