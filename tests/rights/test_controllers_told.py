"""Other controllers are told what a person had erased or changed (GDPR articles 17(2) and 19)."""

from typing import Any

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import raw_documents
from tests.rights.builders import Desk

DIRECTORY: dict[str, Any] = {"name": "Annuaire Exemple", "how": "letter, reference 12"}


def test_who_was_told_is_kept_sealed_and_may_follow_the_answer(
    desk: Desk, services: Services
) -> None:
    path = desk.verified(kind="erasure")
    assert desk.take(path, "controllers", **DIRECTORY).status_code == 200
    desk.take(path, "answer", outcome="granted")
    told = desk.take(path, "controllers", name="Moteur Exemple", how="form").json
    steps = [one for one in told["steps"] if one["step"] == "controller_told"]
    assert [one["name"] for one in steps] == ["Annuaire Exemple", "Moteur Exemple"]
    assert (steps[0]["how"], told["state"]) == ("letter, reference 12", "answered")
    assert b"Annuaire Exemple" not in raw_documents(services.databases)


@pytest.mark.parametrize("kind", ["access", "portability", "complaint", "automated_decision"])
def test_nobody_is_told_of_what_changes_nothing(desk: Desk, kind: str) -> None:
    assert desk.take(desk.verified(kind=kind), "controllers", **DIRECTORY).status_code == 409


def test_nobody_is_told_before_the_identity_is_verified_or_after_a_refusal(desk: Desk) -> None:
    path = desk.received(kind="erasure")
    assert desk.take(path, "controllers", **DIRECTORY).status_code == 409
    desk.take(path, "refuse", ground="identity_not_verified")
    assert desk.take(path, "controllers", **DIRECTORY).status_code == 409


def test_what_is_missing_is_told_by_field(desk: Desk) -> None:
    path = desk.verified(kind="rectification")
    for body, field in (({"name": "A"}, "how"), ({"how": "post"}, "name"), ({"how": ""}, "how")):
        answer = desk.take(path, "controllers", **body)
        assert (answer.status_code, field in answer.json["errors"]) == (422, True), body
