"""Our own sides answer as the oracle knows, in process and over HTTP."""

import pytest

from telecom_privacy.bench.http import InProcess
from telecom_privacy.bench.roles.faults import walk
from telecom_privacy.bench.roles.http_side import HttpSide
from telecom_privacy.bench.roles.mixes import LOGGED
from telecom_privacy.bench.roles.service_side import ServiceSide
from telecom_privacy.bench.roles.world import World
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.clock import SystemClock
from tests.bench.conftest import small_world
from tests.wiring import own_settings, wired


@pytest.fixture(scope="module")
def services(database_settings, tmp_path_factory):
    settings = own_settings(database_settings, tmp_path_factory.mktemp("services"))
    with wired(settings, SystemClock()) as services:
        yield services


def _filled(services, world: World, client: str) -> Tenant:
    tenant = new_tenant(services, [f"licence-{n}" for n in range(world.licences)], client)
    tenant.load(world.all_calls())
    tenant.object(world.objectors())
    ServiceSide(tenant).fill_log(LOGGED)
    return tenant


def test_the_services_answer_as_the_oracle_knows(services) -> None:
    world = small_world()
    walk(ServiceSide(_filled(services, world, "in-process")), world)


def test_so_does_the_application(services) -> None:
    world = small_world(2)
    tenant = _filled(services, world, "http")
    walk(HttpSide(InProcess(services), tenant.keys, tenant.path), world)
