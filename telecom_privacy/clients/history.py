"""The dated facts of a client: how they are stored, and how a change adds to them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, tzinfo

from telecom_privacy.errors import Invalid
from telecom_privacy.policies.duration import Duration, parse_duration
from telecom_privacy.policies.history import (
    ClientHistory,
    OptionChange,
    PolicyChange,
    TermChange,
)
from telecom_privacy.policies.model import Category, Option
from telecom_privacy.storage.mongo import Document

Agreed = Mapping[Category, Duration | None]


def first_history(policy: str, options: Iterable[Option], at: datetime) -> ClientHistory:
    """What a new client agreed; it counts for data that the client brings along, too."""
    changes = tuple(OptionChange(option, True, at) for option in options)
    return ClientHistory((PolicyChange(policy, at),), changes)


def changed(
    history: ClientHistory,
    at: datetime,
    policy: str | None = None,
    options: Iterable[Option] | None = None,
    terms: Agreed | None = None,
) -> ClientHistory:
    """Add what differs from what is in force at `at`; nothing that was is overwritten."""
    if policy is not None and policy != history.policy_in_force(at):
        history = replace(history, policies=(*history.policies, PolicyChange(policy, at)))
    if options is not None:
        wanted, had = frozenset(options), history.options_in_force(at)
        switched = tuple(OptionChange(o, o in wanted, at) for o in sorted(wanted ^ had))
        history = replace(history, options=(*history.options, *switched))
    agreed = tuple(
        TermChange(category, duration, at)
        for category, duration in (terms or {}).items()
        if duration != history.term_in_force(category, at)
    )
    return replace(history, terms=(*history.terms, *agreed))


def effective_moment(given: date | datetime | None, now: datetime, zone: tzinfo) -> datetime:
    """Return when a change takes effect. Raises `Invalid` for the past: it cannot be changed.

    Today's date means now.
    """
    if given is None:
        return now
    if isinstance(given, datetime):
        if given < now:
            raise Invalid({"effective_on": ["lies in the past"]})
        return given
    if given == now.astimezone(zone).date():
        return now
    moment = datetime.combine(given, time(), zone)
    if moment < now:
        raise Invalid({"effective_on": ["lies in the past"]})
    return moment.astimezone(now.tzinfo)


def history_document(history: ClientHistory) -> Document:
    return {
        "policies": [{"policy": c.policy, "at": c.effective_at} for c in history.policies],
        "options": [
            {"option": c.option, "on": c.on, "at": c.effective_at} for c in history.options
        ],
        "terms": [
            {
                "category": c.category,
                "duration": str(c.duration) if c.duration else None,
                "at": c.effective_at,
            }
            for c in history.terms
        ],
        "ended_on": history.contract_ended_on and history.contract_ended_on.isoformat(),
    }


def history_from(document: Document) -> ClientHistory:
    return ClientHistory(
        policies=tuple(PolicyChange(c["policy"], c["at"]) for c in document["policies"]),
        options=tuple(
            OptionChange(Option(c["option"]), c["on"], c["at"]) for c in document["options"]
        ),
        terms=tuple(
            TermChange(
                Category(c["category"]),
                parse_duration(c["duration"]) if c["duration"] else None,
                c["at"],
            )
            for c in document["terms"]
        ),
        contract_ended_on=_day(document["ended_on"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
