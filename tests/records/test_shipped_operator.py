"""The operator's own records under each shipped notice: what it names, and nothing else."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.policies.files import load_policies
from telecom_privacy.policies.model import Category, PolicyVersion
from telecom_privacy.records.model import RESERVED
from telecom_privacy.scope import Role
from telecom_privacy.settings import default_config_dir
from tests.records.builders import RecordApi

VERSIONS = {
    name: policy.versions[-1]
    for name, policy in load_policies(default_config_dir() / "policies").items()
}
NAMED = {rule.category for version in VERSIONS.values() for rule in version.rules}
ALL = NAMED - set(Category) - RESERVED
SAMPLES = {"string": "sample", "integer": 1, "number": 1.5, "array": ["sample"]}


def kept(version: PolicyVersion) -> set[str]:
    """The record categories that the operator keeps as controller."""
    return {name for name in ALL if version.stores(name, Role.CONTROLLER)}


def sample(version: PolicyVersion, category: str) -> dict[str, Any]:
    """Data that fills every field that the category may have."""
    schema = version.category(category).schema or {"properties": {"text": {"type": "string"}}}
    return {name: _value(field) for name, field in schema["properties"].items()}


def _value(field: dict[str, Any]) -> Any:
    if "enum" in field:
        return field["enum"][0]
    kind = field["type"]
    return SAMPLES[kind if isinstance(kind, str) else kind[0]]


@pytest.fixture(params=VERSIONS)
def notice(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def operator(api: RecordApi, notice: str) -> Iterator[str]:
    """The operator's own records under the notice."""
    bind(api, notice)
    yield "operator"
    bind(api, "trial")


def bind(api: RecordApi, policy: str) -> None:
    answer = api.as_("admin", "PATCH", "/v1/clients/operator", json={"policy": policy})
    assert answer.status_code == 200, answer.get_json()


def test_the_operator_s_own_records_are_stored_as_controller_only(
    api: RecordApi, notice: str, operator: str
) -> None:
    version, record = VERSIONS[notice], uuid4().hex
    about = {"subject": f"{record}@example.test"}  # nobody who revoked a consent in another test
    answers = {
        name: api.put(operator, name, record, sample(version, name), **about).status_code
        for name in ALL
    }
    stored = kept(version)
    assert {name for name, status in answers.items() if status == 201} == stored
    assert {status for name, status in answers.items() if name not in stored} <= {422}


def test_what_the_service_alone_keeps_does_not_exist_for_the_routes_of_records(
    api: RecordApi, operator: str
) -> None:
    for name in RESERVED & NAMED:
        assert api.put(operator, name, uuid4().hex, {}).status_code == 404
        for role in ("dpo", "legal", "support"):
            assert api.get(operator, name, "record-1", role).status_code == 404


def test_special_categories_have_no_place_in_the_operator_s_own_records(
    api: RecordApi, notice: str, operator: str
) -> None:
    """ROLE-7."""
    for name in kept(VERSIONS[notice]):
        answer = api.put(operator, name, uuid4().hex, {"health": "asthma"})
        assert answer.status_code == 422, name
