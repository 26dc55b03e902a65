"""The reversibility window after the end of a contract (RULES REV-1, RET-3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from telecom_privacy.policies.duration import Duration, end_of_term
from telecom_privacy.policies.facts import Contract, Facts
from telecom_privacy.policies.history import ClientHistory
from telecom_privacy.policies.model import Policy
from telecom_privacy.policies.timeline import Timeline
from telecom_privacy.policies.triggers import Trigger
from telecom_privacy.scope import Role


@dataclass(frozen=True, slots=True)
class Window:
    """Time for the client to take its data back: the whole of `closes_on` belongs to it.

    `closes_at` is its first UTC instant outside. It lies within `closes_on` if the client closed
    the window itself.
    """

    closes_on: date
    closes_at: datetime


def reversibility_window(
    history: ClientHistory, policies: Mapping[str, Policy], zone: tzinfo
) -> Window | None:
    """Return the time until the last of the client's processor data goes with its contract.

    The policy in force when the contract is over decides. None while the contract has no end, or
    if no rule speaks of it.
    """
    closes_at = max(_after_contract(history, policies, zone), default=None)
    if closes_at is None:
        return None
    if (released_at := history.released_at) is not None and released_at < closes_at:
        return Window(released_at.astimezone(zone).date(), released_at)
    return Window(closes_at.astimezone(zone).date() - timedelta(days=1), closes_at)


def _after_contract(
    history: ClientHistory, policies: Mapping[str, Policy], zone: tzinfo
) -> Iterator[datetime]:
    """Yield when each processor term that the contract's end starts is over."""
    if history.contract_ended_on is None:
        return
    timeline = Timeline(history, policies, zone)
    at = end_of_term(history.contract_ended_on, Duration(), zone)
    contract = Contract(history.contract_ended_on, bool(history.keep_account))
    facts = Facts(at, at, {}, contract, zone)
    for term in timeline.terms(Role.PROCESSOR, at):
        if term.rule.trigger is Trigger.CONTRACT_ENDED and term.applies(facts):
            yield max(term.over_at(facts), term.minimum_until(facts))
