"""Which stored category answers which category of data, and what of a record each of them opens."""

import pytest

from telecom_privacy.disclosure.categories import ANSWERING, answered_by, opened
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.files import load_policies
from telecom_privacy.policies.model import Category
from telecom_privacy.scope import Role
from telecom_privacy.settings import default_config_dir

_EVERY = frozenset(DataCategory)
_NEVER_GIVEN = """
    account activity_history aggregated analytics attachment breach call_note callback_request
    client_contact client_marketing compliance_file connection_log consent consent_proof contact
    cookie credit_evidence credit_score crm desk_recording enquiry hold_music incident instruction
    integration_token marketing minor_data order portal_account profile prospect push report
    requisition requisition_file rights_request_proof server_log special synchronised_contact tag
    technical unpaid_invoice usage_log video_surveillance widget
"""
NEVER = frozenset(_NEVER_GIVEN.split())
"""Beside calls and recordings: what no order reaches, as nobody asks an operator for it."""


def test_each_category_of_the_shipped_policies_answers_something_or_is_never_given() -> None:
    policies = load_policies(default_config_dir() / "policies").values()
    stored = {rule.category for one in policies for v in one.versions for rule in v.rules}
    answering = {name for kinds in ANSWERING.values() for kind in kinds for name in kind.categories}
    assert stored - set(Category) - answering == NEVER & stored
    assert not NEVER & answering
    assert all(answered_by(role, name) is None for role in Role for name in NEVER)


@pytest.mark.parametrize(
    ("category", "given", "fields"),
    [
        ("message", {DataCategory.CONTENT}, {"text"}),
        ("message", {DataCategory.TRAFFIC, DataCategory.CONTENT}, {"text", "from"}),
        ("message", {DataCategory.LOCATION, DataCategory.CONTENT}, {"text", "cell"}),
        ("voicemail", {DataCategory.CONTENT}, {"text"}),
        ("location", {DataCategory.LOCATION}, {"from", "cell"}),
        ("connection_technical", {DataCategory.TRAFFIC}, {"from"}),
        ("payment", {DataCategory.BILLING}, {"text", "from", "cell"}),
        ("subscriber_identity", {DataCategory.TRAFFIC}, set()),
        ("call_note", _EVERY, set()),
    ],
)
def test_a_field_is_given_where_what_it_tells_is(
    category: str, given: set[DataCategory], fields: set[str]
) -> None:
    data = {"Text": 1, "from": 2, "cell": 3, "note": 4}
    assert {name.casefold() for name in opened(category, data, given)} == fields
