"""Terms that a client agreed for its own data (RULES RET-8)."""

from telecom_privacy.errors import Invalid
from telecom_privacy.policies.duration import Duration, never_longer
from telecom_privacy.policies.model import PolicyVersion, Rule


def check_agreed_term(version: PolicyVersion, category: str, duration: Duration) -> None:
    """Check that a client may agree `duration` for `category` under this version of its policy.

    It must lie within floor and ceiling whatever day it starts on (`never_longer`).

    Raises:
        Invalid: with the reason under `terms` and the category.
    """
    rules = [rule for rule in version.rules if rule.category == category and rule.negotiable]
    if not rules:
        raise _refusal(category, f"the policy lets no term be agreed for {category}")
    for rule in rules:
        _check(rule, duration)


def within_bounds(rule: Rule, agreed: Duration) -> Duration:
    """Return an agreed term, or the bound of the rule that it passes.

    It was within the bounds when it was agreed; a later policy, or version of it, may have others.
    """
    if rule.floor and not never_longer(rule.floor, agreed):
        return rule.floor
    if rule.ceiling and not never_longer(agreed, rule.ceiling):
        return rule.ceiling
    return agreed


def _check(rule: Rule, duration: Duration) -> None:
    if rule.floor and not never_longer(rule.floor, duration):
        raise _refusal(rule.category, f"{duration} is shorter than the minimum {rule.floor}")
    if rule.ceiling and not never_longer(duration, rule.ceiling):
        raise _refusal(rule.category, f"{duration} is longer than the maximum {rule.ceiling}")


def _refusal(category: str, reason: str) -> Invalid:
    return Invalid({"terms": {category: [reason]}})
