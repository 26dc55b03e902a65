"""A request as the operator's staff see it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import KeyDestroyed, NotFound
from telecom_privacy.rights.model import Entry, RightsRequest
from telecom_privacy.rights.terms import AnswerTerms


class RequestViews:
    def __init__(self, clients: ClientService, terms: AnswerTerms) -> None:
        self._clients = clients
        self._terms = terms

    def of(self, request: RightsRequest) -> dict[str, Any]:
        deadline = self._terms.deadline(request)
        return {
            "id": request.id,
            "kind": request.right,
            "client_id": request.client_id and self._name(request.client_id),
            "subject": request.subject,
            "contact": request.contact,
            "on_behalf": request.on_behalf,
            "directive": request.directive,
            "received_at": request.received_at,
            "state": request.state,
            "due_on": deadline.due_on,
            "due_at": deadline.due_at,
            "urgency": self._terms.urgency(request),
            "referrals": [
                {
                    "client_id": self._name(referral.client_id),
                    "at": referral.at,
                    "agreed_by": referral.agreed_by,
                    "agreed_at": referral.agreed_at,
                    "answer": referral.answer,
                }
                for referral in request.referrals
            ],
            "steps": [_step(entry) for entry in request.entries],
        }

    def _name(self, client_id: UUID) -> str | None:
        """The id that the client goes by; None once it is gone."""
        with suppress(NotFound, KeyDestroyed):
            return self._clients.by_id(client_id).external_id
        return None


def _step(entry: Entry) -> dict[str, Any]:
    taken = {"step": entry.step, "at": entry.at, "noted_at": entry.noted_at, "actor": entry.actor}
    return {**entry.said, **taken}
