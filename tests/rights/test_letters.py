"""What persons are told, in both languages."""

from http import HTTPStatus
from itertools import product

import pytest

from telecom_privacy.language import Language
from telecom_privacy.rights.letter_texts import BY_STATE, GROUNDS, OUTCOMES, RIGHTS
from telecom_privacy.rights.model import OPEN, Ground, Outcome, Right, State
from tests.rights.builders import Desk


def test_every_case_has_its_text_in_both_languages() -> None:
    assert set(RIGHTS) == set(Right)
    assert set(OUTCOMES) == set(Outcome)
    assert set(GROUNDS) == set(Ground)
    assert set(BY_STATE) == {*OPEN, State.REFUSED}
    texts = [*RIGHTS.values(), *OUTCOMES.values(), *GROUNDS.values(), *BY_STATE.values()]
    assert all(text[language] for text, language in product(texts, Language))


def test_a_letter_names_the_right_the_receipt_and_the_deadline(desk: Desk) -> None:
    desk.at("2026-12-05T12:00:00+01:00")
    path = desk.received()
    french, english = desk.letter(path, "fr"), desk.letter(path)
    assert "reçu le 05/12/2026" in french
    assert "05/01/2027" in french
    assert "on 2026-12-05" in english
    assert "by 2027-01-05" in english


def test_the_day_of_receipt_is_the_operators_like_the_deadline(desk: Desk) -> None:
    desk.at("2026-12-05T23:30:00+00:00")
    letter = desk.letter(desk.received())
    assert "on 2026-12-06" in letter
    assert "by 2027-01-06" in letter


def test_who_answers_what_is_said(desk: Desk) -> None:
    desk.api.create_client("cabinet", name="Cabinet & Fils ${operator}")
    path = desk.verified()
    desk.take(path, "refer", client_id="cabinet", agreed_by="person")
    desk.take(path, "answer", outcome="granted")
    letter = desk.letter(path)
    assert "data of which we are the controller" in letter
    assert "Cabinet & Fils ${operator} is the controller of the data that we process" in letter
    assert "passed your request on to Cabinet & Fils" in letter


@pytest.mark.parametrize(
    ("kind", "outcome", "said"),
    [
        ("automated_decision", "confirmed", "A person reviewed the automated decision"),
        ("automated_decision", "changed", "The decision was changed"),
        ("post_mortem", "directive_recorded", "We recorded the directive"),
        ("post_mortem", "directive_followed", "We followed the directive"),
    ],
)
def test_a_review_and_a_directive_have_letters_of_their_own(
    desk: Desk, kind: str, outcome: str, said: str
) -> None:
    heir = {"relation": "heir", "name": "Exemple", "proof": "acte de notoriété"}
    of_the_kind = {"on_behalf": heir} if kind == "post_mortem" else {}
    path = desk.verified(kind=kind, **of_the_kind)
    assert desk.take(path, "answer", outcome=outcome).status_code == HTTPStatus.OK
    assert said in desk.letter(path)
    assert "granted" not in desk.letter(path)


@pytest.mark.parametrize(
    ("kind", "outcome"), [("automated_decision", "granted"), ("access", "directive_followed")]
)
def test_what_is_no_answer_to_a_kind_of_request_is_refused(
    desk: Desk, kind: str, outcome: str
) -> None:
    path = desk.verified(kind=kind)
    answer = desk.take(path, "answer", outcome=outcome)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert desk.show(path)["state"] == "verified"


@pytest.mark.parametrize(
    ("reason", "french", "english"),
    [
        ("complexity", "la complexité de la demande.", "the complexity of the request."),
        ("number_of_requests", "le nombre de demandes.", "the number of the requests."),
        ("Archives in ${operator}.", "Archives in ${operator}.", "Archives in ${operator}."),
    ],
)
def test_why_an_answer_takes_longer_is_told_as_it_was_noted(
    desk: Desk, reason: str, french: str, english: str
) -> None:
    path = desk.received()
    assert desk.take(path, "extend", reason=reason).status_code == HTTPStatus.OK
    assert f"pour le motif suivant : {french}\n" in desk.letter(path, "fr")
    assert f"for this reason: {english}\n" in desk.letter(path)


def test_a_refusal_tells_the_ground_and_the_remedies_and_never_the_note(desk: Desk) -> None:
    path = desk.verified()
    desk.take(path, "refuse", ground="legal_retention", note="requisition 2026/117")
    for language in Language:
        letter = desk.letter(path, language)
        assert "17(3)(b)" in letter
        assert "www.cnil.fr" in letter
        assert "117" not in letter
        assert "isition" not in letter
