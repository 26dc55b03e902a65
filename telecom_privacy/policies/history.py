"""What was agreed with a client, and from when: effective-dated facts, never overwritten."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, TypeVar

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.model import Option


class _Change(Protocol):
    @property
    def effective_at(self) -> datetime: ...


_AnyChange = TypeVar("_AnyChange", bound=_Change)


@dataclass(frozen=True, slots=True)
class OptionChange:
    """The client takes (`on`) or gives up an option."""

    option: Option
    on: bool
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """The client is bound to the policy of this name."""

    policy: str
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class TermChange:
    """The client agrees a term of its own for a category, or (None) gives it up."""

    category: str
    duration: Duration | None
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class ContractChange:
    """From `effective_at` on it is known that the contract ends on a day, or (None) goes on.

    `keep_account` is what the client answered when it was asked (RET-22); None before. `released`:
    from then on the client wants nothing kept of what is hosted for it, for good.
    """

    ended_on: date | None
    keep_account: bool | None
    effective_at: datetime
    released: bool = False


@dataclass(frozen=True, slots=True)
class ClientHistory:
    """All dated facts of a client that decide terms. At least one policy; any order.

    Of two changes at one instant the later in its tuple counts. What was in force at the first
    policy's instant is the initial state: it counts for all time before too, so that older data
    which the client brings along is judged by what it agreed on joining.
    """

    policies: tuple[PolicyChange, ...]
    options: tuple[OptionChange, ...] = ()
    terms: tuple[TermChange, ...] = ()
    contracts: tuple[ContractChange, ...] = ()

    @property
    def began_at(self) -> datetime:
        """The instant of the initial state."""
        return min(change.effective_at for change in self.policies)

    @property
    def contract_ended_on(self) -> date | None:
        """When the contract ends, on what is known last."""
        known = self._last_of_contract
        return known.ended_on if known else None

    @property
    def keep_account(self) -> bool | None:
        """What the client answered when its contract ended (RET-22)."""
        known = self._last_of_contract
        return known.keep_account if known else None

    @property
    def released_at(self) -> datetime | None:
        """When the client gave up all that is hosted for it; None: it did not."""
        return next((c.effective_at for c in self.contracts if c.released), None)

    @property
    def end_told_at(self) -> datetime | None:
        """Since when the end of the contract, or that it goes on, is known as it is now."""
        told = (c.effective_at for c in self.contracts if not c.released)
        return max(told, default=None)

    def policy_in_force(self, at: datetime) -> str:
        """Return the name of the policy that binds the client."""
        current = self._latest(self.policies, at)
        return current.policy if current else self.policies[0].policy

    def option_in_force(self, option: Option, at: datetime) -> bool:
        """Tell whether the client has the option; also after the contract, until the window
        closes."""
        current = self._latest((c for c in self.options if c.option is option), at)
        return current is not None and current.on

    def options_in_force(self, at: datetime) -> frozenset[Option]:
        """Return all options that the client has."""
        return frozenset(option for option in Option if self.option_in_force(option, at))

    def term_in_force(self, category: str, at: datetime) -> Duration | None:
        """Return the agreed term of a category, None where the policy's own holds."""
        current = self._latest((c for c in self.terms if c.category == category), at)
        return current.duration if current else None

    def terms_in_force(self, at: datetime) -> dict[str, Duration]:
        """Return all agreed terms, by category."""
        found = {c.category: self.term_in_force(c.category, at) for c in self.terms}
        return {category: term for category, term in found.items() if term is not None}

    def contract_in_force(self, at: datetime) -> ContractChange | None:
        """Return what was known of the contract's end; None: nothing."""
        return self._latest(self.contracts, at)

    def change_instants(self) -> frozenset[datetime]:
        """Return the instants after the initial state at which policy, options or terms change."""
        changes: tuple[_Change, ...] = (*self.policies, *self.options, *self.terms)
        return self._after_beginning(changes)

    def contract_instants(self) -> frozenset[datetime]:
        """Return the instants after the initial state at which the contract's end changes."""
        return self._after_beginning(self.contracts)

    def with_option(self, option: Option, on: bool, effective_at: datetime) -> "ClientHistory":
        """Return the history as it would be with one more change of an option, for previews."""
        return replace(self, options=(*self.options, OptionChange(option, on, effective_at)))

    @property
    def _last_of_contract(self) -> ContractChange | None:
        return max(reversed(self.contracts), key=lambda change: change.effective_at, default=None)

    def _after_beginning(self, changes: Iterable[_Change]) -> frozenset[datetime]:
        began_at = self.began_at
        return frozenset(c.effective_at for c in changes if c.effective_at > began_at)

    def _latest(self, changes: Iterable[_AnyChange], at: datetime) -> _AnyChange | None:
        at = max(at, self.began_at)
        known = [change for change in changes if change.effective_at <= at]
        known.sort(key=lambda change: change.effective_at)
        return known[-1] if known else None
