"""All that the shipped policies say is said in French, too."""

from pathlib import Path

import pytest

from telecom_privacy.activities.files import load_french
from telecom_privacy.activities.french_words import (
    condition_in_french,
    duration_in_french,
    start_in_french,
)
from telecom_privacy.activities.subjects import SUBJECTS, Subjects, subjects_of
from telecom_privacy.activities.wording import Wording
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.language import Language
from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.files import load_policies
from telecom_privacy.policies.triggers import Trigger
from telecom_privacy.settings import default_config_dir

CONFIG = default_config_dir()
FRENCH = load_french(CONFIG / "register_french.toml")
RULES = [
    rule
    for policy in load_policies(CONFIG / "policies").values()
    for version in policy.versions
    for rule in version.rules
]


def test_every_text_of_the_shipped_policies_has_its_french() -> None:
    said = {text for rule in RULES for text in (rule.legal_basis, *rule.recipients)}
    said |= {name for rule in RULES for name in (rule.category, rule.purpose)}
    assert said - FRENCH.keys() == set()


def test_every_category_says_whom_it_is_about() -> None:
    assert all(subjects_of(rule.category) != (Subjects.OTHERS,) for rule in RULES)
    assert subjects_of("something_else") == (Subjects.OTHERS,)
    assert SUBJECTS.keys() == set(Subjects)


def test_every_rule_is_said_in_both_languages() -> None:
    wording = Wording(FRENCH)
    for rule in RULES:
        french, english = (wording.term(rule, language) for language in Language)
        assert french != english
        assert "_" not in french
        assert (condition_in_french(rule) or "") in french
    assert all(start_in_french(trigger) for trigger in Trigger)


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("P0D", "sans délai"),
        ("PT1H", "1 heure"),
        ("PT48H", "48 heures"),
        ("P14D", "14 jours"),
        ("P12M", "1 an"),
        ("P6M", "6 mois"),
        ("P5Y", "5 ans"),
        ("P13M", "1 an et 1 mois"),
    ],
)
def test_durations_are_said_as_french_notices_say_them(duration: str, words: str) -> None:
    assert duration_in_french(parse_duration(duration)) == words


def test_what_has_no_french_stands_as_the_policy_has_it() -> None:
    wording = Wording({})
    assert wording.said("bailiffs", Language.FRENCH) == "bailiffs"
    assert wording.name("call_note", Language.FRENCH) == "call note"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[a", "not TOML in UTF-8"),
        ('a = "b"', "a: a table is expected"),
        ("[a]\nb = 1", "a: b: a text is expected"),
        ('[a]\nb = " "', "a: b: a text is expected"),
    ],
)
def test_a_wrong_file_is_told_in_one_line(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "french.toml"
    assert load_french(path) == {}
    path.write_text(content)
    with pytest.raises(ConfigurationError) as caught:
        load_french(path)
    assert str(caught.value) == f"french.toml: {reason}"
