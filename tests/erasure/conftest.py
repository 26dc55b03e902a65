"""The fixtures of all tests, shared within a module: each test works on a call of its own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.wiring import own_settings, wired


@pytest.fixture(scope="module")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="module")
def services(
    database_settings: Settings, clock: MovableClock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Services]:
    directory = tmp_path_factory.mktemp("erasure")
    settings = own_settings(database_settings, directory)
    with wired(settings, clock) as services:
        yield services


@pytest.fixture(scope="module")
def api(services: Services, clock: MovableClock) -> Api:
    return Api(create_app(services), services.accounts, clock)


@pytest.fixture(scope="module")
def client(api: Api) -> str:
    client = api.create_client()
    api.client_key(client)
    return client


@pytest.fixture
def call(api: Api, client: str) -> str:
    """The id of a stored call. Storing it made the keys of its month."""
    call = uuid4().hex
    assert api.put_call(client, call, api.call()).status_code == 201
    return call
