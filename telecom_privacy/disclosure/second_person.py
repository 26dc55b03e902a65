"""That two persons carry what is disclosed (RULES LAW-1, LAW-4)."""

from collections.abc import Iterable, Sequence

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.crypto.recipients import Recipient
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.naming import named_recipient, namings
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Conflict, Forbidden
from telecom_privacy.http.access import Access


class SecondPerson:
    """A key is its holder's: who got another one since is not a second person."""

    def __init__(self, accounts: AccountService) -> None:
        self._accounts = accounts

    def require(self, access: Access, requisition: Requisition) -> None:
        """Raise `Forbidden` for whoever recorded or corrected a case: these do not approve it."""
        wrote = (requisition.recorded, *requisition.all(Step.CORRECTED))
        self._require_other(access, wrote, "you recorded or corrected it")

    def require_to_disclose(self, access: Access, requisition: Requisition) -> None:
        """Raise `Forbidden` for whoever wrote the order, or alone named the recipient that counts.

        One that two persons named is chosen by nobody alone: either of them may disclose to it.
        """
        self.require(access, requisition)
        if not self._are_two(named := namings(requisition)):
            self._require_other(access, named, "you named the recipient")

    def require_to_name(
        self, access: Access, requisition: Requisition, recipient: Recipient
    ) -> None:
        """Raise `Conflict` for the recipient that is named already, unless another person confirms
        what one alone named."""
        if named_recipient(requisition) != recipient.fingerprint:
            return
        named = namings(requisition)
        if not named or self._are_two(named) or self._is_one_of(access, named):
            raise Conflict("this recipient is named already")

    def _are_two(self, entries: Sequence[Entry]) -> bool:
        """Whether steps were taken by more than one person."""
        persons = {one.actor for one in entries[1:]}
        return any(not self._accounts.is_same_person(one, entries[0].actor) for one in persons)

    def _is_one_of(self, access: Access, entries: Iterable[Entry]) -> bool:
        return any(self._accounts.is_same_person(access.actor, one.actor) for one in entries)

    def _require_other(self, access: Access, entries: Iterable[Entry], told: str) -> None:
        if self._is_one_of(access, entries):
            raise Forbidden(f"a second person does this: {told}", "same-person")
