"""The policy files that are shipped say what RULES §2 says, rule by rule."""

from datetime import date

import pytest

from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role

from .promised import PROMISED
from .samples import POLICIES

VERSIONS = [(name, version) for name, policy in POLICIES.items() for version in policy.versions]
LAST_RULE = 32


def line(rule):
    """A rule as a line of `promised.py`: its seven facts, then what else it says, in any order."""
    term = rule.duration or "agreed"
    facts = (rule.id, rule.category, rule.role, rule.purpose, rule.trigger, term, rule.action)
    more = {name: getattr(rule, name) for name in ("at_least", "floor", "ceiling", "archive")}
    more |= {name: getattr(rule, name) for name in ("when", "unless", "not_before")}
    more |= {rule.option.name: rule.option.duration} if rule.option else {}
    said = {f"{name}={value}" for name, value in more.items() if value is not None}
    return (*map(str, facts), *sorted(said if rule.enabled else {*said, "off"}))


def promised(text):
    words = [text_line.split() for text_line in text.strip().splitlines() if text_line]
    return [(*found[:7], *sorted(found[7:])) for found in words]


def test_the_five_published_notices_are_shipped():
    assert POLICIES.keys() == PROMISED.keys()


@pytest.mark.parametrize("name", PROMISED)
def test_a_file_holds_exactly_the_rules_that_were_promised(name):
    (version,) = POLICIES[name].versions
    assert version.valid_from == date(2018, 5, 25)
    found, expected = [line(rule) for rule in version.rules], promised(PROMISED[name])
    assert len(set(expected)) == len(expected)
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_what_a_law_obliges_to_keep_is_not_erased_sooner(name, version):
    obliged = [rule for rule in version.rules if "obligation to keep" in rule.legal_basis]
    assert {rule.id for rule in obliged} == {"RET-13", "RET-30"}
    assert all(rule.floor == rule.duration for rule in obliged)


def test_each_id_of_the_rule_book_is_cited_but_those_that_need_no_term():
    """RET-2 is deletion, RET-9 a hold, RET-25 deletion in two steps, RET-26 refusal."""
    cited = {rule.id for _, version in VERSIONS for rule in version.rules}
    all_ids = {f"RET-{number}" for number in range(1, LAST_RULE + 1)}
    assert all_ids - cited == {"RET-2", "RET-9", "RET-25", "RET-26"}


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_every_rule_states_its_basis_and_recipients(name, version):
    for rule in version.rules:
        assert len(rule.legal_basis) > 20
        assert all(len(recipient) > 5 for recipient in rule.recipients)


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_a_client_of_any_notice_can_be_served(name, version):
    assert all(
        version.stores(category, Role.PROCESSOR)
        for category in (Category.CALL, Category.RECORDING, Category.LICENCE)
    )
    assert version.stores(Category.TRAFFIC, Role.CONTROLLER)


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_all_that_is_kept_as_processor_goes_with_the_contract(name, version):
    rules = [rule for rule in version.rules if rule.role is Role.PROCESSOR]
    ended = {rule.category for rule in rules if rule.trigger == "contract_ended"}
    assert ended == {rule.category for rule in rules}


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_what_the_operator_keeps_for_itself_has_only_the_fields_it_needs(name, version):
    """ROLE-7: nothing of GDPR article 9 has a place in a controller's record."""
    own = {rule.category for rule in version.rules if rule.role is Role.CONTROLLER}
    for category in own - set(Category):
        schema = version.category(category).schema
        assert schema is not None, category
        assert schema["additionalProperties"] is False
        assert "health" not in schema["properties"]


@pytest.mark.parametrize(("name", "version"), VERSIONS)
def test_special_categories_are_held_for_clients_only(name, version):
    special = {found.name for found in version.categories if found.special}
    assert special == ({"special"} if name == "web2contact" else set())
    assert not any(version.stores(found, Role.CONTROLLER) for found in special)


def test_card_data_is_never_stored_where_the_notice_says_so():
    (version,) = POLICIES["deskmanager"].versions
    assert (version.card_data, version.category("card").never_stored) == ("RET-26", "RET-26")
    assert version.role_of("card", operator=True) is None


@pytest.mark.parametrize(
    ("name", "category", "consent"),
    [
        ("bureau24", "synchronised_contact", "contact_sync"),
        ("messagebird", "push", "push"),
        ("informatique70", "marketing", "newsletter"),
    ],
)
def test_what_rests_on_a_consent_goes_when_it_is_revoked(name, category, consent):
    (version,) = POLICIES[name].versions
    assert version.category(category).consent == consent
    revoked = [r for r in version.rules if (r.category, r.trigger) == (category, "revoked")]
    assert [str(rule.duration) for rule in revoked] == ["P0D"]


@pytest.mark.parametrize(
    ("name", "category", "content"),
    [
        ("web2contact", "voicemail", ("audio/*",)),
        ("web2contact", "hold_music", ("audio/*",)),
        ("informatique70", "desk_recording", ("audio/*",)),
        ("informatique70", "video_surveillance", ("video/*",)),
    ],
)
def test_a_category_takes_the_content_that_it_is_made_of(name, category, content):
    (version,) = POLICIES[name].versions
    assert version.category(category).content == content
