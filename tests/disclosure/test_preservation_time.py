"""How long a case keeps what it names, and how that is renewed."""

import pytest

from telecom_privacy.bootstrap import Services
from tests.builders import MovableClock
from tests.disclosure.answers import (
    audio,
    disclosed,
    erase,
    line,
    matches,
    package,
    put_recorded,
    steps,
)
from tests.disclosure.builders import CONTENT, LegalDesk
from tests.disclosure.preserving import holds, look_after


@pytest.mark.parametrize(
    ("basis", "days"), [("eevidence-epoc-pr", 60), ("cpp-60-2-2", 365), ("cpp-60-1", 60)]
)
def test_a_hold_lasts_as_long_as_the_text_says_and_then_ends_by_itself(
    desk: LegalDesk, services: Services, clock: MovableClock, fresh: str, basis: str, days: int
) -> None:
    path = desk.approved(basis, numbers=[fresh])
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=days - 1)
    look_after(services)
    assert [hold["state"] for hold in holds(desk, path)] == ["active"]
    clock.advance(days=1, hours=1)
    look_after(services)
    (hold,) = holds(desk, path)
    assert (hold["state"], hold["released"]["by"]) == ("released", "law")
    assert steps(desk, path)[-1] == "lapsed"
    if basis != "cpp-60-1":
        assert desk.show(path)["state"] == "Expired"


def test_what_a_lapsed_hold_kept_is_gone(
    desk: LegalDesk, services: Services, clock: MovableClock, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.approved("cpp-60-1", numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    erase(desk.api, client, "call")
    clock.advance(days=61)
    look_after(services)
    assert [hold["withheld"] for hold in holds(desk, path)] == [0]
    assert line(desk, path, "content") == (0, 0, {})


def test_what_a_hold_kept_is_not_given_once_its_time_is_over_swept_or_not(
    desk: LegalDesk, clock: MovableClock, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    path = desk.recorded(numbers=[fresh], **CONTENT)
    assert desk.take(path, "preserve").status_code == 200
    erase(desk.api, client, "call")
    clock.advance(days=61)
    assert desk.take(path, "preserve").status_code == 409
    desk.pass_checks(path)
    assert desk.approve(path).status_code == 200
    assert matches(desk, path)["kept_until"] is None
    assert line(desk, path, "content") == (0, 0, {})
    disclosed(desk, path)
    assert audio(package(desk, path)) == []


def test_it_is_renewed_once_and_within_its_time(
    desk: LegalDesk, services: Services, clock: MovableClock, fresh: str
) -> None:
    path = desk.approved("eevidence-epoc-pr", numbers=[fresh])
    assert desk.take(path, "preserve/renewal", reference="VI 1").status_code == 409
    assert desk.take(path, "preserve").status_code == 200
    clock.advance(days=59)
    assert desk.take(path, "preserve/renewal", reference="VI 1").status_code == 200
    assert desk.take(path, "preserve/renewal", reference="VI 2").status_code == 409
    clock.advance(days=30)
    look_after(services)
    assert desk.show(path)["state"] == "Preserved"
    clock.advance(days=2)
    look_after(services)
    assert desk.show(path)["state"] == "Expired"


def test_it_is_not_renewed_once_its_time_is_over_or_where_the_text_allows_none(
    desk: LegalDesk, clock: MovableClock, fresh: str
) -> None:
    late = desk.approved("eevidence-epoc-pr", numbers=[fresh])
    french = desk.approved("cpp-60-2-2", numbers=[fresh])
    for path in (late, french):
        assert desk.take(path, "preserve").status_code == 200
    assert desk.take(french, "preserve/renewal", reference="x").status_code == 409
    clock.advance(days=61)
    assert desk.take(late, "preserve/renewal", reference="x").status_code == 409
