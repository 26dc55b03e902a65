"""What a register says, in one of its languages.

Policy files are written in English. `config/register_french.toml` says the same in French; what it
does not know stands as the policy has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from telecom_privacy.activities.french_words import (
    condition_in_french,
    duration_in_french,
    end_in_french,
    start_in_french,
    term_in_french,
)
from telecom_privacy.language import Language
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.model import Rule
from telecom_privacy.policies.triggers import Trigger
from telecom_privacy.policies.words import (
    condition_in_words,
    duration_in_words,
    end_in_words,
    start_in_words,
    term_in_words,
)


@dataclass(frozen=True, slots=True)
class _Words:
    """How the parts of a rule are said in a language, and put together."""

    duration: Callable[[Duration], str]
    start: Callable[[Trigger], str]
    condition: Callable[[Rule], str | None]
    term: Callable[[Rule], str]
    end: Callable[[Rule], str]
    from_: str
    not_before: str
    separator: str


_WORDS = {
    Language.FRENCH: _Words(
        duration_in_french,
        start_in_french,
        condition_in_french,
        term_in_french,
        end_in_french,
        from_="départ : ",
        not_before="pas avant ",
        separator=" ; ",
    ),
    Language.ENGLISH: _Words(
        duration_in_words,
        start_in_words,
        condition_in_words,
        term_in_words,
        end_in_words,
        from_="from ",
        not_before="not before ",
        separator="; ",
    ),
}


class Wording:
    """`french` says in French what policy files say in English."""

    def __init__(self, french: Mapping[str, str]) -> None:
        self._french = french

    def said(self, text: str, language: Language) -> str:
        """A text of a policy file, such as a legal basis or a recipient."""
        return self._french.get(text, text) if language is Language.FRENCH else text

    def name(self, name: str, language: Language) -> str:
        """A category or a purpose."""
        return self.said(name, language).replace("_", " ")

    def duration(self, duration: Duration, language: Language) -> str:
        return _WORDS[language].duration(duration)

    def term(self, rule: Rule, language: Language) -> str:
        """How long from when, under which condition, and what happens then."""
        words = _WORDS[language]
        later = rule.not_before and words.not_before + words.start(rule.not_before)
        start = words.from_ + words.start(rule.trigger)
        said = (words.term(rule), start, later, words.condition(rule), words.end(rule))
        return words.separator.join(filter(None, said))
