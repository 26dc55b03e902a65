"""Two clients alike, one of them under a requisition that is kept for, disclosed and ended."""

import io
import re
import zipfile
from collections.abc import Mapping

from flask import Flask

from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import ApiRole
from tests.architecture.routes import routes_of
from tests.builders import Api, MovableClock
from tests.disclosure.answers import audio, disclosed, fresh_number, package
from tests.disclosure.builders import FIRST, LegalDesk
from tests.holds.twins import RECORD, TWINS, UNLIKE, answers, told, until_packages_are_made
from tests.retention.builders import AUDIO, end_contract, put_recorded_call, sweep

_FILES = re.compile(r'"files":\d+')
"""A package that is made beside the requests holds as much as was stored when it was made."""

PLACES = {"call_id": "old", "licence": "licence-1", "category": "call_note", "record_id": "note"}


def everything(api: Api, app: Flask, twin: str) -> Mapping[str, tuple[int, str]]:
    """What a client is told by every route that it may read, and what the public is."""
    found = {}
    for route in routes_of(app):
        declared = route.declaration
        if route.method == "GET" and declared and ApiRole.CLIENT in declared.roles:
            path = route.path(client=twin, recording_id="main", **PLACES)
            status, text = told(api.as_client(twin, "GET", path))
            found[route.rule] = status, _FILES.sub("", text)
    return found


def exported(api: Api, services: Services, twin: str) -> Mapping[str, list[str]]:
    """The lines of a client's package, by file, without what differs between any two clients.

    Sorted: what is of one moment comes in the order of random ids.
    """
    exports = f"/v1/clients/{twin}/exports"
    made = api.as_client(twin, "POST", exports, json={"kind": "history"})
    assert made.status_code == 201
    until_packages_are_made(services)
    path = f"{exports}/{made.json['id']}/package"
    with zipfile.ZipFile(io.BytesIO(api.as_client(twin, "GET", path).data)) as archive:
        names = [name for name in archive.namelist() if not name.endswith(".p7s")]
        texts = {UNLIKE.sub("", name): archive.read(name) for name in names}
    plain = {name: text.decode("latin-1").replace('""', '"') for name, text in texts.items()}
    said = {name: UNLIKE.sub("", text) for name, text in plain.items()}
    return {name: sorted(text.splitlines()) for name, text in said.items()}


def compare_what_is_read(api: Api, app: Flask) -> None:
    free, asked_for = (everything(api, app, twin) for twin in TWINS)
    assert asked_for == free


def compare(api: Api, app: Flask, services: Services, moment: int) -> None:
    """Compare what is read, then what is answered to whoever changes something."""
    compare_what_is_read(api, app)
    found = []
    for twin in TWINS:
        said = answers(api, twin, moment).items()
        found.append({name: (status, _FILES.sub("", text)) for name, (status, text) in said})
        until_packages_are_made(services)
    assert found[1] == found[0]


def set_up(api: Api, clock: MovableClock) -> None:
    for twin in TWINS:
        api.create_client(twin, licences=("licence-1", "licence-2"))
        for call in ("old", "deleted"):
            put_recorded_call(api, twin, call)
        note = f"/v1/clients/{twin}/records/call_note/note"
        assert api.as_client(twin, "PUT", note, json=RECORD).status_code == 201
    clock.advance(days=2)


def test_no_client_can_tell_that_it_is_under_a_requisition(
    desk: LegalDesk, app: Flask, services: Services, clock: MovableClock
) -> None:
    api = desk.api
    set_up(api, clock)
    named = [{"client_id": TWINS[1], "id": "licence-1"}]
    asked = {"numbers": [], "licences": named, "categories": ["traffic", "content"]}
    path = desk.checked(**asked)
    assert desk.take(path, "preserve").status_code == 200
    for twin in TWINS:
        deleted = f"/v1/clients/{twin}/calls/deleted"
        assert api.as_client(twin, "DELETE", deleted).status_code == 204
    assert desk.approve(path).status_code == 200
    assert desk.as_(FIRST, "GET", f"{path}/matches").json["given"] == 4
    disclosed(desk, path)
    assert audio(package(desk, path)) == [AUDIO, AUDIO]
    free, asked_for = (exported(api, services, twin) for twin in TWINS)
    assert asked_for == free
    compare(api, app, services, 1)
    clock.advance(days=100)
    sweep(services, clock)
    compare_what_is_read(api, app)
    for twin in TWINS:
        end_contract(api, twin, clock.now().date().isoformat())
    clock.advance(days=40)
    sweep(services, clock)
    compare(api, app, services, 2)
    clock.advance(days=30)
    services.holds.lapse()
    services.holds.run()
    sweep(services, clock)
    compare_what_is_read(api, app)


def test_no_figure_that_anybody_may_read_tells_of_what_legal_staff_do(desk: LegalDesk) -> None:
    path = desk.recorded(numbers=[fresh_number()])
    assert desk.take(path, "preserve").status_code == 200
    assert desk.as_(FIRST, "GET", "/v1/holds").status_code == 200
    shown = desk.api.request("GET", "/metrics").text
    assert "telecom_privacy_requests_total" in shown
    assert "requisition" not in shown
    assert "hold" not in shown
