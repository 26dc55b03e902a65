"""An order of preservation, and the order of production that takes over what it keeps."""

from uuid import uuid4

from telecom_privacy.bootstrap import Services
from tests.builders import MovableClock
from tests.disclosure.answers import (
    audio,
    disclosed,
    erase,
    fresh_number,
    line,
    package,
    put_recorded,
    steps,
)
from tests.disclosure.builders import CONTENT, LegalDesk
from tests.disclosure.preserving import holds, look_after
from tests.retention.builders import AUDIO


def test_an_order_of_preservation_is_approved_first(desk: LegalDesk, fresh: str) -> None:
    path = desk.checked("eevidence-epoc-pr", numbers=[fresh])
    assert desk.take(path, "preserve").status_code == 409
    assert desk.approve(path).status_code == 200
    answer = desk.take(path, "preserve")
    assert (answer.status_code, answer.json["state"]) == (200, "Preserved")


def test_an_order_of_production_takes_over_what_is_preserved(
    desk: LegalDesk, services: Services, clock: MovableClock, client: str, fresh: str
) -> None:
    put_recorded(desk.api, client, "call", **{"from": fresh})
    preserved = desk.approved("eevidence-epoc-pr", numbers=[fresh], **CONTENT)
    assert desk.take(preserved, "preserve").status_code == 200
    erase(desk.api, client, "call")
    clock.advance(days=55)
    period = desk.show(preserved)["period"]
    asked = {name: period[name] for name in ("from", "until")}
    production = desk.approved("eevidence-epoc", numbers=[fresh], period=asked, **CONTENT)
    case_id = production.rpartition("/")[2]
    convert = {"production": case_id}
    assert desk.take(preserved, "preserve/conversion", **convert).status_code == 200
    clock.advance(days=8)
    look_after(services)
    assert line(desk, production, "content") == (1, 1, {})
    disclosed(desk, production)
    assert audio(package(desk, production)) == [AUDIO]


def test_only_what_is_preserved_is_converted_and_only_into_a_production(
    desk: LegalDesk, fresh: str
) -> None:
    preserved = desk.approved("eevidence-epoc-pr", numbers=[fresh])
    production = desk.recorded("eevidence-epoc", numbers=[fresh])
    into = {"production": production.rpartition("/")[2]}
    assert desk.take(preserved, "preserve/conversion", **into).status_code == 409
    assert desk.take(preserved, "preserve").status_code == 200
    itself = {"production": preserved.rpartition("/")[2]}
    assert desk.take(preserved, "preserve/conversion", **itself).status_code == 409
    unknown = {"production": str(uuid4())}
    assert desk.take(preserved, "preserve/conversion", **unknown).status_code == 404


def test_a_preservation_is_converted_into_an_approved_order_of_the_same_alone(
    desk: LegalDesk, fresh: str
) -> None:
    preserved = desk.approved("eevidence-epoc-pr", numbers=[fresh])
    assert desk.take(preserved, "preserve").status_code == 200
    recorded = desk.recorded("eevidence-epoc", numbers=[fresh])
    other = desk.approved("eevidence-epoc", numbers=[fresh, fresh_number()])
    for production in (recorded, other):
        into = {"production": production.rpartition("/")[2]}
        assert desk.take(preserved, "preserve/conversion", **into).status_code == 409
        assert "preserved" not in steps(desk, production)


def test_a_dropped_preservation_leaves_what_a_production_took_over(
    desk: LegalDesk, services: Services, fresh: str
) -> None:
    preserved = desk.approved("eevidence-epoc-pr", numbers=[fresh])
    assert desk.take(preserved, "preserve").status_code == 200
    production = desk.approved("eevidence-epoc", numbers=[fresh])
    into = {"production": production.rpartition("/")[2]}
    assert desk.take(preserved, "preserve/conversion", **into).status_code == 200
    assert desk.take(preserved, "cancel", reason="withdrawn").status_code == 200
    assert [hold["state"] for hold in holds(desk, preserved)] == ["active"]
    assert desk.take(production, "cancel", reason="withdrawn").status_code == 200
    services.maintenance._preservation.lift_unfounded()
    assert [hold["state"] for hold in holds(desk, preserved)] == ["released"]
