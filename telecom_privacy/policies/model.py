"""A policy: what one published notice promises, as dated versions of rules (RULES §2)."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from telecom_privacy.policies.duration import Duration
from telecom_privacy.scope import Role


class Category(StrEnum):
    """What kind of record a rule is about."""

    CALL = "call"
    CLIENT = "client"
    LICENCE = "licence"
    RECORDING = "recording"
    TRAFFIC = "traffic"


class Purpose(StrEnum):
    """What a record is kept for. A record lives as long as one of its purposes does."""

    SERVICE = "service"
    BILLING = "billing"
    NETWORK_SECURITY = "network_security"
    NATIONAL_SECURITY = "national_security"
    SUBSCRIBER_IDENTIFICATION = "subscriber_identification"


class Trigger(StrEnum):
    """What starts a term: the instant at which the record's event was over, or a date."""

    CALL_ENDED = "call_ended"
    EVENT = "event"
    CONTRACT_ENDED = "contract_ended"


TRIGGERS = {
    Category.CALL: frozenset({Trigger.CALL_ENDED, Trigger.CONTRACT_ENDED}),
    Category.CLIENT: frozenset({Trigger.CONTRACT_ENDED}),
    Category.LICENCE: frozenset({Trigger.CONTRACT_ENDED}),
    Category.RECORDING: frozenset({Trigger.CALL_ENDED, Trigger.CONTRACT_ENDED}),
    Category.TRAFFIC: frozenset({Trigger.EVENT, Trigger.CONTRACT_ENDED}),
}
"""The triggers that a record of each category can have."""


ROLES = {
    Category.CALL: Role.PROCESSOR,
    Category.CLIENT: Role.CONTROLLER,
    Category.LICENCE: Role.PROCESSOR,
    Category.RECORDING: Role.PROCESSOR,
    Category.TRAFFIC: Role.CONTROLLER,
}
"""As what the operator stores the records of each category."""


class Action(StrEnum):
    """What happens when the term is over.

    `anonymise` erases like `erase`, but de-identified counts stay (RET-27); `archive` keeps the
    record for legal staff alone until its archive term is over, too (RET-18).
    """

    ERASE = "erase"
    ANONYMISE = "anonymise"
    ARCHIVE = "archive"


class Option(StrEnum):
    """What a client may take on top of its contract."""

    RECORDING = "recording"
    STORAGE_EXTENSION = "storage_extension"


AGREED_TERM_RULE = "RET-8"
"""The rule that speaks where a term was agreed with the client."""


@dataclass(frozen=True, slots=True)
class OptionTerm:
    """The duration that holds instead while the client has an option."""

    name: Option
    duration: Duration


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise: keep this category for this purpose so long after that trigger.

    `at_least` lengthens a duration that the calendar would make shorter. `floor` is a legal
    minimum, which forbids any rule of the purpose to erase sooner; `ceiling` is the most that may
    be agreed or sold. A rule that is not `enabled` never applies.
    """

    id: str
    category: Category
    role: Role
    purpose: Purpose
    legal_basis: str
    recipients: tuple[str, ...]
    trigger: Trigger
    duration: Duration
    action: Action
    option: OptionTerm | None = None
    at_least: Duration | None = None
    floor: Duration | None = None
    ceiling: Duration | None = None
    enabled: bool = True

    @property
    def negotiable(self) -> bool:
        """Whether a client may agree another term (RET-8): its own data, within a ceiling."""
        return self.role is Role.PROCESSOR and self.ceiling is not None


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """The rules from the beginning of a local day until the next version."""

    valid_from: date
    rules: tuple[Rule, ...]

    def rules_for(self, category: Category, role: Role) -> tuple[Rule, ...]:
        """Return the enabled rules of a category."""
        return tuple(
            rule
            for rule in self.rules
            if rule.enabled and rule.category is category and rule.role is role
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """One notice; `versions` ascend by date and are never empty."""

    name: str
    notice: str
    versions: tuple[PolicyVersion, ...]

    def version_on(self, day: date) -> PolicyVersion:
        """Return the version in force on a local day; the first one also covers all days before.

        Data older than the notice is promised no less than data of its first day.
        """
        following = bisect_right(self.versions, day, key=lambda version: version.valid_from)
        return self.versions[max(following - 1, 0)]
