"""Why a record is due when it is, in words that need no policy file."""

from dataclasses import replace
from datetime import date

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.explanation import Question, explain
from telecom_privacy.policies.history import (
    ClientHistory,
    ContractChange,
    OptionChange,
    PolicyChange,
    TermChange,
)
from telecom_privacy.policies.model import Option
from telecom_privacy.policies.timeline import Timeline
from telecom_privacy.scope import Role

from .samples import PARIS, POLICIES, paris

JOINED = paris("2018-01-01 00:00")
NOW = paris("2026-06-01 12:00")


def told(history, category, role, occurred, **events):
    happened = {name: paris(at) for name, at in events.items()}
    question = Question(category, role, paris(occurred), happened, NOW)
    verdict = Terms(history, POLICIES, PARIS).verdict(category, role, paris(occurred), happened)
    return list(explain(Timeline(history, POLICIES, PARIS), question, verdict))


def client(policy="web2contact", **more):
    return ClientHistory((PolicyChange(policy, JOINED),), **more)


def test_the_term_that_is_over_first_decides():
    ended = ContractChange(date(2026, 4, 30), None, JOINED)
    lines = told(client(contracts=(ended,)), "recording", Role.PROCESSOR, "2026-04-01 10:00")
    assert lines == [
        "policy web2contact, version of 2018-05-25",
        "for the purpose service:",
        "  RET-1: 90 days from the end of the call: over 2026-06-30 10:00:00+02:00",
        "  RET-3: 1 month, never less than 30 days, from the end of the contract:"
        " over 2026-05-31 00:00:00+02:00",
        "  -> over 2026-05-31 00:00:00+02:00 by RET-3, which is over first",
        "due: 2026-05-31 00:00:00+02:00 by RET-3 (erase)",
        "nothing may be done with it any more, but erase it; a hold would keep it sealed",
    ]


def test_the_last_purpose_decides():
    lines = told(client(), "traffic", Role.CONTROLLER, "2026-04-01 10:00")
    assert "  -> over 2026-07-01 10:00:00+02:00 by RET-29, which is over first" in lines
    assert lines[-1] == "due: 2027-04-01 10:00:00+02:00 by RET-29 (anonymise)"


def test_an_option_and_an_agreement_are_named():
    extension = OptionChange(Option.STORAGE_EXTENSION, True, JOINED)
    lines = told(client(options=(extension,)), "recording", Role.PROCESSOR, "2026-04-01 10:00")
    assert "6 months (with the storage extension) from the end of the call" in lines[2]
    agreed = TermChange("recording", parse_duration("P10D"), JOINED)
    lines = told(client(terms=(agreed,)), "recording", Role.PROCESSOR, "2026-04-01 10:00")
    assert "RET-1: 10 days (agreed with the client, RET-8) from the end of the call" in lines[2]
    assert lines[5] == "due: 2026-04-11 10:00:00+02:00 by RET-8 (erase)"


def test_a_rule_that_does_not_apply_and_a_start_that_is_not_known_are_named():
    kept = ContractChange(date(2026, 3, 31), True, JOINED)
    lines = told(
        client("bureau24", contracts=(kept,)),
        "portal_account",
        Role.CONTROLLER,
        "2026-01-15 10:00",
        last_activity="2026-05-10 10:00",
    )
    assert lines[2].endswith("does not apply (unless the client keeps its account)")
    assert lines[3].endswith("not before the end of the contract: over 2031-05-10 10:00:00+02:00")
    lines = told(client("bureau24"), "compliance_file", Role.CONTROLLER, "2026-01-15 10:00")
    assert lines[2:] == [
        "  RET-32: 5 years from the closing: not started",
        "  -> no end is known yet",
        "due: not known yet",
    ]


def test_the_archive_is_told_apart_from_the_end():
    lines = told(client("informatique70"), "unpaid_invoice", Role.CONTROLLER, "2022-05-04 09:00")
    assert lines[3].endswith(
        "archived for legal staff from 2025-05-04 09:00:00+02:00, over 2027-05-04 09:00:00+02:00"
    )
    assert lines[-2:] == [
        "due: 2027-05-04 09:00:00+02:00 by RET-18 (erase)",
        "for legal staff only from 2025-05-04 09:00:00+02:00",
    ]


def test_a_shorter_term_within_its_grace_is_told():
    shorter = TermChange("recording", parse_duration("P10D"), paris("2026-05-29 00:00"))
    lines = told(client(terms=(shorter,)), "recording", Role.PROCESSOR, "2026-05-20 10:00")
    assert lines[-2] == "due: 2026-06-05 00:00:00+02:00 by RET-8 (erase)"
    assert "a shorter term waits for the grace" in lines[-1]


def test_a_legal_minimum_that_forbids_to_erase_is_told():
    version = POLICIES["web2contact"].versions[0]
    rules = tuple(
        replace(rule, floor=parse_duration("P1Y")) if rule.id == "RET-1" else rule
        for rule in version.rules
    )
    policy = replace(POLICIES["web2contact"], versions=(replace(version, rules=rules),))
    history, policies = client(), {"web2contact": policy}
    question = Question("recording", Role.PROCESSOR, paris("2026-04-01 10:00"), {}, NOW)
    verdict = Terms(history, policies, PARIS).verdict(
        "recording", Role.PROCESSOR, question.occurred_at
    )
    lines = list(explain(Timeline(history, policies, PARIS), question, verdict))
    assert "  -> over 2027-04-01 10:00:00+02:00: a legal minimum forbids to erase sooner" in lines
