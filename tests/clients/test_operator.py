"""The operator is a client of itself, with nothing that only a contract brings (DESIGN §2)."""

from dataclasses import replace

import pytest

from telecom_privacy import preparation
from telecom_privacy.bootstrap import Services
from telecom_privacy.errors import ConfigurationError
from tests.builders import Api

OPERATOR = "/v1/clients/operator"


def test_the_operator_is_a_client_from_the_start(api: Api) -> None:
    shown = api.as_("admin", "GET", OPERATOR).get_json()
    assert (shown["id"], shown["policy"], shown["options"]) == ("operator", "web2contact", [])
    listed = api.as_("dpo", "GET", "/v1/clients?limit=500").get_json()["items"]
    assert [client["id"] for client in listed].count("operator") == 1


def test_another_start_makes_no_second_one(services: Services) -> None:
    clients = services.databases.audit["clients"]
    before = list(clients.find())
    preparation.prepare(services.settings)
    assert list(clients.find()) == before


def test_a_start_with_a_policy_that_has_no_file_is_refused(services: Services) -> None:
    settings = replace(services.settings, operator_policy="unheard_of")
    with pytest.raises(ConfigurationError, match="OPERATOR_POLICY: there is no policy unheard_of"):
        preparation.prepare(settings)


def test_its_policy_can_be_changed(api: Api) -> None:
    body = {"policy": "web2contact", "name": "The operator"}
    changed = api.as_("admin", "PATCH", OPERATOR, json=body)
    assert (changed.status_code, changed.get_json()["name"]) == (200, "The operator")


def test_no_key_of_a_client_is_bound_to_it(api: Api) -> None:
    body = {"role": "client", "client_id": "operator", "label": "portal"}
    assert api.as_("admin", "POST", "/v1/api-keys", json=body).status_code == 409


def test_it_takes_no_licences_and_no_calls_and_its_contract_never_ends(api: Api) -> None:
    licence = {"id": "licence-1", "label": "Agent", "kind": "agent"}
    assert api.as_("admin", "POST", f"{OPERATOR}/licences", json=licence).status_code == 409
    end = {"ended_on": "2026-12-31", "keep_account": False}
    assert api.as_("admin", "POST", f"{OPERATOR}/contract-end", json=end).status_code == 409
    assert api.put_call("operator", "call-1", api.call()).status_code == 422
