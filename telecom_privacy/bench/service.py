"""Our services in this process, on databases of their own."""

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TypeVar, cast

from telecom_privacy import bootstrap, preparation
from telecom_privacy.bench.database import fresh
from telecom_privacy.bench.model import Plan
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings

Service = TypeVar("Service")


@contextmanager
def own_services(plan: Plan) -> Iterator[Services]:
    """Yield services as a worker has them, on empty databases."""
    with running_services(own_databases(plan)) as services:
        yield services


@contextmanager
def running_services(settings: Settings) -> Iterator[Services]:
    """Yield services as a worker has them, on databases that are prepared."""
    services = bootstrap.build_services(settings)
    services.start()
    try:
        yield services
    finally:
        services.close()


def own_databases(plan: Plan) -> Settings:
    """Settings of prepared, empty databases. They are dropped with the run's others."""
    settings = fresh(plan.settings, plan.directory)
    with redirect_stdout(StringIO()):  # it shows the first admin key there
        preparation.prepare(settings)
    return settings


def service(services: Services, kind: type[Service]) -> Service:
    """The one service of a class. Raises `KeyError` for one that the application does not use."""
    return cast(Service, {type(one): one for one in services.all}[kind])
