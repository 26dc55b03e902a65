"""What the proof of a consent says: the least that proves it (GDPR articles 5(1)(c) and 7(1))."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telecom_privacy.erasure.model import Closing
from telecom_privacy.errors import Forbidden
from telecom_privacy.records.model import (
    CONSENT_PROOF,
    NewRecord,
    Record,
    StoredRecord,
    is_relied_on,
)

_FIELDS = (
    "purpose",
    "proof",
    "text",
    "version",
    "channel",
    "country",
    "safeguard",
    "reference",
)
"""Of what a consent holds."""

_OF_AN_EVENT = ("event", "at", "received_at", "actor")
_VERSION = "consent_version"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a proof is to say. `version` is that of the consent: an older one says nothing new."""

    new: NewRecord
    events: Mapping[str, datetime]
    history: Sequence[Mapping[str, Any]]
    version: int

    @property
    def more(self) -> Mapping[str, Any]:
        """What is sealed beside what its readers get."""
        return {_VERSION: self.version}


def stated_by(consent: Record, relevant: Collection[str], closing: Closing | None) -> Statement:
    """Return what the proof of a consent says, with those events on which its own term depends.

    Its id is the consent's random record id. With `closing` the consent is about to be erased.
    """
    stored, sealed = consent.stored, consent.sealed
    events = {name: at for name, at in stored.events.items() if name in relevant}
    if closing and is_relied_on(events):
        events["reliance_ended"] = max([closing.at, stored.occurred_at, *events.values()])
    new = NewRecord(
        category=CONSENT_PROOF,
        external_id=str(stored.record_id),
        licence_id=sealed.get("licence_id"),
        subject=sealed.get("subject"),
        occurred_at=stored.occurred_at,
        data=_least(sealed["data"]),
    )
    history = [_entry(entry) for entry in sealed["history"]]
    return Statement(new, events, history, stored.version + bool(closing))


def version_proved(proof: Record) -> int:
    """The version of the consent of which a proof speaks; 0 for one that was handed in."""
    return int(proof.sealed.get(_VERSION, 0))


def require_not_automatic(record: Record) -> None:
    """Raise `Forbidden` for a proof that the service keeps itself, by what it proves."""
    if record.is_kept:
        raise Forbidden("this proof follows what it proves alone", "automatic-proof")
    require_not_following(record)


def require_not_following(record: Record) -> None:
    """Raise `Forbidden` for the proof of a consent, content too: others may have scans beside."""
    if version_proved(record):
        raise Forbidden("this proof follows its consent alone", "automatic-proof")


def require_not_relied_on(record: StoredRecord) -> None:
    """Raise `Forbidden` for the proof of a consent that was not revoked or left unused yet."""
    if record.category == CONSENT_PROOF and is_relied_on(record.events):
        raise Forbidden("the consent that this proves is relied on", "consent-relied-on")


def _least(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in _FIELDS if name in data}


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An event, without the reason that somebody may have written to it."""
    said = {name: entry[name] for name in _OF_AN_EVENT}
    return {**said, "data": _least(entry["data"])} if "data" in entry else said
