"""A breach as the DPO sees it, and as a client that was told of it does."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from telecom_privacy.breaches.clocks import CONTROLLERS_TIME, duties, next_due
from telecom_privacy.breaches.model import Breach, Entry, Facts, Step
from telecom_privacy.breaches.schemas import KnownToOperatorSchema
from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.errors import KeyDestroyed, NotFound


class BreachViews:
    """`contact` is whom a client asks for more (GDPR article 33(3)(b))."""

    def __init__(self, clients: ClientService, contact: str, clock: Clock) -> None:
        self._clients = clients
        self._contact = contact
        self._clock = clock

    def of(self, breach: Breach) -> dict[str, Any]:
        """All that the register says."""
        clocks, closing = duties(breach, self._clock.now()), breach.closing
        return {
            **self._known(breach.facts),
            "id": breach.id,
            "recorded_at": breach.recorded_at,
            "recorded_by": breach.recorded_by,
            "state": "closed" if closing else "open",
            "next_due_at": None if closing else next_due(clocks.values()),
            "clocks": clocks,
            "notices": [self._sent(one) for one in breach.entries if one.step is Step.NOTICED],
            "changes": self._changes(breach),
            "closing": closing and {**closing.said, **_noted(closing)},
        }

    def told(self, breach: Breach, client: Client) -> dict[str, Any]:
        """What a client was told, of a breach as it then stood: of numbers, its own."""
        told_at = breach.first_told(client.id)
        numbers = breach.facts.numbers_of(client.id)
        return {
            **_values(breach.facts),
            "subjects_about": numbers.subjects_about,
            "records_about": numbers.records_about,
            "id": breach.id,
            "told_at": told_at,
            "own_notice_due_at": told_at + CONTROLLERS_TIME,
            "contact": self._contact,
        }

    def _sent(self, entry: Entry) -> dict[str, Any]:
        said = {**entry.said, "sent_at": entry.at, **_noted(entry)}
        if "clients" in said:
            said["clients"] = self._names(said["clients"])
        return said

    def _changes(self, breach: Breach) -> list[dict[str, Any]]:
        """Each field that was changed, with what was known before."""
        found, known = [], breach.first
        for entry in breach.entries:
            if entry.step is Step.UPDATED:
                after = replace(known, **entry.said)
                before_json, after_json = self._json(known), self._json(after)
                for name in entry.said:
                    values = {"before": before_json[name], "after": after_json[name]}
                    found.append({"field": name, **values, **_noted(entry)})
                known = after
        return found

    def _json(self, facts: Facts) -> Mapping[str, Any]:
        dumped: Mapping[str, Any] = KnownToOperatorSchema().dump(self._known(facts))
        return dumped

    def _known(self, facts: Facts) -> dict[str, Any]:
        numbers = [{**asdict(one), "client": self._name(one.client)} for one in facts.numbers]
        return {**_values(facts), "clients": self._names(facts.clients), "numbers": numbers}

    def _names(self, client_ids: Iterable[UUID] | None) -> Sequence[str | None] | None:
        return None if client_ids is None else list(map(self._name, client_ids))

    def _name(self, client_id: UUID) -> str | None:
        """The id that the client goes by; None once it is gone."""
        with suppress(NotFound, KeyDestroyed):
            return self._clients.by_id(client_id).external_id
        return None


def _values(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in Facts.__dataclass_fields__}


def _noted(entry: Entry) -> dict[str, str | datetime]:
    return {"noted_at": entry.noted_at, "actor": entry.actor}
