"""Our services in this process, on databases of their own."""

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

from telecom_privacy import bootstrap, preparation
from telecom_privacy.bench.database import fresh
from telecom_privacy.bench.model import Plan
from telecom_privacy.bench.opponents.server import drop_databases
from telecom_privacy.bootstrap import Services
from telecom_privacy.settings import Settings


@contextmanager
def own_services(plan: Plan) -> Iterator[Services]:
    """Yield services as a worker has them, on empty databases that are dropped at the end."""
    with own_databases(plan) as settings:
        services = bootstrap.build_services(settings)
        services.start()
        try:
            yield services
        finally:
            services.close()


@contextmanager
def own_databases(plan: Plan) -> Iterator[Settings]:
    """Yield settings of prepared, empty databases; they are dropped at the end."""
    settings = fresh(plan.settings, plan.directory)
    try:
        with redirect_stdout(StringIO()):  # it shows the first admin key there
            preparation.prepare(settings)
        yield settings
    finally:
        drop_databases(settings)
