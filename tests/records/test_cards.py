"""Card numbers are found however they are written, and other numbers left alone (RET-26)."""

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from telecom_privacy.numbers import LONGEST_E164
from telecom_privacy.records import cards
from telecom_privacy.records.cards import (
    card_data,
    holds_card_number,
    is_named_for_card_data,
)

# Numbers that card schemes publish for tests.
CARDS = [
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "30569309025904",
    "38520000023237",
    "6011111111111117",
    "6011000990139424",
    "3530111333300000",
    "3566002020360505",
    "6200000000000005",
    "6205500000000000004",
    "6759649826438453",
    "6799990100000000019",
]


def _written_as(layout: str) -> st.SearchStrategy[str]:
    return st.from_regex(f"({layout})", fullmatch=True)


@st.composite
def telephone_numbers(draw: st.DrawFn) -> phonenumbers.PhoneNumber:
    """Numbers that some country's plan gives out, within the digits that ITU-T E.164 allows.

    Some plans are described with more. What is that long may be a card's number, and is refused.
    """
    region = draw(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
    kind = draw(st.sampled_from(phonenumbers.PhoneNumberType.values()))
    example = phonenumbers.example_number_for_type(region, kind)
    assume(example)
    tail = draw(st.text(alphabet="0123456789", min_size=4, max_size=6))
    national = phonenumbers.national_significant_number(example)
    number = phonenumbers.parse(f"+{example.country_code}{national[:-4]}{tail}")
    assume(phonenumbers.is_valid_number(number))
    assume(len(f"{number.country_code}{national[:-4]}{tail}") <= LONGEST_E164)
    return number


def _forms(number: phonenumbers.PhoneNumber) -> list[str]:
    kinds = phonenumbers.PhoneNumberFormat
    forms = (kinds.E164, kinds.INTERNATIONAL, kinds.NATIONAL, kinds.RFC3966)
    written = [phonenumbers.format_number(number, form) for form in forms]
    return [*written, written[0].removeprefix("+"), f"sip:{written[0]}@x"]


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_found_in_any_grouping(card: str) -> None:
    grouped = " ".join(card[start : start + 4] for start in range(0, len(card), 4))
    for written in (card, grouped, grouped.replace(" ", "-"), grouped.replace(" ", "\u00a0")):
        assert holds_card_number(f"paid by {written}, thanks"), written
        assert holds_card_number(f"12 {written} 123"), written
        assert holds_card_number(f"1234 {written} 567"), written


def test_what_is_longer_than_any_telephone_number_is_found_though_a_plan_describes_it() -> None:
    described = "2348001759416188"  # sixteen digits, from Nigeria's plan
    assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{described}"))
    assert holds_card_number(described)


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # the checksum does not hold
        "call 1764000000000123456789",  # longer than any card's number
        "x4111111111111111" + "1",
        "+33 6 12 34 56 78",
        "0033612345678",
        "2026-11-22T09:30:00.000Z",
        "9999999999999995",  # no scheme issues it
        "sip:+6281234560001@x",  # also a short Maestro number, were it in groups
        "6281 2345 6000 1",
        "4915123456704",  # also of thirteen digits, as old Visa numbers
        "+65 6123 4567 6123 4569",
        "06 12 34 56 78 06 12 34 56 78",
        "41 23 45 67 89 01 23 15",
        "11111111-1111-4111-8111-111111111111",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not holds_card_number(text)


@pytest.mark.parametrize(
    "name",
    [
        "cvv",
        "CVC2",
        "card_number",
        "cardNumber",
        "PAN",
        "cryptogramme",
        "Numéro de carte",
        "pin-block",
    ],
)
def test_fields_named_for_card_data_are_known(name: str) -> None:
    assert is_named_for_card_data(name)


@pytest.mark.parametrize("name", ["company", "panel", "discard", "number", "card_holder_since"])
def test_other_fields_are_not(name: str) -> None:
    assert not is_named_for_card_data(name)


def test_the_places_are_named_and_nothing_else() -> None:
    data = {
        "note": "4111 1111 1111 1111",
        "paid": [{"by": 4111111111111111}, {"by": 4111111111111111.0}],
        "cvv": "123",
        "4111111111111111": "as a name",
        "sound": {"total": 12, "cvv": None},
    }
    assert list(card_data(data)) == [("note",), ("paid", 0, "by"), ("paid", 1, "by"), ("cvv",), ()]


@given(st.text(alphabet="0123456789 -.", max_size=60), st.sampled_from(CARDS))
def test_a_card_number_is_found_whatever_words_surround_it(around: str, card: str) -> None:
    assert holds_card_number(f"{around} a {card} b {around}")


@given(telephone_numbers())
def test_a_telephone_number_is_no_card_number_however_it_is_written(
    number: phonenumbers.PhoneNumber,
) -> None:
    for written in _forms(number):
        assert not holds_card_number(f"from {written} today"), written


@given(st.lists(telephone_numbers(), min_size=2, max_size=4))
def test_telephone_numbers_that_follow_each_other_are_no_card_number(
    numbers: list[phonenumbers.PhoneNumber],
) -> None:
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    written = " ".join(phonenumbers.format_number(number, form) for number in numbers)
    assert not holds_card_number(written)


@given(st.lists(st.from_regex("0[1-9]( [0-9]{2}){4}", fullmatch=True), min_size=2, max_size=4))
def test_french_numbers_that_follow_each_other_are_no_card_number(numbers: list[str]) -> None:
    assert not holds_card_number(" ".join(numbers))
    assert not holds_card_number(" ".join(number.replace(" ", "") for number in numbers))


@given(st.floats(min_value=0, max_value=10, exclude_min=True))
def test_a_measured_fraction_is_no_card_number(value: float) -> None:
    assert list(card_data({"mos": value})) == []


@pytest.mark.parametrize("unit", ["4 ", "4", "44 ", "4000 ", "4000 000000 ", "400000 "])
def test_the_numbers_looked_at_grow_with_the_text_and_no_faster(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(cards, "_is_card_number", looked_at.append)
    holds_card_number(unit * 5_000)
    assert len(looked_at) <= 2 * 5_000
    assert max(map(len, looked_at), default=0) <= 23


@given(st.sampled_from([cards._UNGROUPED, *cards._LAYOUTS]).flatmap(_written_as), st.text())
def test_no_text_is_passed_over_that_a_layout_of_a_card_fits(number: str, around: str) -> None:
    assert cards._MANY_DIGITS.search(f"{around}{number}{around}")
