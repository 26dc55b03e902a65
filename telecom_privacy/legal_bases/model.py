"""What a text of law lets whom ask, and under which conditions (RULES LAW-1..5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from telecom_privacy.policies.duration import Duration


class DataCategory(StrEnum):
    """What an authority may ask for."""

    IDENTITY = "identity"
    """Who a subscriber is (L.34-1 II bis 1°)."""
    BILLING = "billing"
    """Contract and payment (L.34-1 II bis 2°)."""
    TRAFFIC = "traffic"
    """Who called whom when, and technical data (L.34-1 II bis 3° and III)."""
    LOCATION = "location"
    CONTENT = "content"
    """Stored recordings and voicemail: never traffic data (L.34-1 VI)."""


class AuthorityKind(StrEnum):
    JUDICIAL_POLICE = "judicial_police"
    PROSECUTOR = "prosecutor"
    INVESTIGATING_JUDGE = "investigating_judge"
    INTELLIGENCE = "intelligence_via_gic"
    """Through the Groupement interministériel de contrôle, never directly."""
    TAX = "tax"
    CUSTOMS = "customs"
    FINANCIAL_MARKETS = "amf"
    COMPETITION = "competition"
    FOREIGN_JUDICIAL = "foreign_judicial"


class AuthorisationKind(StrEnum):
    """Who must have allowed a request before it was made."""

    PROSECUTOR = "prosecutor"
    COMMISSION_ROGATOIRE = "commission_rogatoire"
    JLD_ORDER = "jld_order"
    """A reasoned order of the juge des libertés et de la détention."""
    CONTROLLER = "controller_of_connection_data"
    PRIME_MINISTER = "prime_minister"
    VALIDATION = "judicial_validation"
    """Of a European order, by a judicial authority of the State that issues it."""
    CONSENT = "consent"
    """That of the person whose secrecy the law protects (CPP article 60-1)."""


class BasisKind(StrEnum):
    PRODUCTION = "production"
    """Data is handed over."""
    PRESERVATION = "preservation"
    """Data is kept from being erased, and nothing handed over."""


WITHOUT_DELAY = "without_delay"
"""The deadline of a text that names no term."""


@dataclass(frozen=True, slots=True)
class Alias:
    """The number that a text has from a day on; orders may cite the old one still."""

    id: str
    text: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That the operator's counsel confirmed an entry: when, and in which role."""

    on: date
    by_role: str


@dataclass(frozen=True, slots=True)
class Case:
    """A case in which a condition allows a request; its penalty is that of the offence."""

    number: int
    title: str
    minimum_penalty_months: int | None = None


class _Dated:
    """A text with days of validity and, perhaps, other numbers."""

    __slots__ = ()

    id: str
    valid_from: date
    valid_to: date | None
    aliases: tuple[Alias, ...]

    def is_in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def goes_by(self, name: str, day: date) -> bool:
        """Whether a text is meant by a name on a day: its id, or a number that it has by then."""
        return name == self.id or any(
            alias.id == name and alias.valid_from <= day for alias in self.aliases
        )


@dataclass(frozen=True, slots=True)
class Condition(_Dated):
    """A text that limits others, such as article 60-1-2: one of its cases must apply.

    It concerns requests for any of `categories`.
    """

    id: str
    title: str
    text: str
    categories: frozenset[DataCategory]
    cases: tuple[Case, ...]
    valid_from: date
    valid_to: date | None = None
    aliases: tuple[Alias, ...] = ()

    def case(self, number: int | None) -> Case | None:
        return next((one for one in self.cases if one.number == number), None)


@dataclass(frozen=True, slots=True)
class ProfessionTerms:
    """What of a privileged person's data may be asked.

    `condition` is the authorisation that it needs beyond that of the basis, if any; `text` is the
    text that says so.
    """

    profession: str
    categories: frozenset[DataCategory]
    text: str
    condition: AuthorisationKind | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """That a request for `categories` is notified to an authority where the data is held, which may
    refuse it for as long as `waits` from the receipt (Regulation (EU) 2023/1543 articles 8, 10)."""

    categories: frozenset[DataCategory]
    waits: Duration
    text: str


@dataclass(frozen=True, slots=True)
class LegalBasis(_Dated):
    """A text of law, as of its days of validity.

    `ranks` are who may sign, `authority_ranks` which of them belong to whom where there are several
    authorities, `rank_categories` what some of them are limited to. One of the
    `authorisations` is needed by the ranks that `authorised_ranks` names, by all where it is empty.
    `conditions` are ids of `Condition`. `professions` are the terms of privileged persons: what
    none of them covers is not given. `channel` is the way by which requests come; another one needs
    a reason. `deadline` counts from the receipt, None: without delay. `preservation` is how long
    data is kept at the order of the text, `extension` by how much that may be renewed.
    `client_informed` tells whether the client may be told; `secrecy` is the text that says so.
    Where not `counted`, not even how many requests there were is ever published. `valid_to` is the
    last day.
    """

    id: str
    title: str
    text: str
    kind: BasisKind
    authorities: frozenset[AuthorityKind]
    ranks: frozenset[str]
    categories: frozenset[DataCategory]
    secrecy: str
    valid_from: date
    valid_to: date | None = None
    authorisations: frozenset[AuthorisationKind] = frozenset()
    authorised_ranks: frozenset[str] = frozenset()
    conditions: tuple[str, ...] = ()
    authority_ranks: Mapping[AuthorityKind, frozenset[str]] = field(
        default_factory=dict, hash=False
    )
    rank_categories: Mapping[str, frozenset[DataCategory]] = field(default_factory=dict, hash=False)
    professions: tuple[ProfessionTerms, ...] = ()
    channel: str | None = None
    deadline: Duration | None = None
    emergency_deadline: Duration | None = None
    preservation: Duration | None = None
    extension: Duration | None = None
    client_informed: bool = False
    counted: bool = True
    notification: Notification | None = None
    aliases: tuple[Alias, ...] = ()
    confirmed: Confirmation | None = None

    def needs_authorisation(self, rank: str) -> bool:
        named = not self.authorised_ranks or rank in self.authorised_ranks
        return bool(self.authorisations) and named

    def ranks_of(self, authority: AuthorityKind) -> frozenset[str]:
        return self.authority_ranks.get(authority, self.ranks)

    def is_notified(self, categories: frozenset[DataCategory]) -> bool:
        """Whether another authority is notified of a request for any of these."""
        return bool(self.notification and self.notification.categories & categories)

    def categories_for(self, rank: str) -> frozenset[DataCategory]:
        return self.categories & self.rank_categories.get(rank, self.categories)

    def terms_for(self, profession: str, category: DataCategory) -> ProfessionTerms | None:
        """The terms of a privileged profession; None: this is not given of it."""
        found = (one for one in self.professions if one.profession == profession)
        return next((one for one in found if category in one.categories), None)


@dataclass(frozen=True, slots=True)
class TextsOfLaw:
    """All entries of the file; none where an operator has no such file."""

    bases: tuple[LegalBasis, ...] = ()
    conditions: tuple[Condition, ...] = ()
