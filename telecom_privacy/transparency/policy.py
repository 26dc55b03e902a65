"""The operator's disclosure policy, made from the texts in force (RULES LAW-4)."""

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import Any

from telecom_privacy.clients.model import PRIVILEGED
from telecom_privacy.clock import Clock
from telecom_privacy.disclosure.admissibility import FaultName
from telecom_privacy.disclosure.steps import CheckName
from telecom_privacy.language import Language, Text
from telecom_privacy.legal_bases.model import Condition, LegalBasis, ProfessionTerms
from telecom_privacy.legal_bases.service import LegalBases
from telecom_privacy.transparency import policy_texts as texts
from telecom_privacy.transparency import words
from telecom_privacy.transparency.words import Words, said, term


class DisclosurePolicy:
    """`contact` is where authorities reach the legal staff."""

    def __init__(
        self, bases: LegalBases, operator: str, contact: str, clock: Clock, zone: tzinfo
    ) -> None:
        self._bases = bases
        self.operator = operator
        self._contact = contact
        self._clock = clock
        self._zone = zone

    def in_(self, language: Language) -> dict[str, Any]:
        """Return the policy of today, in the words of a language; citations are in French."""
        today = self._clock.now().astimezone(self._zone).date()
        conditions = self._bases.conditions_on(today)
        return {
            "language": language.value,
            "operator": self.operator,
            "contact": self._contact,
            "as_of": today,
            "principles": _each(texts.PRINCIPLES, language),
            "request": _each(texts.CONTENTS, language),
            "sending": texts.CHANNEL[language],
            "checks": [said(words.CHECKS, name, language) for name in CheckName],
            "refused": [
                *_each(texts.REFUSALS, language),
                *(said(words.FAULTS, name, language) for name in FaultName),
            ],
            "protected_professions": [
                said(words.PROFESSIONS, name, language) for name in PRIVILEGED
            ],
            "answer": texts.ANSWER[language],
            "deadlines": texts.DEADLINE[language],
            "secrecy": texts.SECRECY[language],
            "costs": texts.COSTS[language],
            "bases": [
                _BasisInWords(language).of(basis, conditions) for basis in self._bases.on(today)
            ],
        }


class _BasisInWords:
    def __init__(self, language: Language) -> None:
        self._language = language

    def of(self, basis: LegalBasis, conditions: Sequence[Condition]) -> dict[str, Any]:
        """Say what a text lets whom ask, under which conditions and until when."""
        return {
            "id": basis.id,
            "title": basis.title,
            "text": basis.text,
            "kind": basis.kind,
            "renumbered": basis.aliases,
            "confirmed": basis.confirmed,
            "authorities": self._all(words.AUTHORITIES, basis.authorities),
            "ranks": [self._rank(basis, rank) for rank in _ordered(words.RANKS, basis.ranks)],
            "categories": self._all(words.CATEGORIES, basis.categories),
            "authorisations": self._all(words.AUTHORISATIONS, basis.authorisations),
            "authorised_ranks": self._all(words.RANKS, basis.authorised_ranks),
            "conditions": [self._condition(c) for c in conditions if c.id in basis.conditions],
            "professions": [self._profession(terms) for terms in basis.professions],
            "channel": basis.channel and said(words.CHANNELS, basis.channel, self._language),
            "deadline": term(basis.deadline, self._language),
            "emergency_deadline": basis.emergency_deadline
            and term(basis.emergency_deadline, self._language),
            "preservation": basis.preservation and term(basis.preservation, self._language),
            "extension": basis.extension and term(basis.extension, self._language),
            "secrecy": basis.secrecy,
            "client_informed": basis.client_informed,
        }

    def _all(self, vocabulary: Words, names: Iterable[str]) -> list[str]:
        return [said(vocabulary, name, self._language) for name in _ordered(vocabulary, names)]

    def _rank(self, basis: LegalBasis, rank: str) -> dict[str, Any]:
        limited = basis.categories_for(rank) != basis.categories
        covered = self._all(words.CATEGORIES, basis.categories_for(rank))
        name = said(words.RANKS, rank, self._language)
        return {"rank": name, "limited_to": covered if limited else None}

    def _condition(self, condition: Condition) -> dict[str, Any]:
        return {
            "text": condition.text,
            "categories": self._all(words.CATEGORIES, condition.categories),
            "renumbered": condition.aliases,
            "cases": condition.cases,
        }

    def _profession(self, terms: ProfessionTerms) -> dict[str, Any]:
        return {
            "profession": said(words.PROFESSIONS, terms.profession, self._language),
            "categories": self._all(words.CATEGORIES, terms.categories),
            "condition": terms.condition
            and said(words.AUTHORISATIONS, terms.condition, self._language),
            "text": terms.text,
        }


def _each(sentences: Sequence[Text], language: Language) -> list[str]:
    return [sentence[language] for sentence in sentences]


def _ordered(vocabulary: Words, names: Iterable[str]) -> list[str]:
    """Put names in the order of the vocabulary, what an operator added last."""
    places = {name: place for place, name in enumerate(vocabulary)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))
