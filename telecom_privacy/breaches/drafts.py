"""Drafts of notices, as text ready to send: of what the register says now, and nothing else."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from string import Template
from uuid import UUID

from telecom_privacy.breaches.clocks import CNIL_FIRST_TIME, CNIL_SECOND_TIME, duties
from telecom_privacy.breaches.draft_texts import (
    DRAFTS,
    NATURES,
    NOT_ADVERSE,
    NOT_SENT,
    OF_ALL,
    RECOMMENDED,
    SUBSCRIBERS_TOLD,
    SUBSCRIBERS_WAITING,
    UNINTELLIGIBLE,
    UNKNOWN,
)
from telecom_privacy.breaches.model import Breach, Facts, Notice
from telecom_privacy.clock import Clock
from telecom_privacy.language import Language

_OPTIONAL = (
    "cause",
    "other_providers",
    "protection",
    "transfers",
)


_TOLD = ("channel", "content", "told_about")


class Drafts:
    """`contact` is the data protection officer's, or whoever else knows more."""

    def __init__(self, operator: str, contact: str, clock: Clock, zone: tzinfo) -> None:
        self._operator = operator
        self._contact = contact
        self._clock = clock
        self._zone = zone

    def draft(
        self, breach: Breach, notice: Notice, language: Language, client_id: UUID | None = None
    ) -> str:
        """Return the notice. What is not known yet is said to be so.

        With `client_id` its numbers are those of this client, as GDPR article 33(3)(a) wants them.
        """
        values = {**self._values(breach, language), **_numbers(breach.facts, client_id, language)}
        paragraphs = (Template(text[language]).substitute(values) for text in DRAFTS[notice])
        return "\n\n".join(filter(None, paragraphs)) + "\n"

    def _values(self, breach: Breach, language: Language) -> dict[str, str]:
        found = breach.facts
        named = {name: getattr(found, name) for name in _OPTIONAL}
        return {
            "operator": self._operator,
            "contact": self._contact,
            "detected_at": self._moment(found.detected_at, language),
            "occurred_at": self._moment(found.occurred_at, language),
            "nature": ", ".join(NATURES[one][language] for one in found.nature),
            "circumstances": found.circumstances,
            "categories": ", ".join(found.categories),
            "likely_consequences": found.likely_consequences,
            "measures": found.measures,
            "intelligibility": _intelligibility(found, language),
            "recommendation": _recommendation(found, language),
            "subscribers": self._subscribers(breach, language),
            **{name: _known(value, language) for name, value in named.items()},
            **self._deadlines(breach, language),
        }

    def _deadlines(self, breach: Breach, language: Language) -> Mapping[str, str]:
        """The second notice's counts from the first, or while there is none from its deadline."""
        first = duties(breach, self._clock.now())[Notice.CNIL_FIRST]
        first_due = breach.facts.detected_at + CNIL_FIRST_TIME
        references = [one.said.get("reference") for one in breach.notices(Notice.CNIL_FIRST)]
        at = self._moment(first.done_at, language) if first.done_at else NOT_SENT[language]
        sent = filter(None, [at, *references])
        return {
            "first_due_at": self._moment(first_due, language),
            "first_sent": ", ".join(sent),
            "second_due_at": self._moment(
                (first.done_at or first_due) + CNIL_SECOND_TIME, language
            ),
        }

    def _subscribers(self, breach: Breach, language: Language) -> str:
        sent, found = breach.notices(Notice.SUBSCRIBERS), breach.facts
        if sent:
            told = {name: _known(sent[0].said.get(name), language) for name in _TOLD}
            at = self._moment(sent[0].at, language)
            return Template(SUBSCRIBERS_TOLD[language]).substitute(told, at=at)
        if said := _intelligibility(found, language):
            return said
        if found.adverse_effect and not found.adverse_effect.holds:
            reason = found.adverse_effect.reason
            return Template(NOT_ADVERSE[language]).substitute(reason=reason)
        return SUBSCRIBERS_WAITING[language]

    def _moment(self, moment: datetime | None, language: Language) -> str:
        if moment is None:
            return UNKNOWN[language]
        local = moment.astimezone(self._zone)
        day = "%d/%m/%Y" if language is Language.FRENCH else "%Y-%m-%d"
        return local.strftime(f"{day} %H:%M (%Z)")


def _numbers(found: Facts, client_id: UUID | None, language: Language) -> Mapping[str, str]:
    told = found.numbers_of(client_id) if client_id else found
    return {
        "subjects_about": _known(told.subjects_about, language),
        "records_about": _known(told.records_about, language),
        "whose": "" if client_id else OF_ALL[language],
    }


def _known(value: object, language: Language) -> str:
    return UNKNOWN[language] if value is None else str(value)


def _recommendation(found: Facts, language: Language) -> str:
    """Nothing where there is nothing to recommend."""
    if found.recommended is None:
        return ""
    return Template(RECOMMENDED[language]).substitute(recommended=found.recommended)


def _intelligibility(found: Facts, language: Language) -> str:
    """Said only where nobody can read the data."""
    if found.unintelligible is None or not found.unintelligible.holds:
        return ""
    return Template(UNINTELLIGIBLE[language]).substitute(reason=found.unintelligible.reason)
