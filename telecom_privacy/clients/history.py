"""The dated facts of a client: how they are stored, and how a change adds to them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from telecom_privacy.errors import Invalid
from telecom_privacy.policies.duration import Duration, parse_duration
from telecom_privacy.policies.history import (
    ClientHistory,
    ContractChange,
    OptionChange,
    PolicyChange,
    TermChange,
)
from telecom_privacy.policies.model import Option
from telecom_privacy.storage.mongo import Document

_FURTHEST = timedelta(days=36_500)  # terms start at such days, and must still end within time
Agreed = Mapping[str, Duration | None]


def first_history(
    policy: str, options: Iterable[Option], at: datetime, terms: Agreed | None = None
) -> ClientHistory:
    """What a new client agreed; it counts for data that the client brings along, too."""
    taken = tuple(OptionChange(option, True, at) for option in options)
    agreed = tuple(TermChange(category, term, at) for category, term in (terms or {}).items())
    return ClientHistory((PolicyChange(policy, at),), taken, agreed)


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


def taken_over(document: Document, policy: str | None = None) -> ClientHistory:
    """Read the JSON form of what was agreed elsewhere; the end of the contract there is none here.

    Under another `policy` no term is agreed yet. Raises `ValueError`, `LookupError` or `TypeError`
    for what is no history.
    """
    facts = {
        name: [{**change, "at": datetime.fromisoformat(change["at"])} for change in document[name]]
        for name in ("policies", "options", "terms")
    }
    history = history_from({**facts, "contracts": []})
    if policy is None:
        return history
    return replace(history, policies=(PolicyChange(policy, history.began_at),), terms=())


def agreed_at(history: ClientHistory, at: datetime) -> dict[str, Any]:
    """What is agreed with a client at a time: `{policy, options, terms}`."""
    return {
        "policy": history.policy_in_force(at),
        "options": sorted(history.options_in_force(at)),
        "terms": history.terms_in_force(at),
    }


def ended(
    history: ClientHistory, at: datetime, ended_on: date | None, keep_account: bool | None
) -> ClientHistory:
    """Add what is known from now on of the contract's end; None: it goes on.

    It counts though the clock of this machine be behind that of the one that told the last.
    """
    known = [change.effective_at for change in history.contracts]
    change = ContractChange(ended_on, keep_account, max([at, *known]))
    return replace(history, contracts=(*history.contracts, change))


def released(history: ClientHistory, at: datetime) -> ClientHistory:
    """Add that the client gives up, from now on, all that is hosted for it."""
    known = [change.effective_at for change in history.contracts]
    change = replace(history.contracts[-1], effective_at=max([at, *known]), released=True)
    return replace(history, contracts=(*history.contracts, change))


def check_end(started_on: date, ended_on: date, now: datetime) -> None:
    """Raise `Invalid` for the end of a contract that lies before its start, or too far away."""
    if ended_on < started_on:
        raise Invalid({"ended_on": ["lies before the start of the contract"]})
    if ended_on > (now + _FURTHEST).date():
        raise _too_far("ended_on")


def effective_moment(given: date | datetime | None, now: datetime, zone: tzinfo) -> datetime:
    """Return when a change takes effect. Raises `Invalid` for the past: it cannot be changed.

    Today's date means now.
    """
    if given is None or given == now.astimezone(zone).date():
        return now
    moment = given if isinstance(given, datetime) else datetime.combine(given, time(), zone)
    if moment < now:
        raise Invalid({"effective_on": ["lies in the past"]})
    if moment > now + _FURTHEST:
        raise _too_far("effective_on")
    return moment.astimezone(now.tzinfo)


def change_details(
    details: Mapping[str, object],
    policy: str | None,
    options: Iterable[Option] | None,
    terms: Agreed | None,
) -> Document:
    """What the log says of a change: names of fields, and the agreed terms themselves."""
    return {
        "fields": sorted(details),
        "policy": policy,
        "options": None if options is None else list(options),
        "terms": {category: str(duration) for category, duration in (terms or {}).items()},
    }


def history_document(history: ClientHistory) -> Document:
    return {
        "policies": [{"policy": c.policy, "at": c.effective_at} for c in history.policies],
        "options": [
            {"option": c.option, "on": c.on, "at": c.effective_at} for c in history.options
        ],
        "terms": [
            {
                "category": c.category,
                "duration": None if c.duration is None else str(c.duration),
                "at": c.effective_at,
            }
            for c in history.terms
        ],
        "contracts": [
            {
                "ended_on": c.ended_on and c.ended_on.isoformat(),
                "keep_account": c.keep_account,
                "at": c.effective_at,
                **({"released": True} if c.released else {}),
            }
            for c in history.contracts
        ],
    }


def history_from(document: Document) -> ClientHistory:
    return ClientHistory(
        policies=tuple(PolicyChange(c["policy"], c["at"]) for c in document["policies"]),
        options=tuple(
            OptionChange(Option(c["option"]), c["on"], c["at"]) for c in document["options"]
        ),
        terms=tuple(
            TermChange(
                c["category"], parse_duration(c["duration"]) if c["duration"] else None, c["at"]
            )
            for c in document["terms"]
        ),
        contracts=tuple(
            ContractChange(
                _day(c["ended_on"]), c["keep_account"], c["at"], c.get("released", False)
            )
            for c in document["contracts"]
        ),
    )


def _too_far(field: str) -> Invalid:
    return Invalid({field: ["lies more than 100 years in the future"]})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
