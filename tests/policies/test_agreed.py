"""RULES RET-8: terms agreed with a client, within floor and ceiling."""

from dataclasses import replace

import pytest

from telecom_privacy.errors import Invalid
from telecom_privacy.policies.agreed import check_agreed_term
from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.model import Category, PolicyVersion

from .samples import POLICIES

VERSION = POLICIES["web2contact"].versions[0]


@pytest.mark.parametrize("text", ["P0D", "P30D", "P90D", "P6M", "P181D"])
def test_a_term_within_the_ceiling_may_be_agreed(text):
    check_agreed_term(VERSION, Category.RECORDING, parse_duration(text))


@pytest.mark.parametrize("text", ["P7M", "P1Y", "P182D", "P6M1D"])
def test_a_term_that_can_pass_the_ceiling_is_refused(text):
    with pytest.raises(Invalid) as caught:
        check_agreed_term(VERSION, Category.RECORDING, parse_duration(text))
    (reason,) = caught.value.errors["terms"]["recording"]
    assert reason.endswith("is longer than the maximum P6M")


def test_a_term_below_the_floor_is_refused():
    rule = replace(VERSION.rules[0], floor=parse_duration("P1M"))
    with pytest.raises(Invalid) as caught:
        check_agreed_term(
            PolicyVersion(VERSION.valid_from, (rule,)), Category.RECORDING, parse_duration("P30D")
        )
    assert caught.value.errors == {"terms": {"recording": ["P30D is shorter than the minimum P1M"]}}


@pytest.mark.parametrize("category", [Category.TRAFFIC, Category.CLIENT, Category.LICENCE])
def test_the_operator_s_own_data_and_fixed_terms_are_not_negotiable(category):
    with pytest.raises(Invalid) as caught:
        check_agreed_term(VERSION, category, parse_duration("P1M"))
    assert caught.value.errors == {
        "terms": {category: [f"the policy lets no term be agreed for {category}"]}
    }
