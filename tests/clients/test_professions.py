"""The operator says whose secrecy the law protects, and what they were stays known."""

from http import HTTPStatus
from uuid import uuid4

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.professions import professions
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.scope import Role
from tests.builders import Api

LICENCE = "licence-1"
ADMIN = Access("test", ApiRole.ADMIN)


@pytest.fixture
def client(api: Api) -> str:
    return api.create_client(f"cabinet-{uuid4().hex[:8]}", licences=(LICENCE,))


def licence(client: str) -> str:
    return f"/v1/clients/{client}/licences/{LICENCE}"


@pytest.mark.parametrize("stated", [None, "parliamentarian"])
def test_no_client_changes_the_profession_of_a_licence(
    api: Api, client: str, stated: str | None
) -> None:
    said = api.as_("admin", "PATCH", licence(client), json={"privileged": "lawyer"})
    assert said.status_code == HTTPStatus.OK
    refused = api.as_client(client, "PATCH", licence(client), json={"privileged": stated})
    assert (refused.status_code, refused.json["type"].rpartition(":")[2]) == (403, "profession")
    kept = api.as_client(
        client, "PATCH", licence(client), json={"privileged": "lawyer", "label": "Poste 2"}
    )
    assert (kept.status_code, kept.json["privileged"]) == (HTTPStatus.OK, "lawyer")


def test_no_client_creates_a_licence_with_a_profession(api: Api, client: str) -> None:
    body = {"id": "new", "label": "New", "kind": "agent", "privileged": "lawyer"}
    path = f"/v1/clients/{client}/licences"
    assert api.as_client(client, "POST", path, json=body).status_code == HTTPStatus.FORBIDDEN
    created = api.as_client(client, "POST", path, json={**body, "privileged": None})
    assert created.status_code == HTTPStatus.CREATED


def test_what_a_licence_was_stays_known(api: Api, services: Services, client: str) -> None:
    for stated in ("lawyer", "doctor", None):
        api.as_("admin", "PATCH", licence(client), json={"privileged": stated})
    whose = services.clients.reach(ADMIN, client).scope(Role.PROCESSOR)
    found = _licences(services).find(whose, LICENCE).details
    assert professions(found) == {"lawyer", "doctor"}
    assert [one["profession"] for one in found["privileged_earlier"]] == ["lawyer", "doctor"]
    shown = api.as_client(client, "GET", licence(client)).json
    assert "privileged_earlier" not in shown


def test_what_a_client_was_stays_known(api: Api, services: Services, client: str) -> None:
    for stated in ("lawyer", None):
        api.as_("admin", "PATCH", f"/v1/clients/{client}", json={"privileged": stated})
    assert professions(services.clients.reach(ADMIN, client).details) == {"lawyer"}
    shown = api.as_client(client, "GET", f"/v1/clients/{client}").json
    assert (shown["privileged"], "privileged_earlier" in shown) == (None, False)


def _licences(services: Services) -> LicenceService:
    return next(one for one in services.all if isinstance(one, LicenceService))
