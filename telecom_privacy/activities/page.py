"""A register as a page to read and to print: no script, nothing loaded from elsewhere."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from telecom_privacy.activities.page_texts import SAFEGUARDS, TEXTS
from telecom_privacy.language import Language

_TEMPLATES = Environment(
    loader=PackageLoader("telecom_privacy.activities"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def register_page(view: Mapping[str, Any], language: Language, as_of: str) -> str:
    """Return the page of what `RegisterViews` gives; `as_of` says the moment to the reader."""
    texts = {name: text[language] for name, text in TEXTS.items()}
    safeguards = {name: text[language] for name, text in SAFEGUARDS.items()}
    template = _TEMPLATES.get_template("register.html")
    return template.render(register=view, t=texts, safeguards=safeguards, as_of=as_of)
