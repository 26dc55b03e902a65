"""A policy: what one published notice promises, as dated versions of rules (RULES §2)."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.triggers import EVENTS, OPPOSITES, Trigger
from telecom_privacy.scope import Role


class Category(StrEnum):
    """The categories with behaviour of their own; any other name is that of a record category."""

    CALL = "call"
    CLIENT = "client"
    LICENCE = "licence"
    RECORDING = "recording"
    TRAFFIC = "traffic"


class Purpose(StrEnum):
    """What those categories are kept for; record categories may name other purposes.

    A record lives as long as one of its purposes does.
    """

    SERVICE = "service"
    BILLING = "billing"
    NETWORK_SECURITY = "network_security"
    NATIONAL_SECURITY = "national_security"
    SUBSCRIBER_IDENTIFICATION = "subscriber_identification"


TRIGGERS = {
    Category.CALL: frozenset({Trigger.CALL_ENDED, Trigger.CONTRACT_ENDED}),
    Category.CLIENT: frozenset({Trigger.CONTRACT_ENDED}),
    Category.LICENCE: frozenset({Trigger.CONTRACT_ENDED}),
    Category.RECORDING: frozenset({Trigger.CALL_ENDED, Trigger.CONTRACT_ENDED}),
    Category.TRAFFIC: frozenset({Trigger.EVENT, Trigger.CONTRACT_ENDED}),
}
"""The triggers that each of those categories can have. A generic record can have any."""


ROLES = {
    Category.CALL: Role.PROCESSOR,
    Category.CLIENT: Role.CONTROLLER,
    Category.LICENCE: Role.PROCESSOR,
    Category.RECORDING: Role.PROCESSOR,
    Category.TRAFFIC: Role.CONTROLLER,
}
"""As what the operator stores each of those; for others see `PolicyVersion.role_of`."""


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

KEEP_ACCOUNT = "keep_account"
"""The fact that a client, asked at the end of its contract, keeps its account (RET-22)."""

ANSWER = Duration(months=1)
"""Within this time a request of a person is answered (GDPR article 12(3), DSR-2)."""

LONGEST_ANSWER = Duration(months=3)
"""Within this time where the person was told of the reasons (GDPR article 12(3))."""

FACTS = EVENTS | {KEEP_ACCOUNT}
"""What a rule may depend on by `when` and `unless`."""


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
    be agreed or sold. With `not_before` the term starts at the later of that and the trigger. The
    rule applies only if the fact `when` holds and `unless` does not. `archive`, with the action of
    that name only, is how long the record is kept in all. A rule that is not `enabled` never
    applies; one without a `duration` applies to a client that agreed a term only (RET-8).
    """

    id: str
    category: str
    role: Role
    purpose: str
    legal_basis: str
    recipients: tuple[str, ...]
    trigger: Trigger
    duration: Duration | None
    action: Action
    option: OptionTerm | None = None
    at_least: Duration | None = None
    floor: Duration | None = None
    ceiling: Duration | None = None
    enabled: bool = True
    not_before: Trigger | None = None
    when: str | None = None
    unless: str | None = None
    archive: Duration | None = None

    @property
    def events(self) -> frozenset[str]:
        """The events of a record that matter to the rule, and those that cancel them."""
        named = EVENTS & {self.trigger, self.when, self.unless}
        return named.union(*(OPPOSITES.get(name, ()) for name in named))

    @property
    def negotiable(self) -> bool:
        """Whether a client may agree another term (RET-8): its own data, within a ceiling."""
        return self.role is Role.PROCESSOR and self.ceiling is not None


@dataclass(frozen=True, slots=True)
class CategoryDefinition:
    """What a record category may hold.

    `content` are the media types (`audio/*`) of the binary content that it takes; `schema` is the
    JSON Schema 2020-12 that its data must satisfy, None for any object. `special` marks special
    categories of personal data (GDPR article 9, RULES ROLE-7). `consent` is the purpose whose
    consent it rests on (RET-24). `never_stored` is the rule that forbids to take it at all.
    """

    name: str
    content: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    special: bool = False
    consent: str | None = None
    never_stored: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """The rules from the beginning of a local day until the next version.

    `card_data` is the rule by which no payment card number is ever stored (RET-26).
    `longest_answer` is the whole time that a person may wait for an answer to a request whose
    term was extended (DSR-2); GDPR article 12(3) allows three months.
    """

    valid_from: date
    rules: tuple[Rule, ...]
    categories: tuple[CategoryDefinition, ...] = ()
    card_data: str | None = None
    longest_answer: Duration = LONGEST_ANSWER

    def rules_for(self, category: str, role: Role) -> tuple[Rule, ...]:
        """Return the enabled rules of a category."""
        return tuple(
            rule
            for rule in self.rules
            if rule.enabled and rule.category == category and rule.role is role
        )

    def stores(self, category: str, role: Role) -> bool:
        """Tell whether the category may be stored in that role: some rule must end it."""
        return bool(self.rules_for(category, role))

    def role_of(self, category: str, *, operator: bool) -> Role | None:
        """Return in which role a record is stored; None if the version does not name it.

        What is the operator's own it keeps as controller; of another client, as its processor
        where the notice has a rule for that.
        """
        roles = (Role.CONTROLLER,) if operator else (Role.PROCESSOR, Role.CONTROLLER)
        return next((role for role in roles if self.stores(category, role)), None)

    def category(self, name: str) -> CategoryDefinition:
        """Return what the file says of a record category; any object, where it is silent."""
        found = (one for one in self.categories if one.name == name)
        return next(found, CategoryDefinition(name))


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
