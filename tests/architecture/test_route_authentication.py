"""Every route refuses whoever may not use it; who may is written down here by hand."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from telecom_privacy.accounts.model import new_secret, parsed, written
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import ApiRole
from tests.architecture.routes import Route, routes_of
from tests.builders import Api, MovableClock

PUBLIC = {
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/docs",
    "/metrics",
    "/v1/audit/checkpoint",
    "/v1/audit/key",
    "/v1/audit/consistency",
    "/v1/exports/certificate",
    "/v1/disclosure-policy",
    "/v1/transparency",
    "/v1/transparency/<int:year>",
}

_CALL = "/v1/clients/<client>/calls/<call_id>"
_LICENCES = "/v1/clients/<client>/licences"
_RECORDS = "/v1/clients/<client>/records/<category>"
_RECORD = f"{_RECORDS}/<record_id>"
_WEBHOOKS = "/v1/clients/<client>/webhooks"
_EXPORTS = "/v1/clients/<client>/exports"
_EXPORT = f"{_EXPORTS}/<uuid:export_id>"
_REQUEST = "/v1/rights-requests/<uuid:request_id>"
_BREACH = "/v1/breaches/<uuid:breach_id>"
_FORWARDED = "/v1/clients/<client>/rights-requests"
_CASE = "/v1/requisitions/<uuid:case_id>"
_READERS = "client support legal dpo billing"
_ANYBODY = "platform client support legal dpo billing auditor admin"
ROLES = {
    ("POST", "/v1/api-keys"): "admin",
    ("GET", "/v1/api-keys"): "admin",
    ("DELETE", "/v1/api-keys/<uuid:key_id>"): "admin",
    ("POST", "/v1/clients"): "admin",
    ("GET", "/v1/clients"): "admin dpo",
    ("GET", "/v1/clients/<client>"): "admin dpo client",
    ("PATCH", "/v1/clients/<client>"): "admin",
    ("POST", "/v1/clients/<client>/contract-end"): "admin",
    ("DELETE", "/v1/clients/<client>/contract-end"): "admin",
    ("GET", "/v1/clients/<client>/contract-end"): "client",
    ("POST", "/v1/clients/<client>/contract-end/confirmation"): "client",
    ("POST", _LICENCES): "admin client",
    ("GET", _LICENCES): "admin client",
    ("GET", f"{_LICENCES}/<licence>"): "admin client",
    ("PATCH", f"{_LICENCES}/<licence>"): "admin client",
    ("DELETE", f"{_LICENCES}/<licence>"): "admin client",
    ("POST", f"{_LICENCES}/<licence>/anonymise"): "admin client",
    ("PUT", _CALL): "platform",
    ("POST", "/v1/clients/<client>/calls"): "platform",
    ("GET", "/v1/clients/<client>/calls"): "client support",
    ("GET", _CALL): "client support",
    ("PATCH", _CALL): "client",
    ("DELETE", _CALL): "client",
    ("GET", f"{_CALL}/receipt"): "platform client",
    ("GET", f"{_CALL}/history"): "client",
    ("PUT", f"{_CALL}/recording"): "platform",
    ("GET", f"{_CALL}/recording"): "client support",
    ("DELETE", f"{_CALL}/recording"): "client",
    ("PUT", f"{_CALL}/recordings/<recording_id>"): "platform",
    ("GET", f"{_CALL}/recordings/<recording_id>"): "client support",
    ("DELETE", f"{_CALL}/recordings/<recording_id>"): "client",
    ("GET", "/v1/clients/<client>/recording-policy"): "platform",
    ("GET", "/v1/clients/<client>/traffic"): "billing dpo legal",
    ("POST", "/v1/clients/<client>/api-keys"): "client",
    ("GET", "/v1/clients/<client>/api-keys"): "client",
    ("DELETE", "/v1/clients/<client>/api-keys/<uuid:key_id>"): "client",
    ("POST", "/v1/clients/<client>/instructions"): "client dpo admin",
    ("GET", "/v1/clients/<client>/instructions"): "client dpo admin",
    ("GET", "/v1/clients/<client>/privacy"): "client",
    ("GET", "/v1/clients/<client>/accesses"): "client dpo",
    ("POST", f"{_CALL}/restriction"): "client",
    ("DELETE", f"{_CALL}/restriction"): "client",
    ("POST", f"{_RECORD}/restriction"): "client dpo",
    ("DELETE", f"{_RECORD}/restriction"): "client dpo",
    ("POST", "/v1/clients/<client>/persons/restriction"): "client dpo",
    ("POST", "/v1/clients/<client>/persons/restriction/lift"): "client dpo",
    ("POST", "/v1/clients/<client>/persons/erasure"): "client",
    ("POST", "/v1/clients/<client>/persons/objection"): "client",
    ("POST", "/v1/clients/<client>/persons/objection/withdraw"): "client",
    ("GET", "/v1/clients/<client>/statistics"): "client dpo admin",
    ("PUT", _RECORD): "platform client dpo",
    ("GET", _RECORDS): _READERS,
    ("GET", _RECORD): _READERS,
    ("DELETE", _RECORD): "client dpo",
    ("POST", f"{_RECORD}/events"): "client platform dpo",
    ("PUT", f"{_RECORD}/content"): "platform client dpo",
    ("GET", f"{_RECORD}/content"): _READERS,
    ("DELETE", f"{_RECORD}/content"): "client dpo",
    ("GET", "/v1/retention/preview"): "dpo admin client",
    ("POST", "/v1/retention/sweeps"): "dpo admin",
    ("GET", "/v1/retention/sweeps/<uuid:sweep_id>"): "dpo admin",
    ("GET", "/v1/erasures"): "dpo auditor client",
    ("GET", "/v1/erasures/<uuid:certificate_id>"): "dpo auditor client",
    ("GET", "/v1/erasures/<uuid:certificate_id>/destruction"): "dpo",
    ("POST", _EXPORTS): "client",
    ("GET", _EXPORTS): "client",
    ("GET", _EXPORT): "client",
    ("DELETE", _EXPORT): "client",
    ("GET", f"{_EXPORT}/package"): "client",
    ("POST", "/v1/rights-requests"): "dpo support",
    ("GET", "/v1/rights-requests"): "dpo",
    ("GET", _REQUEST): "dpo",
    ("GET", f"{_REQUEST}/letter"): "dpo",
    ("POST", f"{_REQUEST}/identity"): "dpo",
    ("POST", f"{_REQUEST}/refer"): "dpo",
    ("POST", f"{_REQUEST}/agreement"): "dpo",
    ("POST", f"{_REQUEST}/extend"): "dpo",
    ("GET", f"{_REQUEST}/package"): "dpo",
    ("POST", f"{_REQUEST}/erase"): "dpo",
    ("POST", f"{_REQUEST}/controllers"): "dpo",
    ("POST", f"{_REQUEST}/answer"): "dpo",
    ("POST", f"{_REQUEST}/refuse"): "dpo",
    ("GET", _FORWARDED): "client",
    ("POST", f"{_FORWARDED}/<uuid:request_id>/answer"): "client",
    ("POST", "/v1/breaches"): "dpo",
    ("GET", "/v1/breaches"): "dpo",
    ("GET", _BREACH): "dpo",
    ("PATCH", _BREACH): "dpo",
    ("POST", f"{_BREACH}/notices"): "dpo",
    ("GET", f"{_BREACH}/drafts/<notice>"): "dpo",
    ("POST", f"{_BREACH}/close"): "dpo",
    ("GET", "/v1/clients/<client>/breaches"): "client",
    ("GET", "/v1/register"): "dpo auditor",
    ("GET", "/v1/clients/<client>/register"): "client dpo",
    ("GET", "/v1/transparency/unpublished"): "legal dpo",
    ("GET", "/v1/legal-bases"): "legal dpo",
    ("POST", "/v1/requisitions"): "legal",
    ("GET", f"{_CASE}/matches"): "legal",
    ("GET", f"{_CASE}/matches/calls"): "legal",
    ("POST", f"{_CASE}/preserve"): "legal",
    ("POST", f"{_CASE}/preserve/renewal"): "legal",
    ("POST", f"{_CASE}/preserve/conversion"): "legal",
    ("POST", f"{_CASE}/disclose"): "legal",
    ("POST", f"{_CASE}/recipient"): "legal",
    ("GET", f"{_CASE}/package"): "legal",
    ("POST", f"{_CASE}/confirmation"): "legal",
    ("GET", f"{_CASE}/matches/size"): "legal",
    ("GET", "/v1/requisitions"): "legal",
    ("GET", _CASE): "legal",
    ("PATCH", _CASE): "legal",
    ("PUT", f"{_CASE}/scan"): "legal",
    ("GET", f"{_CASE}/scan"): "legal",
    ("POST", f"{_CASE}/checks"): "legal",
    ("PUT", f"{_CASE}/checks/<int:number>/evidence"): "legal",
    ("GET", f"{_CASE}/checks/<int:number>/evidence"): "legal",
    ("POST", f"{_CASE}/approve"): "legal",
    ("POST", f"{_CASE}/reject"): "legal",
    ("POST", f"{_CASE}/cancel"): "legal",
    ("POST", f"{_CASE}/receipt"): "legal",
    ("PUT", f"{_CASE}/receipt/scan"): "legal",
    ("GET", f"{_CASE}/receipt/scan"): "legal",
    ("POST", f"{_CASE}/close"): "legal",
    ("POST", "/v1/holds"): "legal dpo",
    ("GET", "/v1/holds"): "legal dpo",
    ("GET", "/v1/holds/<uuid:hold_id>"): "legal dpo",
    ("POST", "/v1/holds/<uuid:hold_id>/review"): "legal dpo",
    ("POST", "/v1/holds/<uuid:hold_id>/release"): "legal dpo",
    ("POST", _WEBHOOKS): "client",
    ("GET", _WEBHOOKS): "client",
    ("GET", f"{_WEBHOOKS}/<uuid:webhook_id>"): "client",
    ("DELETE", f"{_WEBHOOKS}/<uuid:webhook_id>"): "client",
    ("POST", f"{_WEBHOOKS}/<uuid:webhook_id>/rotate"): "client",
    ("POST", f"{_WEBHOOKS}/<uuid:webhook_id>/enable"): "client",
    ("POST", f"{_WEBHOOKS}/<uuid:webhook_id>/test"): "client",
    ("GET", f"{_WEBHOOKS}/<uuid:webhook_id>/deliveries"): "client",
    ("GET", f"{_WEBHOOKS}/<uuid:webhook_id>/deliveries/<uuid:delivery_id>"): "client",
    ("POST", f"{_WEBHOOKS}/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay"): "client",
    ("POST", "/v1/webhooks"): "admin",
    ("GET", "/v1/webhooks"): "admin",
    ("GET", "/v1/webhooks/<uuid:webhook_id>"): "admin",
    ("DELETE", "/v1/webhooks/<uuid:webhook_id>"): "admin",
    ("POST", "/v1/webhooks/<uuid:webhook_id>/rotate"): "admin",
    ("POST", "/v1/webhooks/<uuid:webhook_id>/enable"): "admin",
    ("POST", "/v1/webhooks/<uuid:webhook_id>/test"): "admin",
    ("GET", "/v1/webhooks/<uuid:webhook_id>/deliveries"): "admin",
    ("GET", "/v1/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>"): "admin",
    ("POST", "/v1/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay"): "admin",
    ("GET", "/v1/recipients"): _ANYBODY,
    ("GET", "/v1/recipients/changes"): _ANYBODY,
    ("GET", "/v1/audit/entries"): "auditor dpo",
    ("GET", "/v1/audit/inclusion"): "auditor dpo legal client platform",
}
"""Who may call what. A row that grows lets somebody in: change it only together with the rules."""


@pytest.fixture(scope="module")
def guarded(app: Flask) -> list[Route]:
    return [route for route in routes_of(app) if route.rule not in PUBLIC]


@pytest.fixture(scope="module")
def bad_headers(api: Api, services: Services, clock: MovableClock) -> dict[str, str | None]:
    """Everything that is not a live API key, as an Authorization header."""
    issue, good = services.accounts.issue, api.key("admin")
    key_id, _ = parsed(good) or (UUID(int=0), b"")
    revoked, revoked_text = issue("test", ApiRole.ADMIN, "revoked")
    services.accounts.revoke("test", revoked.id)
    _, expired_text = issue(
        "test", ApiRole.ADMIN, "expired", expires_at=clock.now() + timedelta(hours=1)
    )
    clock.advance(hours=1)
    return {
        "none": None,
        "empty": "",
        "no key": "Bearer",
        "blank key": "Bearer  ",
        "no scheme": good,
        "wrong scheme": f"Basic {good}",
        "garbage": "Bearer garbage",
        "not ASCII": "Bearer tpk_clé_é",
        "unknown": f"Bearer {written(uuid4(), new_secret()[0])}",
        "wrong secret": f"Bearer {written(key_id, new_secret()[0])}",
        "no secret": f"Bearer {written(key_id, b'')}",
        "cut": f"Bearer {good[:-1]}",
        "longer": f"Bearer {good}AAAA",
        "padded with dirt": f"Bearer {good[:-4]}!{good[-4:]}",
        "two keys": f"Bearer {good} {good}",
        "revoked": f"Bearer {revoked_text}",
        "expired": f"Bearer {expired_text}",
    }


def test_every_view_declares_who_may_call_it(app: Flask) -> None:
    assert [route for route in routes_of(app) if route.declaration is None] == []


def test_nothing_is_public_but_what_the_list_names(app: Flask) -> None:
    public = {r.rule for r in routes_of(app) if r.declaration and not r.declaration.roles}
    assert public == PUBLIC


def test_each_route_admits_exactly_the_roles_of_the_table(guarded: list[Route]) -> None:
    declared = {
        (route.method, route.rule): set(route.declaration.roles)
        for route in guarded
        if route.declaration and route.method != "HEAD"
    }
    assert declared == {route: set(map(ApiRole, roles.split())) for route, roles in ROLES.items()}


def test_reading_the_head_of_a_route_takes_the_same_roles(guarded: list[Route]) -> None:
    for route in guarded:
        if route.method == "HEAD" and route.declaration:
            assert " ".join(route.declaration.roles)
            assert set(ROLES["GET", route.rule].split()) == route.declaration.roles


def test_every_route_refuses_every_bad_credential(
    api: Api, guarded: list[Route], bad_headers: dict[str, str | None]
) -> None:
    for name, header in bad_headers.items():
        headers = {} if header is None else {"Authorization": header}
        for route in guarded:
            answer = api.request(route.method, route.path(), headers=headers)
            _assert_refused(answer, HTTPStatus.UNAUTHORIZED, f"{name}: {route}")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer "), (name, route)


def test_every_route_refuses_every_role_that_it_does_not_name(
    api: Api, guarded: list[Route]
) -> None:
    api.create_client("bystander")
    for route, role in _foreign_roles(guarded):
        key = api.client_key("bystander") if role is ApiRole.CLIENT else api.key(role)
        headers = {"Access-Purpose": "support", "Access-Reference": "ticket 1"}
        answer = api.request(route.method, route.path(), key, headers=headers)
        _assert_refused(answer, HTTPStatus.FORBIDDEN, f"{role}: {route}")


def test_a_refusal_comes_before_the_input_is_judged(api: Api) -> None:
    answer = api.as_("billing", "POST", "/v1/clients", data=b"{", content_type="text/plain")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    answer = api.request("POST", "/v1/clients", data=b"{", content_type="text/plain")
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_public_routes_answer_without_a_key(api: Api) -> None:
    queries = {"/v1/audit/consistency": "?from=0&to=0"}
    for path in PUBLIC:
        answer = api.request("GET", path.replace("<int:year>", "1999") + queries.get(path, ""))
        expected = HTTPStatus.NOT_FOUND if "<" in path else HTTPStatus.OK
        assert answer.status_code == expected, path


def _foreign_roles(routes: list[Route]) -> Iterator[tuple[Route, ApiRole]]:
    for route in routes:
        allowed = route.declaration.roles if route.declaration else frozenset()
        for role in set(ApiRole) - allowed:
            yield route, role


def _assert_refused(answer: TestResponse, status: HTTPStatus, case: str) -> None:
    assert answer.status_code == status, case
    assert answer.mimetype == "application/problem+json", case
    if answer.data:  # HEAD has none
        assert json.loads(answer.data)["status"] == status, case
    assert "X-Request-Id" in answer.headers, case
