import base64
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from telecom_privacy.audit import merkle
from telecom_privacy.audit.note import open_note, parse_checkpoint
from telecom_privacy.audit.routes import blueprint
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.crypto.signing import verify_signature
from telecom_privacy.errors import Unauthenticated
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import Guard, register_guard
from telecom_privacy.http.problems import register_problems
from telecom_privacy.http.services import register_services
from tests.audit.builders import events


class RoleIsCredential:
    """Takes the name of a role for its key."""

    def authenticate(self, credential: str) -> Access:
        if credential not in list(ApiRole):
            raise Unauthenticated("no such key")
        return Access(str(UUID(int=1)), ApiRole(credential))


class NoRefusals:
    def unauthenticated(self, source: str) -> None: ...

    def refused(self, access: Access, route: str, slug: str) -> None: ...


@pytest.fixture
def http(log: AuditLog) -> FlaskClient:
    app = Flask("test")
    register_services(app, [log])
    register_guard(app, Guard(RoleIsCredential(), NoRefusals()))
    register_problems(app)
    app.register_blueprint(blueprint)
    log.append(events(300))
    return app.test_client()


def get(http: FlaskClient, path: str, role: str) -> Any:
    return http.get(path, headers={"Authorization": f"Bearer {role}"})


def decoded(values: list[str]) -> list[bytes]:
    return [base64.b64decode(value, validate=True) for value in values]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/audit/entries?from=0&count=1", {"auditor", "dpo"}),
        (
            "/v1/audit/inclusion?leaf_index=0&tree_size=1",
            {"auditor", "dpo", "legal", "client", "platform"},
        ),
    ],
)
def test_only_the_named_roles_are_let_in(http: FlaskClient, path: str, allowed: set[str]) -> None:
    assert {str(role) for role in ApiRole if get(http, path, role).status_code == 200} == allowed
    assert {get(http, path, role).status_code for role in set(ApiRole) - allowed} == {403}
    assert http.get(path).status_code == 401


def test_anybody_can_verify_that_the_log_only_grew(http: FlaskClient, log: AuditLog) -> None:
    key = http.get("/v1/audit/key")
    old = verified_checkpoint(http, key.text)
    log.append(events(5))
    new = verified_checkpoint(http, key.text)
    answer = http.get(f"/v1/audit/consistency?from={old.size}&to={new.size}")
    assert answer.json is not None
    assert (answer.json["from"], answer.json["to"]) == (300, 305)
    path = decoded(answer.json["hashes"])
    assert merkle.verify_consistency(old.size, new.size, old.root, new.root, path)


def verified_checkpoint(http: FlaskClient, key: str) -> Any:
    answer = http.get("/v1/audit/checkpoint")
    assert answer.mimetype == "text/plain"
    return parse_checkpoint(open_note(answer.text, key, verify_signature))


def test_an_auditor_verifies_inclusion_from_the_leaf(http: FlaskClient) -> None:
    [entry] = get(http, "/v1/audit/entries?from=77&count=1", "auditor").json["items"]
    proof = get(http, "/v1/audit/inclusion?leaf_index=77&tree_size=300", "auditor").json
    root = verified_checkpoint(http, http.get("/v1/audit/key").text).root
    [leaf, leaf_hash] = decoded([entry["leaf"], proof["leaf_hash"]])
    assert merkle.leaf_hash(leaf) == leaf_hash
    assert merkle.verify_inclusion(77, 300, leaf_hash, decoded(proof["hashes"]), root)


def test_the_dpo_sees_details_and_the_auditor_does_not(http: FlaskClient) -> None:
    path = "/v1/audit/entries?from=2&count=2"
    assert [item["index"] for item in get(http, path, "dpo").json["items"]] == [2, 3]
    assert get(http, path, "dpo").json["items"][0]["detail"]["action"] == "call.stored"
    assert {item["detail"] for item in get(http, path, "auditor").json["items"]} == {None}


@pytest.mark.parametrize(
    "path",
    [
        "inclusion",
        "inclusion?leaf_index=0",
        "inclusion?leaf_index=300&tree_size=300",
        "inclusion?leaf_index=0&tree_size=301",
        "inclusion?leaf_index=x&tree_size=1",
        "inclusion?leaf_index=0&tree_size=1&other=1",
        "consistency?from=2&to=1",
        "consistency?from=1&to=301",
        "consistency?from=1&to=1e2",
        f"consistency?from=1&to={10**30}",
        "entries?count=0",
        "entries?count=1001",
        "entries?from=-1",
        "entries?from=301",
    ],
)
def test_bad_parameters_are_422(http: FlaskClient, path: str) -> None:
    answer = get(http, f"/v1/audit/{path}", "auditor")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json["errors"]
