"""Which case bears a reference of an authority: one order makes one case, however often it comes.

A claim is a record of its own, under an id that follows from authority and reference: of two who
record an order at once one is first. It is stored before the case, so after a kill the next attempt
finds the id that the case was to have.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.case_files import CATEGORY
from telecom_privacy.disclosure.model import Order, Requisition
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.sealed import order_json
from telecom_privacy.disclosure.steps import State, Step
from telecom_privacy.errors import Conflict, Gone, NotFound
from telecom_privacy.http.access import Access
from telecom_privacy.records.kept import KeptRecords
from telecom_privacy.records.model import KEPT, NewRecord

_CLAIMS = UUID("0f0c2b53-6d5c-4b0e-8d0f-6a4c3f1f2f6e")
_MOST = 100
_FREE = frozenset({State.REJECTED, State.CANCELLED})
"""How a case ended whose order may be recorded once more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The case that bears a reference; None where there is none yet, which may be `case_id`."""

    case_id: UUID
    case: Requisition | None


class References:
    def __init__(
        self, register: Register, clients: ClientService, kept: KeptRecords, clock: Clock
    ) -> None:
        self._register = register
        self._clients = clients
        self._kept = kept
        self._clock = clock

    def claim(self, access: Access, order: Order, case_id: UUID) -> Claim:
        """Claim the reference of a new order for `case_id`, or find which case has it.

        One that was rejected or withdrawn, or was given another reference since, has it no more;
        but what is the same order as it was first recorded is that case.
        """
        said = order_json(order)
        for owner in self._owners(access, said, case_id):
            try:
                case = self._register.read(owner)
            except NotFound:
                return Claim(owner, None)
            except Gone:
                continue
            if case.state not in _FREE and (_bears(case, said) or is_repeated(case, order)):
                return Claim(owner, case)
        raise Conflict(f"{_MOST} cases had this reference: name this one by another")

    def move(self, access: Access, order: Order, case_id: UUID) -> None:
        """Claim the reference of a corrected order. Raises `Conflict` naming the case that has it.

        That of the order before stays claimed, and finds the case.
        """
        said = order_json(order)
        for owner in self._owners(access, said, case_id):
            if owner == case_id:
                return
            with suppress(NotFound, Gone):
                case = self._register.read(owner)
                if case.state not in _FREE and _bears(case, said):
                    raise taken_by(case)

    def close(self, requisition: Requisition, at: datetime) -> None:
        """Let the term of its claims begin; may be repeated."""
        operator = self._clients.operator()
        for said in _versions(requisition):
            for claim_id, owner in self._claims(said):
                if owner == requisition.id:
                    self._kept.note_event(operator, CATEGORY, claim_id, {"closed": at})

    def _owners(self, access: Access, said: Mapping[str, Any], case_id: UUID) -> Iterator[UUID]:
        """Yield the cases that claimed a reference, in their order; at last the one that asks."""
        for claim_id in _claim_ids(said):
            with suppress(Gone):
                try:
                    yield self._owner(claim_id)
                except NotFound:
                    yield self._claimed(access, claim_id, case_id)

    def _claims(self, said: Mapping[str, Any]) -> Iterator[tuple[str, UUID]]:
        """Yield the claims of a reference within their term, and whose they are."""
        with suppress(NotFound):
            for claim_id in _claim_ids(said):
                with suppress(Gone):
                    yield claim_id, self._owner(claim_id)

    def _claimed(self, access: Access, claim_id: str, case_id: UUID) -> UUID:
        new = NewRecord(CATEGORY, claim_id, None, None, self._clock.now(), {})
        file = {"case": str(case_id), "name": "reference"}
        with suppress(Conflict):  # another was faster
            self._kept.insert(access.actor, self._clients.operator(), new, file)
        return self._owner(claim_id)

    def _owner(self, claim_id: str) -> UUID:
        """Raises `NotFound`, and `Gone` for a claim past its term."""
        found = self._kept.fetch(self._clients.operator(), CATEGORY, claim_id)
        return UUID(found.sealed[KEPT]["case"])


def is_repeated(case: Requisition, order: Order) -> bool:
    """Whether an order says just what a case was recorded with."""
    *_, first = _versions(case)
    return first == order_json(order)


def taken_by(case: Requisition) -> Conflict:
    told = f"the case {case.id} is of another order of this authority with this reference"
    return Conflict(told, existing=str(case.id))


def _versions(case: Requisition) -> Iterator[Mapping[str, Any]]:
    """Yield what the order says, as it stands and before each correction."""
    said = order_json(case.order)
    yield said
    for entry in reversed(case.all(Step.CORRECTED)):
        said = {**said, **entry.said["before"]}
        yield said


def _bears(case: Requisition, said: Mapping[str, Any]) -> bool:
    return _key(order_json(case.order)) == _key(said)


def _key(said: Mapping[str, Any]) -> list[str]:
    authority = said["authority"]
    named = (authority["kind"], authority["name"], said["reference"])
    return [" ".join(text.split()).casefold() for text in named]


def _claim_ids(said: Mapping[str, Any]) -> Iterator[str]:
    for number in range(1, _MOST + 1):
        yield str(uuid5(_CLAIMS, json.dumps([*_key(said), number])))
