"""The policy files that are shipped say what RULES §2 says, rule by rule."""

from datetime import date

import pytest

from .samples import POLICIES

MONTH = ("P1M", "P30D")

WEB2CONTACT = {
    # id, category, role, purpose: trigger, (duration, at least), option, (floor, ceiling), enabled
    ("RET-1", "recording", "processor", "service"): (
        ("call_ended", ("P90D", None), ("storage_extension", "P6M"), (None, "P6M"), True)
    ),
    ("RET-3", "recording", "processor", "service"): (
        ("contract_ended", MONTH, None, (None, None), True)
    ),
    ("RET-4", "call", "processor", "service"): (
        ("contract_ended", MONTH, None, (None, None), True)
    ),
    ("RET-3", "licence", "processor", "service"): (
        ("contract_ended", MONTH, None, (None, None), True)
    ),
    ("RET-30", "client", "controller", "subscriber_identification"): (
        ("contract_ended", ("P5Y", None), None, ("P5Y", "P5Y"), True)
    ),
    ("RET-29", "traffic", "controller", "billing"): (
        ("event", ("P1Y", None), None, (None, "P1Y"), True)
    ),
    ("RET-29", "traffic", "controller", "network_security"): (
        ("event", ("P3M", None), None, (None, "P3M"), True)
    ),
    ("RET-29", "traffic", "controller", "national_security"): (
        ("event", ("P1Y", None), None, (None, "P1Y"), False)
    ),
}


def text(duration):
    return None if duration is None else str(duration)


def facts(rule):
    option = rule.option and (rule.option.name, text(rule.option.duration))
    bounds = (text(rule.floor), text(rule.ceiling))
    return (rule.trigger, (text(rule.duration), text(rule.at_least)), option, bounds, rule.enabled)


def test_web2contact_holds_exactly_the_promised_rules():
    (version,) = POLICIES["web2contact"].versions
    assert version.valid_from == date(2018, 5, 25)
    found = {(r.id, r.category, r.role, r.purpose): facts(r) for r in version.rules}
    assert len(found) == len(version.rules)
    assert found == WEB2CONTACT


@pytest.mark.parametrize("name", POLICIES)
def test_every_rule_erases_and_states_its_basis_and_recipients(name):
    for version in POLICIES[name].versions:
        for rule in version.rules:
            assert rule.action == "erase"
            assert len(rule.legal_basis) > 20
            assert all(len(recipient) > 5 for recipient in rule.recipients)
