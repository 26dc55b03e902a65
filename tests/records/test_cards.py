"""Card numbers are found however they are written, and other numbers left alone (RET-26)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telecom_privacy.records.cards import (
    card_data,
    holds_card_number,
    is_named_for_card_data,
)

# Numbers that card schemes publish for tests.
CARDS = [
    "4111111111111111",
    "4222222222222",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "30569309025904",
    "6011111111111117",
    "3530111333300000",
    "6200000000000005",
    "6759649826438453",
]


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_is_found_in_any_grouping(card: str) -> None:
    grouped = " ".join(card[start : start + 4] for start in range(0, len(card), 4))
    for written in (card, grouped, grouped.replace(" ", "-"), grouped.replace(" ", "\u00a0")):
        assert holds_card_number(f"paid by {written}, thanks"), written
        assert holds_card_number(f"12 {written} 123"), written


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
