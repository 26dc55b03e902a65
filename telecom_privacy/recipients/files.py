"""Reads the list of recipients, once, at start."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.fields import DateField, filled
from telecom_privacy.policies.toml_file import Mistakes, load_toml, read_toml
from telecom_privacy.recipients.model import EEA, Kind, Recipient, Safeguard

_COUNTRY = validate.Regexp(r"[A-Z]{2}\Z", error="Must be a code of ISO 3166-1, such as FR.")


class _RecipientSchema(Schema):
    """Refuses a transfer out of the European Economic Area that has no ground (SEC-4)."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=filled)
    kind = fields.Enum(Kind, by_value=True, required=True)
    service = fields.String(required=True, validate=filled)
    purpose = fields.String(required=True, validate=filled)
    categories = fields.List(fields.String(validate=filled), required=True, validate=filled)
    country = fields.String(required=True, validate=_COUNTRY)
    since = DateField(required=True)
    until = DateField()
    safeguard = fields.Enum(Safeguard, by_value=True, load_default=Safeguard.NONE_NEEDED)
    ground = fields.String(validate=filled)

    @validates_schema
    def _check_transfer(self, data: Mapping[str, Any], **_: object) -> None:
        needs_none = data["safeguard"] is Safeguard.NONE_NEEDED
        if data["country"] in EEA:
            if not needs_none:
                raise ValidationError("inside the EEA none is needed", "safeguard")
        elif needs_none:
            raise ValidationError(f"{data['country']} is outside the EEA", "safeguard")
        elif "ground" not in data:
            raise ValidationError("a transfer outside the EEA needs one", "ground")

    @validates_schema
    def _check_days(self, data: Mapping[str, Any], **_: object) -> None:
        if "until" in data and data["until"] < data["since"]:
            raise ValidationError("lies before since", "until")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Recipient:
        return Recipient(**{**data, "categories": tuple(data["categories"])})


class _FileSchema(Schema):
    class Meta:
        unknown = RAISE

    recipients = fields.List(fields.Nested(_RecipientSchema), load_default=list)


def load_recipients(path: Path) -> tuple[Recipient, ...]:
    """Return the entries of a file; none if there is no such file.

    Raises:
        ConfigurationError: it cannot be read or has a mistake; one line with entry and reason.
    """
    if not path.exists():
        return ()
    found = read_recipients(path)
    if isinstance(found, list):
        raise ConfigurationError(found[0])
    return found


def read_recipients(path: Path) -> tuple[Recipient, ...] | list[str]:
    """Return the entries of a file, or its mistakes: for each a line."""
    return read_toml(path, _parsed)


def _parsed(text: str) -> tuple[Recipient, ...] | Mistakes:
    found = load_toml(text, _FileSchema(), _title)
    if isinstance(found, Mistakes):
        return found
    recipients: tuple[Recipient, ...] = tuple(found["recipients"])
    overlaps = tuple(_overlaps(recipients))
    return Mistakes(overlaps) if overlaps else recipients


def _overlaps(recipients: tuple[Recipient, ...]) -> list[str]:
    """Two entries for one service at a time would say two things of it."""
    ordered = sorted(recipients, key=lambda one: (one.name, one.service, one.since))
    return [
        f"{after.name} ({after.service}): since: an earlier entry goes on"
        for before, after in pairwise(ordered)
        if (before.name, before.service) == (after.name, after.service)
        and (before.until is None or after.since <= before.until)
    ]


def _title(name: str, entry: Any, position: int) -> str | None:
    if name != "recipients" or not isinstance(entry, dict):
        return None
    return str(entry.get("name") or f"recipient {position + 1}")
