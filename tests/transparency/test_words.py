"""What the legal bases name has words in both languages."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from telecom_privacy.clients.model import PRIVILEGED
from telecom_privacy.disclosure.admissibility import FaultName
from telecom_privacy.disclosure.steps import CheckName
from telecom_privacy.language import Language
from telecom_privacy.legal_bases.model import AuthorisationKind, AuthorityKind, DataCategory
from telecom_privacy.policies.duration import Duration
from telecom_privacy.transparency import words
from telecom_privacy.transparency.model import Outcome
from telecom_privacy.transparency.words import Words, said, term
from tests.disclosure.orders import SHIPPED

RANKS = sorted({rank for basis in SHIPPED.values() for rank in basis.ranks})
CHANNELS = sorted({basis.channel for basis in SHIPPED.values() if basis.channel})


@pytest.mark.parametrize(
    ("vocabulary", "names"),
    [
        (words.AUTHORITIES, AuthorityKind),
        (words.CATEGORIES, DataCategory),
        (words.AUTHORISATIONS, AuthorisationKind),
        (words.CHECKS, CheckName),
        (words.FAULTS, FaultName),
        (words.OUTCOMES, Outcome),
        (words.PROFESSIONS, PRIVILEGED),
        (words.RANKS, RANKS),
        (words.CHANNELS, CHANNELS),
    ],
)
def test_every_name_has_words_in_both_languages(vocabulary: Words, names: Iterable[str]) -> None:
    assert set(vocabulary) == set(names)
    assert all(set(text) == set(Language) and all(text.values()) for text in vocabulary.values())


def test_a_name_that_an_operator_added_stands_as_it_is() -> None:
    assert said(words.RANKS, "harbour_master", Language.FRENCH) == "harbour master"


@pytest.mark.parametrize(
    ("duration", "french", "english"),
    [
        (None, "sans délai", "without delay"),
        (Duration(exact=timedelta(days=10)), "10 jours", "10 days"),
        (Duration(exact=timedelta(hours=8)), "8 heures", "8 hours"),
        (Duration(months=12), "1 an", "1 year"),
    ],
)
def test_terms_are_said_in_both_languages(
    duration: Duration | None, french: str, english: str
) -> None:
    assert term(duration, Language.FRENCH) == french
    assert term(duration, Language.ENGLISH) == english
