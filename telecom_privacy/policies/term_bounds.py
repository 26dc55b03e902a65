"""What one term alone allows: which records it can have ended.

Conditions on events, legal minima and lengthened terms are left out: bounds may only be too wide.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from telecom_privacy.policies.calendar_bounds import latest_in_year, latest_start
from telecom_privacy.policies.facts import BEGINNING, FOREVER, Contract
from telecom_privacy.policies.model import KEEP_ACCOUNT
from telecom_privacy.policies.reach import Reach
from telecom_privacy.policies.term import Term
from telecom_privacy.policies.triggers import Trigger


@dataclass(frozen=True, slots=True)
class TermBounds:
    """A term, read with what is known of the contract."""

    term: Term
    contract: Contract
    zone: tzinfo

    def latest_occurrence(self, by: datetime) -> datetime:
        """Return the latest occurrence that the term, by itself, can have ended by then."""
        if self.term.awaits_event or not self._contract_allows(by):
            return BEGINNING
        if self.term.rule.trigger is Trigger.CONTRACT_ENDED:
            return by
        if self.term.rule.trigger is Trigger.END_OF_YEAR:
            return latest_in_year(by, self.term.lifetime, self.zone)
        return latest_start(by, self.term.lifetime, self.zone)

    def reach(self, by: datetime) -> Reach:
        """Return where the records lie that the term, by itself, can have ended by then."""
        if not self.term.awaits_event and not self.term.is_renewed:
            latest = self.latest_occurrence(by)
            return Reach() if latest == BEGINNING else Reach(occurred_by=min(latest, by))
        if not self._contract_allows(by):
            return Reach()
        latest = min(latest_start(by, self.term.lifetime, self.zone), by)
        if self.term.awaits_event:
            return Reach(awaited_by=latest)
        return Reach(renewed_by={self.term.rule.trigger: latest})

    def _contract_allows(self, by: datetime) -> bool:
        return self._after_contract() <= by

    def _after_contract(self) -> datetime:
        """Return the moment before which the contract forbids the term to be over."""
        if not self._applies():
            return FOREVER
        if Trigger.CONTRACT_ENDED in {self.term.rule.trigger, self.term.rule.not_before}:
            return self.contract.after(self.term.lifetime, self.zone)
        return BEGINNING

    def _applies(self) -> bool:
        rule, kept = self.term.rule, self.contract.keep_account
        return (rule.when != KEEP_ACCOUNT or kept) and (rule.unless != KEEP_ACCOUNT or not kept)
