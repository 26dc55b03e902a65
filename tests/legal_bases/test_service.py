"""Which text is meant by a name on a day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from telecom_privacy.errors import NotFound
from telecom_privacy.legal_bases.files import load_legal_bases
from telecom_privacy.legal_bases.model import Alias, LegalBasis, TextsOfLaw
from telecom_privacy.legal_bases.service import LegalBases
from tests.builders import MovableClock
from tests.legal_bases.test_files import SHIPPED

PARIS = ZoneInfo("Europe/Paris")
SHIPPED_TEXTS = load_legal_bases(SHIPPED)


def bases(*found: LegalBasis) -> LegalBases:
    return LegalBases(TextsOfLaw(found, SHIPPED_TEXTS.conditions), MovableClock(), PARIS)


def shipped(name: str) -> LegalBasis:
    return next(basis for basis in SHIPPED_TEXTS.bases if basis.id == name)


def test_a_text_is_in_force_from_its_first_day_to_the_end_of_its_last() -> None:
    basis = replace(shipped("eevidence-epoc"), valid_to=date(2026, 12, 31))
    found = bases(basis)
    first = datetime(2026, 8, 17, 22, tzinfo=UTC)  # midnight in Paris
    last = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
    assert found.at(basis.id, first) is found.at(basis.id, last) is basis
    for outside in (datetime(2026, 8, 17, 21, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)):
        with pytest.raises(NotFound):
            found.at(basis.id, outside)


def test_a_new_number_is_known_from_its_day_and_the_old_one_still() -> None:
    alias = Alias("cpp-l3513-1", "Code de procédure pénale, article L. 3513-1", date(2029, 1, 1))
    basis = replace(shipped("cpp-60-1"), aliases=(alias,))
    found, before = bases(basis), datetime(2028, 12, 31, 22, tzinfo=UTC)
    after = datetime(2028, 12, 31, 23, tzinfo=UTC)
    with pytest.raises(NotFound):
        found.at(alias.id, before)
    assert found.at(alias.id, after) is found.at("cpp-60-1", after) is basis
    assert found.kind_of(alias.id) is basis.kind
    assert found.kind_of("cpp-1") is None


def test_the_conditions_of_a_text_are_those_of_the_day() -> None:
    basis = shipped("cpp-60-1")
    found = bases(basis)
    assert found.conditions_of(basis, datetime(2022, 3, 1, tzinfo=UTC)) == []
    [condition] = found.conditions_of(basis, datetime(2026, 3, 5, tzinfo=UTC))
    assert condition.id == "cpp-60-1-2"
