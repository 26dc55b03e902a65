"""Whether something that was found is given, on one order at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from telecom_privacy.clients.model import Client
from telecom_privacy.disclosure.admissibility import Law
from telecom_privacy.disclosure.matching import Reason, Target
from telecom_privacy.disclosure.model import Order
from telecom_privacy.disclosure.privilege import Privileges, is_refused
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.model import StoredHold
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.due import Verdict
from telecom_privacy.scope import Scope


class Judge:
    """Professions are looked up once for each client and licence that is met.

    `holds` are those in force that the case has, for each target: what they keep is given beyond
    its term, where it is stored still as where it was moved already. `kept_calls` are the calls
    named that it keeps of the erased.
    """

    def __init__(
        self,
        order: Order,
        law: Law,
        privileges: Privileges,
        holds: Mapping[Target, Sequence[StoredHold]],
        kept_calls: Mapping[Target, Original],
        now: datetime,
    ) -> None:
        self.order = order
        self.now = now
        self._law = law
        self._privileges = privileges
        self._holds = holds
        self.kept_calls = kept_calls
        self._professions: dict[Scope, frozenset[str] | None] = {}
        self.owners: dict[str, set[Scope]] = {}
        """Whose own a number is, where a profession may protect that; see `Owners`."""
        self.professed: frozenset[UUID] | None = None
        """The clients of which a profession was ever stated, once `Owners` asked."""
        self.licences: dict[Target, list[tuple[Client, UUID]]] = {}
        """What `TrafficSource.licences_of` found: that takes long, and is asked often."""
        self.reached: dict[Target, frozenset[UUID]] = {}
        """What `TrafficSource.clients_of` found: each category asks for the same."""
        self.gone: dict[UUID, Mapping[UUID, str]] = {}
        """Of each client its licences that are there no more, as `TrafficSource` found them."""

    @property
    def covered(self) -> frozenset[DataCategory]:
        """What is asked for and opened by the text: nothing else is looked for."""
        basis = self._law.basis
        if basis is None:
            return frozenset()
        return self.order.asked.categories & basis.categories_for(self.order.person.rank)

    def reason(
        self,
        category: DataCategory,
        scope: Scope,
        verdict: Verdict | None,
        target: Target,
        others: Iterable[str] = (),
    ) -> Reason | None:
        """Why something of this scope is not given for a target; None: it is.

        `verdict` is that of its term, None for what the case keeps beyond that; `others` are the
        numbers that it has of others than who it is of.
        """
        if secrecy := self._secrecy(category, scope, others):
            return secrecy
        if verdict is not None and verdict.is_due(self.now):
            return None if self._is_kept(scope, verdict, target) else Reason.PAST_TERM
        return None

    def due_at(self, verdict: Verdict) -> datetime | None:
        """When something is erased; None for what is past its term: at most the case keeps it."""
        return None if verdict.is_due(self.now) else verdict.due_at

    def _is_kept(self, scope: Scope, verdict: Verdict, target: Target) -> bool:
        """Whether a hold was placed for a target before the term was over."""
        holds = [hold for hold in self._holds.get(target, ()) if hold.reach.spans(scope)]
        due_at = verdict.due_at
        return due_at is not None and any(hold.placed.at <= due_at for hold in holds)

    def given(self, scope: Scope, others: Iterable[str]) -> frozenset[DataCategory]:
        """What is given of this scope: content alone does not open who called whom when."""
        return frozenset(one for one in self.covered if not self._secrecy(one, scope, others))

    def may_be_protected(self, scope: Scope) -> bool:
        """Whether a client or licence has, or had, a protected profession, as far as is known."""
        return self._professions_of(scope) != frozenset()

    def is_in_period(self, at: datetime) -> bool:
        return self.order.asked.start <= at <= self.order.asked.end

    def _secrecy(
        self, category: DataCategory, scope: Scope, others: Iterable[str]
    ) -> Reason | None:
        """That of its scope, and of those whose own its other numbers are."""
        owners = (self.owners.get(number, ()) for number in others)
        reasons = {self._secrecy_of(category, one) for one in {scope}.union(*owners)}
        certain_first = (Reason.PRIVILEGED, Reason.PROFESSION_UNKNOWN)
        return next((one for one in certain_first if one in reasons), None)

    def _secrecy_of(self, category: DataCategory, scope: Scope) -> Reason | None:
        if (professions := self._professions_of(scope)) is None:
            return Reason.PROFESSION_UNKNOWN
        is_privileged = is_refused(self.order, self._law, professions, category)
        return Reason.PRIVILEGED if is_privileged else None

    def _professions_of(self, scope: Scope) -> frozenset[str] | None:
        if scope not in self._professions:
            self._professions[scope] = self._privileges.of(scope)
        return self._professions[scope]

    def is_hosted(self, client: Client) -> bool:
        """Whether anything can be left of what was hosted for a client, and not moved yet."""
        return bool(self._holds) or not client.hosts_nothing(self.now)
