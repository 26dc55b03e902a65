import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import SUPPORTED_REGIONS, PhoneNumberFormat

from telecom_privacy.errors import Invalid
from telecom_privacy.numbers import NumberReader

FRENCH = NumberReader("FR")


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("+33612345678", "+33612345678"),
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        (" 0612345678\t", "+33612345678"),
        ("tel:+33-6-12-34-56-78", "+33612345678"),
        ("+39 06 698 1234", "+39066981234"),
        ("+1 202 555 0100", "+12025550100"),
        ("0800 123 456", "+33800123456"),
    ],
)
def test_one_number_has_one_form(written: str, e164: str) -> None:
    assert FRENCH.e164(written) == e164


@pytest.mark.parametrize("number", ["15", "112", "3949", "10144", "118712"])
def test_a_short_number_stays_as_it_was_dialled(number: str) -> None:
    assert FRENCH.e164(number) == number
    assert FRENCH.e164(f" {number} ") == number


def test_a_national_number_is_that_of_the_region() -> None:
    assert NumberReader("BE").e164("02 555 12 12") == "+3225551212"
    assert NumberReader("GB").e164("020 7946 0000") == "+442079460000"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1",
        "+",
        "abc",
        "1234567",
        "+33",
        "+33 6 12 34 56 78 9 10 11",
        "+999 123 456 789",
        "+33612345678 ext. 12",
        "sip:jean@example.org",
        "9" * 300,
        "²²",
        "\x00",
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(number: str) -> None:
    with pytest.raises(Invalid) as refusal:
        FRENCH.e164(number, "from")
    assert refusal.value.errors == {
        "from": ["Not a telephone number in E.164 or national form."],
    }


def test_a_local_number_without_its_area_is_refused() -> None:
    with pytest.raises(Invalid):
        NumberReader("US").e164("555-0100")


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        found = FRENCH.e164(text)
    except Invalid:
        return
    assert FRENCH.e164(found) == found


def _regions() -> list[str]:
    """Those whose numbers are longer than a short code: on some islands they are not."""
    examples = {region: phonenumbers.example_number(region) for region in SUPPORTED_REGIONS}
    return sorted(r for r, e in examples.items() if e and e.national_number > 999_999)


@given(st.sampled_from(_regions()), st.sampled_from(("", " ", "-", ".")))
def test_every_way_to_write_a_countrys_number_is_the_same_number(region: str, gap: str) -> None:
    example = phonenumbers.example_number(region)
    e164 = phonenumbers.format_number(example, PhoneNumberFormat.E164)
    reader = NumberReader(region)
    assert reader.e164(e164) == e164
    assert reader.e164(gap.join(e164)) == e164
    assert reader.e164(phonenumbers.format_number(example, PhoneNumberFormat.NATIONAL)) == e164


def test_only_the_number_of_a_search_is_touched() -> None:
    assert FRENCH.with_number({"limit": 5}) == {"limit": 5, "number": None}
    assert FRENCH.with_number({"number": "0612345678"}) == {"number": "+33612345678"}


def test_a_reader_that_remembers_reads_as_any_other() -> None:
    reader = FRENCH.remembering()
    for _ in range(2):
        assert reader.e164("06 12 34 56 78") == "+33612345678"
        for field in ("from", "to"):
            with pytest.raises(Invalid) as refused:
                reader.e164("nobody", field)
            assert [*refused.value.errors] == [field]
