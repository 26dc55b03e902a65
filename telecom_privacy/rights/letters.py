"""What the person is told, in French and English: drafts that the DPO sends in its own name.

A refusal is worded by its ground alone. So nobody can write into it that something is held for a
court or an authority, and a person from whom that is kept gets the same letter as everybody else.
"""

from contextlib import suppress
from datetime import date
from string import Template

from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import KeyDestroyed, NotFound
from telecom_privacy.language import Language, Text
from telecom_privacy.rights.letter_texts import (
    BY_STATE,
    CLOSING,
    EXTENDED,
    GREETING,
    GROUNDS,
    OUTCOMES,
    PASSED_ON,
    REASONS,
    REFERRED,
    REMEDIES,
    RIGHTS,
)
from telecom_privacy.rights.model import Ground, Outcome, RightsRequest, State, Step
from telecom_privacy.rights.terms import AnswerTerms


class Letters:
    def __init__(self, clients: ClientService, terms: AnswerTerms, operator: str) -> None:
        self._clients = clients
        self._terms = terms
        self._operator = operator

    def draft(self, request: RightsRequest, language: Language) -> str:
        """Return the letter that fits the request as it is now."""
        values = {
            "operator": self._operator,
            "right": RIGHTS[request.right][language],
            "received_on": _day(self._terms.received_on(request), language),
            "due_on": _day(self._terms.deadline(request).due_on, language),
            "reason": _reason(request, language),
        }
        texts = [GREETING, *self._body(request), CLOSING]
        paragraphs = [Template(text[language]).substitute(values) for text in texts]
        paragraphs[-1:-1] = self._referrals(request, language)
        return "\n\n".join(paragraphs) + "\n"

    def _body(self, request: RightsRequest) -> list[Text]:
        closing = request.closing
        if closing and closing.step is Step.REFUSED:
            return [BY_STATE[State.REFUSED], GROUNDS[Ground(closing.said["ground"])], REMEDIES]
        if closing:
            return [OUTCOMES[Outcome(closing.said["outcome"])], REMEDIES]
        extended = [EXTENDED] if request.last(Step.EXTENDED) else []
        return [BY_STATE[request.state], *extended]

    def _referrals(self, request: RightsRequest, language: Language) -> list[str]:
        """What each client answers, as whose processor the operator holds the data."""
        found = []
        for referral in request.referrals:
            with suppress(NotFound, KeyDestroyed):
                name = self._clients.by_id(referral.client_id).details["name"]
                texts = [REFERRED, *([PASSED_ON] if referral.agreed_by else [])]
                found += [Template(text[language]).substitute(client=name) for text in texts]
        return found


def _reason(request: RightsRequest, language: Language) -> str:
    """Why an answer takes longer; empty where it does not."""
    extended = request.last(Step.EXTENDED)
    noted: str = extended.said["reason"] if extended else ""
    return REASONS[noted][language] if noted in REASONS else noted.rstrip(" .")


def _day(day: date, language: Language) -> str:
    return day.strftime("%d/%m/%Y") if language is Language.FRENCH else day.isoformat()
