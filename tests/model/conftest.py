"""Workers that are shared by all histories, and a client of its own for each history."""

import shutil
from collections.abc import Callable, Iterator

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.bootstrap.core import build_core
from telecom_privacy.bootstrap.stored import build_stored
from telecom_privacy.settings import Settings
from tests.builders import Api, MovableClock
from tests.model.processes import stoppable_processes
from tests.model.scheduling import Worker
from tests.model.world import World
from tests.records.conftest import TRIAL
from tests.wiring import own_settings, wired

OTHERS = 16
"""How many processes may stand still at a time."""

_BULK = ("calls", "segments", "traffic", "records", "withheld", "replaced", "schedule")
_AUDIT = ("clients", "licences", "erasures", "certificates", "certificate_totals", "holds")


@pytest.fixture(scope="package")
def settings(database_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("model")
    policies = path / "config" / "policies"
    policies.mkdir(parents=True)
    shutil.copy(TRIAL, policies)  # it alone: each worker reads what there is
    more = {"config_dir": path / "config", "operator_policy": "trial"}
    return own_settings(database_settings, path, **more)


@pytest.fixture(scope="package")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="package")
def services(settings: Settings, clock: MovableClock) -> Iterator[Services]:
    with wired(settings, clock) as services:
        yield services


@pytest.fixture(scope="package")
def workers(settings: Settings, services: Services, clock: MovableClock) -> list[Worker]:
    """The first answers whoever asks; the others may stand still or die."""
    others = [bootstrap.wire(settings, services.databases, clock) for _ in range(OTHERS)]
    wiring = [services, *others]
    apis = [Api(create_app(one), one.accounts, clock) for one in wiring]
    for api in apis[1:]:
        api._keys = apis[0]._keys
    return [Worker(api, one) for api, one in zip(apis, wiring, strict=True)]


@pytest.fixture
def new_world(workers: list[Worker], clock: MovableClock) -> Iterator[Callable[[], World]]:
    """A client each time, in a store that holds nothing of those before."""
    services = workers[0].services
    databases = services.databases
    stored = build_stored(services.settings, databases)
    core = build_core(services.settings, databases, stored, clock)

    def new() -> World:
        for name in _BULK:
            databases.bulk[name].delete_many({})
        for name in _AUDIT:
            databases.audit[name].delete_many({})
        databases.keystore["record_keys"].update_many({}, {"$unset": {"pending_since": 1}})
        return World(workers, core.keys, clock)

    with stoppable_processes():
        yield new
