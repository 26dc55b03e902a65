"""Rules in words, for those who read a promise rather than a policy file."""

from datetime import timedelta

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.model import KEEP_ACCOUNT, Action, Rule
from telecom_privacy.policies.triggers import RENEWED, Trigger

_MOST_HOURS = timedelta(days=3)
_STARTS = {
    Trigger.CALL_ENDED: "the end of the call",
    Trigger.EVENT: "the event",
    Trigger.FIRST_SET: "the day it was first set",
    Trigger.END_OF_YEAR: "the end of the calendar year of the event",
    Trigger.CONTRACT_ENDED: "the end of the contract",
    Trigger.LAST_ACTIVITY: "the last activity",
    Trigger.LAST_CONTACT: "the last contact",
    Trigger.REVIEWED: "the last review",
    Trigger.RESOLVED: "the resolution",
    Trigger.SETTLED: "the settlement",
    Trigger.REVOKED: "the revocation",
    Trigger.ANSWERED: "the answer",
    Trigger.COMPLETED: "the completion",
    Trigger.DISCOVERED: "the discovery",
    Trigger.RELIANCE_ENDED: "the end of reliance",
    Trigger.CLOSED: "the closing",
}


def duration_in_words(duration: Duration) -> str:
    """Say a duration as a notice does: `90 days`, `6 months`, `48 hours`, `no time`."""
    years, months = divmod(duration.months, 12)
    days, hours = duration.exact.days, duration.exact.seconds // 3600
    if duration.exact <= _MOST_HOURS:
        days, hours = 0, days * 24 + hours
    parts = [(years, "year"), (months, "month"), (days, "day"), (hours, "hour")]
    said = [f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in parts if count]
    return " and ".join(said) or "no time"


def start_in_words(trigger: Trigger) -> str:
    """Say what starts a term."""
    said = _STARTS[trigger]
    return f"{said}, else the event" if trigger in RENEWED else said


def condition_in_words(rule: Rule) -> str | None:
    """Say when a rule applies; None: always."""
    said = [f"only if {_fact(rule.when)}"] if rule.when else []
    if rule.unless:
        said.append(f"unless {_fact(rule.unless)}")
    return ", ".join(said) or None


def term_in_words(rule: Rule) -> str:
    """Say how long, under which option, and within which bounds."""
    said = [_duration(rule)]
    if rule.option:
        option = rule.option.name.replace("_", " ")
        said.append(f"{duration_in_words(rule.option.duration)} with the {option}")
    if rule.at_least:
        said.append(f"never less than {duration_in_words(rule.at_least)}")
    if rule.floor:
        said.append(f"minimum {duration_in_words(rule.floor)}")
    if rule.ceiling:
        said.append(f"maximum {duration_in_words(rule.ceiling)}")
    return "; ".join(said)


def end_in_words(rule: Rule) -> str:
    """Say what happens when the term is over."""
    if rule.archive:
        return f"archived for legal staff, erased {duration_in_words(rule.archive)} after the start"
    return "erased; de-identified counts stay" if rule.action is Action.ANONYMISE else "erased"


def _duration(rule: Rule) -> str:
    return duration_in_words(rule.duration) if rule.duration else "as agreed with the client"


def _fact(name: str) -> str:
    return "the client keeps its account" if name == KEEP_ACCOUNT else f"it is {name}"
