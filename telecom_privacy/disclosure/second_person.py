"""That two persons carry what is disclosed (RULES LAW-1, LAW-4)."""

from collections.abc import Iterable

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Forbidden
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
        """Raise `Forbidden` for whoever wrote the order, or named the recipient that counts."""
        self.require(access, requisition)
        named = requisition.all(Step.RECIPIENT_NAMED)[-1:]
        self._require_other(access, named, "you named the recipient")

    def _require_other(self, access: Access, entries: Iterable[Entry], told: str) -> None:
        if any(self._accounts.is_same_person(access.actor, one.actor) for one in entries):
            raise Forbidden(f"a second person does this: {told}", "same-person")
