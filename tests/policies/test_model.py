from datetime import date

import pytest

from telecom_privacy.policies.model import Policy, PolicyVersion

FIRST, SECOND = PolicyVersion(date(2018, 5, 25), ()), PolicyVersion(date(2024, 1, 1), ())


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2010, 1, 1), FIRST),
        (date(2018, 5, 25), FIRST),
        (date(2023, 12, 31), FIRST),
        (date(2024, 1, 1), SECOND),
        (date(2030, 1, 1), SECOND),
    ],
)
def test_a_version_holds_until_the_next_and_the_first_also_before(day, expected):
    assert Policy("sample", "A notice", (FIRST, SECOND)).version_on(day) is expected
