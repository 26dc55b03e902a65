"""That two persons carry what is disclosed (RULES LAW-1, LAW-4)."""

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.errors import Forbidden
from telecom_privacy.http.access import Access


class SecondPerson:
    """A key is its holder's: who got another one since is not a second person."""

    def __init__(self, accounts: AccountService) -> None:
        self._accounts = accounts

    def require(self, access: Access, requisition: Requisition) -> None:
        """Raise `Forbidden` for whoever recorded or corrected a case.

        These neither approve it nor choose for whom its package is encrypted.
        """
        wrote = {requisition.recorded.actor, *(e.actor for e in requisition.all(Step.CORRECTED))}
        if any(self._accounts.is_same_person(access.actor, one) for one in wrote):
            told = "a second person does this: you recorded or corrected it"
            raise Forbidden(told, "same-person")
