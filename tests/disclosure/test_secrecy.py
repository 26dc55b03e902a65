"""No answer to a client tells that one of its numbers, licences or calls is asked for."""

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from telecom_privacy.http.access import ApiRole
from tests.architecture.routes import routes_of
from tests.builders import Api
from tests.disclosure.builders import NUMBER, REQUISITIONS, LegalDesk

_OWN_DOING = {"X-Request-Id", "Date", "Content-Length"}


def answers(api: Api, app: Flask, client: str) -> dict[str, Any]:
    """What a client reads on every route that it may read, but the log of its own readings."""
    parts = {"client": client, "call_id": "call-1", "licence": "licence-1", "category": "message"}
    found = {}
    for route in routes_of(app):
        declared = route.declaration
        if route.method != "GET" or not declared or ApiRole.CLIENT not in declared.roles:
            continue
        answer = api.as_client(client, "GET", route.path(**parts))
        headers = [pair for pair in answer.headers if pair[0] not in _OWN_DOING]
        found[route.rule] = (answer.status_code, _without_readings(answer), headers)
    return found


def _without_readings(answer: TestResponse) -> Any:
    """What is answered, but for the client's own readings, of which each one is another."""
    body = answer.get_json(silent=True)
    if not isinstance(body, dict) or not answer.request.path.endswith(("/privacy", "/accesses")):
        return answer.data
    return {name: value for name, value in body.items() if name not in ("accesses", "items")}


def test_a_requisition_changes_no_answer_to_the_client(desk: LegalDesk, app: Flask) -> None:
    client = desk.api.create_client("discret", licences=("licence-1", "licence-2"))
    assert desk.api.put_call(client, "call-1", desk.api.call()).status_code == 201
    before = answers(desk.api, app, client)
    named = {"client_id": client, "id": "licence-1"}
    path = desk.approved(
        numbers=[NUMBER], licences=[named], call_ids=[{"client_id": client, "id": "call-1"}]
    )
    assert answers(desk.api, app, client) == before
    desk.take(path, "cancel", reason="withdrawn")
    assert answers(desk.api, app, client) == before


def test_a_client_finds_no_requisition_among_the_accesses_to_its_data(desk: LegalDesk) -> None:
    client = desk.api.create_client("visite", licences=("licence-1", "licence-2"))
    accesses = f"/v1/clients/{client}/accesses?own=false"
    before = desk.api.as_client(client, "GET", accesses).json
    named = {"client_id": client, "id": "licence-1"}
    desk.show(desk.recorded(numbers=[NUMBER], licences=[named]))
    assert desk.api.as_client(client, "GET", accesses).json == before


def test_a_client_is_refused_everywhere_like_anybody(desk: LegalDesk, app: Flask) -> None:
    client = desk.api.create_client("curieux")
    path = desk.recorded()
    for route in routes_of(app):
        if route.rule.startswith(("/v1/requisitions", "/v1/legal-bases")):
            case_id = path.rpartition("/")[2]
            for known in (case_id, "00000000-0000-4000-8000-000000000000"):
                answer = desk.api.as_client(client, route.method, route.path(case_id=known))
                assert answer.status_code == 403


def test_the_public_figures_tell_nothing_of_what_staff_does(desk: LegalDesk, app: Flask) -> None:
    desk.api.as_("platform", "GET", "/v1/clients/nobody/recording-policy")
    path = desk.approved()
    desk.take(path, "cancel", reason="withdrawn")
    shown = desk.api.request("GET", "/metrics").text
    inside = {
        (route.method, route.rule)
        for route in routes_of(app)
        if route.declaration
        and route.declaration.roles
        and not {ApiRole.CLIENT, ApiRole.PLATFORM} & route.declaration.roles
    }
    assert ("POST", f"{REQUISITIONS}/<uuid:case_id>/approve") in inside
    assert [one for one in inside if 'method="{}",route="{}"'.format(*one) in shown] == []
    assert REQUISITIONS not in shown
    assert 'method="GET",route="/v1/clients/<client>/recording-policy"' in shown
