"""Dates worked by hand for each promise, judged under the policy files that are shipped.

Each case stands on both sides of its instant: kept a moment before, due at it.
"""

from datetime import timedelta

import pytest

from .cases import CASES, named, own
from .samples import POLICIES, paris


@pytest.mark.parametrize("case", [case for case in CASES if case.due], ids=named)
def test_a_record_is_due_at_the_promised_instant_and_not_before(case):
    verdict, due_at = case.verdict(), paris(case.due)
    assert (verdict.due_at, verdict.rule_id, verdict.action) == (due_at, case.rule, case.action)
    assert not verdict.is_due(due_at - timedelta(microseconds=1))
    assert verdict.is_due(due_at)


@pytest.mark.parametrize("case", [case for case in CASES if not case.due], ids=named)
def test_a_record_whose_term_nothing_started_has_no_end(case):
    assert case.verdict().due_at is None


def test_an_unsettled_invoice_is_archived_three_years_after_the_default():
    case = own("RET-18", "unpaid_invoice", "2022-05-04 09:00", None, "informatique70")
    assert case.verdict().archived_from == paris("2025-05-04 09:00")


def test_traffic_is_read_for_the_security_of_the_network_for_three_months():
    verdict = own("RET-29", "traffic", "2025-11-30 10:00", None).verdict()
    over_at = paris("2026-02-28 10:00")
    assert not verdict.purpose_over("network_security", over_at - timedelta(microseconds=1))
    assert verdict.purpose_over("network_security", over_at)
    assert not verdict.purpose_over("billing", over_at)


@pytest.mark.parametrize("notice", POLICIES)
def test_traffic_is_not_kept_for_national_security(notice):
    verdict = own("RET-29", "traffic", "2025-11-30 10:00", None, notice).verdict()
    assert {term.purpose for term in verdict.purposes} == {"billing", "network_security"}
