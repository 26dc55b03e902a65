"""What is done for persons, as JSON (API.md "Exports and rights")."""

from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from telecom_privacy.http.schemas import ApiSchema, Moment, subject_name
from telecom_privacy.persons.telling import Way
from telecom_privacy.restrictions.model import Reason


class ReasonSchema(ApiSchema):
    reason = fields.Enum(Reason, by_value=True, required=True)


class ToldQuery(ApiSchema):
    """How and when the person was told before a restriction is lifted; the operator must say it."""

    told = fields.Enum(Way, by_value=True, load_default=None)
    told_at = Moment(load_default=None)


class PersonSchema(ApiSchema):
    """A person by telephone number, or as records name their subject."""

    number = fields.String(validate=validate.Length(1, 40))
    subject = subject_name()

    @validates_schema
    def _names_one(self, data: dict[str, Any], **kwargs: Any) -> None:
        if ("number" in data) == ("subject" in data):
            raise ValidationError("Give either number or subject.", "number")


class NumberSchema(ApiSchema):
    number = fields.String(required=True, validate=validate.Length(1, 40))


class RestrictedPersonSchema(PersonSchema, ReasonSchema):
    pass


class Written(StrEnum):
    """What becomes of what was written of a person's calls."""

    KEEP = "keep"
    ERASE = "erase"


class ErasingPersonSchema(PersonSchema):
    """The client knows whether note and tags are about the person; unless it says so they go."""

    note = fields.Enum(Written, by_value=True, load_default=Written.ERASE)
    tags = fields.Enum(Written, by_value=True, load_default=Written.ERASE)


class ErasedPersonSchema(Schema):
    """What this request erased; to be repeated while it is `running`.

    What was acknowledged before `begun_at` is covered.
    """

    state = fields.String(validate=validate.OneOf(("done", "running")))
    begun_at = Moment()
    calls = fields.Integer()
    recordings = fields.Integer()
    records = fields.Integer()
    own_number = fields.Integer()


class RestrictionSchema(Schema):
    """A restriction that is in force, since when and why."""

    restricted_at = Moment(attribute="at")
    reason = fields.Enum(Reason, by_value=True)
