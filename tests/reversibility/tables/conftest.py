"""One service and a client with something of everything; its packages are made and unpacked."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings
from tests.builders import MovableClock
from tests.records.builders import RecordApi
from tests.reversibility.conftest import Portal
from tests.reversibility.tables.builders import fill
from tests.wiring import own_settings, wired


@pytest.fixture(scope="package")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return own_settings(database_settings, tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="package")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="package")
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    with wired(settings, clock) as services:
        yield services


@pytest.fixture(scope="package")
def app(services: Services) -> Flask:
    return create_app(services)


@pytest.fixture(scope="package")
def api(app: Flask, services: Services, clock: MovableClock) -> RecordApi:
    """The service over (in-process) HTTP, with a client that has something of everything."""
    api = RecordApi(app, services.accounts, clock)
    fill(api)
    services.sweeps.run("test")  # which issues the certificate of what was deleted
    return api


@pytest.fixture(scope="package")
def unpack(api: RecordApi, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a package of a client, as it is wanted, and returns the unpacked bag."""

    def unpacked(client: str = "cabinet", **wish: Any) -> Path:
        portal = Portal(api, client)
        export = portal.made(**wish)
        place = tmp_path_factory.mktemp("package")
        (place / "package.zip").write_bytes(portal.fetch(export))
        portal.delete(export)
        with zipfile.ZipFile(place / "package.zip") as archive:
            archive.extractall(place)
        return place / export.rpartition("/")[2]

    return unpacked


@pytest.fixture(scope="package")
def bag(unpack: Callable[..., Path]) -> Path:
    """The unpacked package of everything; nobody alters it."""
    return unpack()
