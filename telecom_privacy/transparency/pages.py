"""The policy and a report as pages to read and to print."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from telecom_privacy.language import Language, Text
from telecom_privacy.transparency import words
from telecom_privacy.transparency.model import Outcome, Report, Shown
from telecom_privacy.transparency.policy_texts import HEADINGS
from telecom_privacy.transparency.report_texts import SHOWN, TEXTS
from telecom_privacy.transparency.words import said

_TEMPLATES = Environment(
    loader=PackageLoader("telecom_privacy.transparency"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def policy_page(policy: Mapping[str, Any], language: Language) -> str:
    """Return the page of what `DisclosurePolicy` gives."""
    template = _TEMPLATES.get_template("policy.html")
    return template.render(policy=policy, t=_in(HEADINGS, language))


def report_page(report: Report, operator: str, language: Language) -> str:
    """Return the page of a published report."""

    def shown(number: Shown) -> str:
        return str(number) if isinstance(number, int) else SHOWN[number][language]

    return _TEMPLATES.get_template("report.html").render(
        report=report,
        operator=operator,
        t=_in(TEXTS, language),
        outcomes={outcome: words.OUTCOMES[outcome][language] for outcome in Outcome},
        authority=lambda name: said(words.AUTHORITIES, name, language),
        shown=shown,
    )


def _in(texts: Mapping[str, Text], language: Language) -> dict[str, str]:
    return {name: text[language] for name, text in texts.items()}
