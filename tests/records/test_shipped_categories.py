"""Every category that a shipped notice names can be stored, read and only hold what it may."""

from collections.abc import Mapping
from typing import Any

import pytest

from telecom_privacy.policies.files import load_policies
from telecom_privacy.policies.model import Category, PolicyVersion
from telecom_privacy.records.model import RESERVED
from telecom_privacy.scope import Role
from telecom_privacy.settings import default_config_dir
from tests.records.builders import RecordApi

POLICIES = load_policies(default_config_dir() / "policies")
SAMPLES: Mapping[str, Any] = {
    "string": "text",
    "object": {},
    "array": [],
    "integer": 1,
    "number": 1,
}


def current(policy: str) -> PolicyVersion:
    return POLICIES[policy].versions[-1]


def stored_categories(version: PolicyVersion) -> dict[str, Role]:
    """The record categories that a client's records may have, with their roles."""
    names = {rule.category for rule in version.rules} - set(Category) - RESERVED
    roles = {name: version.role_of(name, operator=False) for name in sorted(names)}
    return {name: role for name, role in roles.items() if role}


def sample(schema: Mapping[str, Any] | None) -> dict[str, Any]:
    """The least that a schema takes."""
    required = (schema or {}).get("required", ())
    return {name: _value((schema or {})["properties"][name]) for name in required}


def _value(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return SAMPLES[kinds[0]]


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_each_category_is_stored_in_its_role_and_read_by_whom_it_is_for(
    api: RecordApi, policy: str
) -> None:
    client = api.create_client(f"client-{policy}", policy=policy)
    version = current(policy)
    categories = stored_categories(version)
    assert len(categories) > 5
    for category, role in categories.items():
        data = sample(version.category(category).schema)
        api.stored(client, category, "record-1", data)
        reader, other = ("client", "dpo") if role is Role.PROCESSOR else ("dpo", "client")
        assert api.get(client, category, "record-1", reader).get_json()["data"] == data
        assert api.get(client, category, "record-1", other).status_code in (403, 404), category


@pytest.mark.parametrize("policy", sorted(POLICIES))
def test_a_category_that_the_operator_keeps_has_no_room_for_anything_else(
    api: RecordApi, policy: str
) -> None:
    client = api.create_client(f"closed-{policy}", policy=policy)
    version = current(policy)
    for category, role in stored_categories(version).items():
        if role is Role.CONTROLLER:
            data = {
                **sample(version.category(category).schema),
                "religion": "none of their business",
            }
            assert api.put(client, category, "record-1", data).status_code == 422, category


def test_a_category_that_is_never_stored_is_refused(api: RecordApi) -> None:
    client = api.create_client("never-stored", policy="deskmanager")
    answer = api.put(client, "card", "card-1", {})
    assert answer.get_json()["errors"] == {"category": ["This is never stored (RET-26)."]}
