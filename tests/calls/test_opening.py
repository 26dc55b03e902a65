"""Opening a call whose version is being replaced."""

import pytest

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.opening import CallOpener
from telecom_privacy.calls.repository import CallRepository
from telecom_privacy.calls.service import CallService
from telecom_privacy.errors import Gone
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.scope import Role
from tests.builders import Api


def test_a_version_that_was_replaced_since_it_was_fetched_is_fetched_again(
    api: Api, client: str, services: Services
) -> None:
    api.put_call(client, "call-1", api.call(note="old"))
    access = Access("test", ApiRole.PLATFORM)
    found = services.clients.reach(access, client)
    calls = next(one for one in services.all if isinstance(one, CallService))
    stale = calls.find(access, found, "call-1")
    path = f"/v1/clients/{client}/calls/call-1"
    api.as_client(client, "PATCH", path, json={"note": "new"})

    opener: CallOpener = calls._opener
    repository = CallRepository(services.databases.bulk, services.settings.tombstone_time)
    scope = found.scope(Role.PROCESSOR)
    opened = opener.open_current(found, stale, lambda: repository.fetch(scope, stale.token))
    assert opened.sealed["call"]["note"] == "new"

    api.as_client(client, "DELETE", path)
    with pytest.raises(Gone):
        opener.open_current(found, stale, lambda: repository.fetch(scope, stale.token))
