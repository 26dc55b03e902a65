"""For whom an answer is: named by one person, sealed by another."""

import pyrage
import pytest

from telecom_privacy.disclosure.register import Register
from tests.disclosure.answers import disclose, disclosed, fresh_number
from tests.disclosure.builders import FIRST, RECIPIENT, SECOND, THIRD, LegalDesk
from tests.erasure.kills import killed_at


@pytest.fixture
def other() -> dict[str, str]:
    return {"age_recipient": str(pyrage.x25519.Identity.generate().to_public())}


def sealed(desk: LegalDesk, path: str, person: str, recipient: dict[str, str]) -> int:
    return desk.as_(person, "POST", f"{path}/disclose", json=recipient).status_code


def named(desk: LegalDesk, path: str, person: str, recipient: dict[str, str]) -> int:
    body = {**recipient, "reason": "the key was lost"}
    return desk.as_(person, "POST", f"{path}/recipient", json=body).status_code


def test_whoever_approves_does_not_choose_another_recipient(
    desk: LegalDesk, other: dict[str, str]
) -> None:
    path = desk.approved(numbers=[fresh_number()])
    assert desk.show(path)["recipient"] == RECIPIENT["age_recipient"]
    for person in (SECOND, THIRD):
        assert sealed(desk, path, person, other) == 409
    assert named(desk, path, SECOND, other) == 200
    assert sealed(desk, path, SECOND, other) == 403
    assert sealed(desk, path, SECOND, RECIPIENT) == 403
    assert "assembled" not in {one["step"] for one in desk.show(path)["steps"]}
    assert sealed(desk, path, THIRD, other) == 200


def test_a_recipient_is_corrected_as_all_else_that_the_order_says(
    desk: LegalDesk, other: dict[str, str]
) -> None:
    path = desk.checked(numbers=[fresh_number()])
    corrected = desk.as_(FIRST, "PATCH", path, json={**other, "reason": "mistyped"})
    assert corrected.json["recipient"] == other["age_recipient"]
    assert corrected.json["missing_checks"] == corrected.json["required_checks"]
    desk.pass_checks(path)
    assert desk.approve(path).status_code == 200
    assert sealed(desk, path, SECOND, RECIPIENT) == 409
    assert sealed(desk, path, SECOND, other) == 200


def test_an_order_without_a_recipient_is_sealed_once_somebody_else_named_one(
    desk: LegalDesk,
) -> None:
    path = desk.approved(numbers=[fresh_number()], age_recipient=None)
    assert sealed(desk, path, SECOND, RECIPIENT) == 409
    assert named(desk, path, FIRST, RECIPIENT) == 200
    assert named(desk, path, FIRST, RECIPIENT) == 409
    assert sealed(desk, path, FIRST, RECIPIENT) == 403
    assert sealed(desk, path, SECOND, RECIPIENT) == 200


def test_two_persons_suffice_where_the_approver_names_and_the_other_confirms(
    desk: LegalDesk, other: dict[str, str]
) -> None:
    path = desk.approved(numbers=[fresh_number()], age_recipient=None)
    assert named(desk, path, SECOND, RECIPIENT) == 200
    assert [sealed(desk, path, one, RECIPIENT) for one in (FIRST, SECOND)] == [403, 403]
    assert named(desk, path, SECOND, RECIPIENT) == 409
    assert named(desk, path, FIRST, RECIPIENT) == 200
    assert named(desk, path, THIRD, RECIPIENT) == 409
    assert sealed(desk, path, FIRST, RECIPIENT) == 403
    assert sealed(desk, path, SECOND, other) == 409
    assert sealed(desk, path, SECOND, RECIPIENT) == 200


def test_whom_somebody_confirmed_earlier_one_alone_does_not_bring_back(
    desk: LegalDesk, other: dict[str, str]
) -> None:
    path = desk.approved(numbers=[fresh_number()])
    assert named(desk, path, FIRST, RECIPIENT) == 409
    assert named(desk, path, SECOND, other) == 200
    assert named(desk, path, FIRST, other) == 200
    for recipient in (RECIPIENT, other):
        assert named(desk, path, SECOND, recipient) == 200
        assert sealed(desk, path, SECOND, recipient) == 403
    assert sealed(desk, path, THIRD, other) == 200


def test_nobody_is_named_before_the_approval_or_for_a_preservation(
    desk: LegalDesk, other: dict[str, str]
) -> None:
    assert named(desk, desk.checked(numbers=[fresh_number()]), FIRST, other) == 409
    kept = desk.approved("eevidence-epoc-pr", numbers=[fresh_number()])
    assert named(desk, kept, FIRST, other) == 409


def test_another_recipient_never_gets_the_answer_of_the_first(
    desk: LegalDesk, other: dict[str, str]
) -> None:
    path = desk.approved(numbers=[fresh_number()])
    with killed_at(Register, "note", 2):
        disclose(desk, path)
    assert sealed(desk, path, SECOND, other) == 409
    disclosed(desk, path)
    assert sealed(desk, path, SECOND, other) == 409


def test_a_recipient_that_cannot_be_encrypted_to_is_no_part_of_an_order(
    desk: LegalDesk, other: dict[str, str]
) -> None:
    for wrong in ({"age_recipient": "age1"}, {**other, "recipient_certificate": "x"}):
        answer = desk.record(**wrong)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["age_recipient"])
