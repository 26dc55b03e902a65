"""docs/promises.md names each promise and what keeps it, and cannot drift from the files."""

from pathlib import Path

import pytest

from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.promise_table import promise_table
from telecom_privacy.policies.promises import PROMISES
from telecom_privacy.policies.words import duration_in_words

from .samples import POLICIES

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
RULES = [rule for policy in POLICIES.values() for rule in policy.versions[-1].rules]


def citing(promise_id):
    """The notices of which a rule cites the promise."""
    rules = ((name, rule) for name, p in POLICIES.items() for rule in p.versions[-1].rules)
    return {name for name, rule in rules if rule.id == promise_id}


def section(promise_id):
    """The part of the page about one promise."""
    text = promise_table(POLICIES)
    start = text.index(f"## {promise_id}:")
    end = text.find("\n## ", start)
    return text[start : end if end > 0 else None]


def test_the_committed_page_is_what_the_policy_files_say():
    assert PAGE.read_text("utf-8") == promise_table(POLICIES)


def test_each_promise_is_kept_by_a_rule_or_by_a_named_mechanism():
    assert [promise.id for promise in PROMISES] == [f"RET-{n}" for n in range(1, 33)]
    cited = {rule.id for rule in RULES}
    assert all(promise.mechanism or promise.id in cited for promise in PROMISES)
    assert cited <= {promise.id for promise in PROMISES}


def test_each_notice_cites_what_it_promises_itself():
    for promise in PROMISES:
        if any(rule.id == promise.id for rule in RULES):
            # RET-27 of messagebird is kept by rules that anonymise, not by a term of its own.
            silent = {"messagebird"} if promise.id in {"RET-8", "RET-27"} else set()
            assert set(promise.notices) - silent <= citing(promise.id), promise.id


def test_a_row_says_start_term_option_bounds_end_and_recipients():
    (row,) = [one for one in section("RET-1").splitlines() if "`recording`" in one]
    assert row == (
        "| web2contact | `recording` | processor | service | the end of the call |"
        " 90 days; 6 months with the storage extension; maximum 6 months | erased |"
        " Processing on the client's documented instructions (GDPR article 28(3)(a)) |"
        " the client and the staff it authorises, the operator's support, for a stated purpose |"
    )


@pytest.mark.parametrize(
    ("promise_id", "said"),
    [
        ("RET-2", "`DELETE`"),
        ("RET-3", "never less than 30 days"),
        ("RET-9", "A hold"),
        ("RET-8", "as agreed with the client; maximum 10 years"),
        ("RET-10", "erased; de-identified counts stay"),
        ("RET-17", "48 hours"),
        (
            "RET-18",
            "the event; unless it is settled | 3 years | archived for legal staff, erased 5",
        ),
        (
            "RET-22",
            "the last activity, else the event; not before the end of the contract; only if",
        ),
        ("RET-26", "Never stored"),
        ("RET-29", "national security (off)"),
        ("RET-30", "5 years; minimum 5 years; maximum 5 years"),
    ],
)
def test_a_section_says_what_keeps_the_promise(promise_id, said):
    assert said in section(promise_id)


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        ("P0D", "no time"),
        ("PT1H", "1 hour"),
        ("PT48H", "48 hours"),
        ("P14D", "14 days"),
        ("P12M", "1 year"),
        ("P13M", "1 year and 1 month"),
        ("P1M", "1 month"),
        ("P6DT12H", "6 days and 12 hours"),
    ],
)
def test_durations_are_said_as_notices_say_them(duration, words):
    assert duration_in_words(parse_duration(duration)) == words
