"""A register in one language, for JSON and for the page alike."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from telecom_privacy.activities.measures import MEASURES
from telecom_privacy.activities.model import Activity, Register, ServedClient
from telecom_privacy.activities.page import register_page
from telecom_privacy.activities.subjects import SUBJECTS, subjects_of
from telecom_privacy.activities.wording import Wording
from telecom_privacy.language import Language
from telecom_privacy.policies.model import Rule
from telecom_privacy.recipients.model import EEA, Recipient


class RegisterViews:
    """`operator` keeps the register; `contact` is its data protection officer's."""

    def __init__(self, wording: Wording, operator: str, contact: str, zone: tzinfo) -> None:
        self._wording = wording
        self._zone = zone
        self._operator = {"name": operator, "contact": contact}

    def of(self, register: Register, language: Language) -> dict[str, Any]:
        return {
            "as_of": register.as_of,
            "language": language,
            "operator": self._operator,
            "controller": [self._activity(one, language) for one in register.controller],
            "processor": [self._activity(one, language) for one in register.processor],
            "client_count": register.client_count,
            "clients": _clients(register.clients),
            "recipients": [_recipient(one) for one in register.recipients],
            "security_measures": [text[language] for text in MEASURES],
        }

    def page(self, register: Register, language: Language) -> str:
        """The same as HTML."""
        local, french = register.as_of.astimezone(self._zone), language is Language.FRENCH
        as_of = local.strftime("%d/%m/%Y %H:%M (%Z)" if french else "%Y-%m-%d %H:%M (%Z)")
        return register_page(self.of(register, language), language, as_of)

    def _activity(self, activity: Activity, language: Language) -> dict[str, Any]:
        words, rules = self._wording, activity.rules
        return {
            "purpose": activity.purpose,
            "category": activity.category,
            "title": words.name(activity.purpose, language),
            "data": words.name(activity.category, language),
            "policies": activity.policies,
            "subjects": [SUBJECTS[one][language] for one in subjects_of(activity.category)],
            "legal_bases": self._said((one.legal_basis for one in rules), language),
            "recipients": self._said((to for one in rules for to in one.recipients), language),
            "terms": [self._term(one, language) for one in rules],
            "agreed": activity.agreed,
            "agreed_in_words": activity.agreed and words.duration(activity.agreed, language),
        }

    def _term(self, rule: Rule, language: Language) -> Mapping[str, Any]:
        return {
            "rule": rule.id,
            "starts_at": rule.trigger.value,
            "duration": rule.duration,
            "action": rule.action.value,
            "in_words": self._wording.term(rule, language),
        }

    def _said(self, texts: Iterable[str], language: Language) -> list[str]:
        """Each once, in the order of the policy file."""
        return [self._wording.said(text, language) for text in dict.fromkeys(texts)]


def _clients(clients: Iterable[ServedClient] | None) -> list[Mapping[str, Any]] | None:
    if clients is None:
        return None
    return [
        {"id": one.id, "name": one.name, "policy": one.policy, "contact": one.contact}
        for one in clients
    ]


def _recipient(recipient: Recipient) -> dict[str, Any]:
    return {
        "name": recipient.name,
        "kind": recipient.kind.value,
        "service": recipient.service,
        "purpose": recipient.purpose,
        "categories": recipient.categories,
        "country": recipient.country,
        "is_transfer": recipient.country not in EEA,
        "safeguard": recipient.safeguard.value,
        "ground": recipient.ground,
    }
