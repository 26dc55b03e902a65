"""A client, its licences and what was agreed with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import Conflict, Gone
from telecom_privacy.keys.model import KeyReference, record_binding
from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import NO_ID, Role, Scope

OPERATOR = "operator"
"""The client id under which the operator keeps records of its own (DESIGN §2)."""

ANONYMISED = "anonymised"
"""The status of what is left of an anonymised licence: a random id, and whether agent or device."""

WINDOW_OVER = "the contract has ended, and its reversibility window is over"

PRIVILEGED = ("lawyer", "doctor", "notary", "bailiff", "journalist", "parliamentarian")
"""Professions whose secrecy the law protects; what each needs is in the legal bases."""


@dataclass(frozen=True, slots=True)
class Client:
    """A client as opened. `details` is what is sealed: `{id, name, contact?, announcement?, …}`.

    `closes_at` is when its reversibility window is over; None while its contract has no end.
    """

    id: UUID
    details: Mapping[str, object] = field(repr=False)
    started_on: date
    history: ClientHistory
    terms: Terms
    created_at: datetime
    month: str
    key: KeyReference
    version: int
    closes_at: datetime | None = None

    @property
    def external_id(self) -> str:
        return str(self.details["id"])

    @property
    def is_operator(self) -> bool:
        """Whether it stands for the operator itself, which has no contract and no licences."""
        return self.external_id == OPERATOR

    def require_customer(self) -> None:
        """Raise `Conflict` for the operator's own client: what only a contract brings."""
        if self.is_operator:
            raise Conflict("the operator has no contract with itself")

    def hosts_nothing(self, now: datetime) -> bool:
        """Whether the window is over, and with it the term of all that was hosted.

        Then even what occurs at this moment would be due at once, of every kind. Whether its keys
        are gone already is another question, whose answer depends on holds.
        """
        return (
            self.closes_at is not None
            and self.closes_at <= now
            and all(
                self.terms.verdict(category, role, now).is_due(now)
                for category, role in self.terms.kinds()
                if role is Role.PROCESSOR
            )
        )

    def require_hosted(self, now: datetime) -> None:
        """Raise `Gone` once nothing is hosted any more; asked before anything is looked up."""
        if self.hosts_nothing(now):
            raise Gone(WINDOW_OVER)

    @property
    def documents_announcement(self) -> bool:
        """Whether the client documented how callers are told of the recording (CON-1)."""
        return self.details.get("announcement") is not None

    def scope(self, role: Role, licence_id: UUID = NO_ID) -> Scope:
        return Scope(self.id, licence_id, role)


@dataclass(frozen=True, slots=True)
class Licence:
    """A client's access licence as opened. `details` is sealed: `{id, label, privileged, …}`."""

    id: UUID
    client_id: UUID
    details: Mapping[str, object] = field(repr=False)
    kind: str
    status: str
    valid_until: date | None
    created_at: datetime
    month: str
    key: KeyReference
    version: int

    @property
    def external_id(self) -> str:
        return str(self.details["id"])

    @property
    def scope(self) -> Scope:
        """A licence identifies a person mainly to the client: processor data (ROLE-5)."""
        return Scope(self.client_id, self.id, Role.PROCESSOR)

    @property
    def is_anonymous(self) -> bool:
        """Whether it only holds the place of a licence that was anonymised."""
        return self.status == ANONYMISED

    def is_active(self, today: date) -> bool:
        """Whether the operator still serves it (ROLE-10)."""
        return self.status == "active" and (self.valid_until is None or today <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Anonymisation:
    """The recorded intent to anonymise a licence: since when, by whom, and what will be left.

    From then on the licence is found by nobody, and takes nothing new.
    """

    licence: Scope
    begun_at: datetime
    actor: str
    placeholder: UUID

    @property
    def placeholder_name(self) -> str:
        """The external id of what will be left."""
        return f"anonymous-{self.placeholder.hex}"


def client_binding(client_id: UUID, month: str) -> Binding:
    """The place of what is sealed of a client: contract data, of which the operator decides."""
    scope = Scope(client_id, NO_ID, Role.CONTROLLER)
    return record_binding(scope, Category.CLIENT, month, client_id)


def licence_binding(client_id: UUID, licence_id: UUID, month: str) -> Binding:
    """The place of a sealed licence."""
    scope = Scope(client_id, licence_id, Role.PROCESSOR)
    return record_binding(scope, Category.LICENCE, month, licence_id)
