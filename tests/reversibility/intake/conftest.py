"""A service whose packages another one takes in: other databases, other root keys."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.reversibility.intake.report import Refused, Report
from telecom_privacy.reversibility.intake.source import PackageSource
from telecom_privacy.settings import Settings
from telecom_privacy.verify.package import opened_package
from tests.builders import MovableClock
from tests.records.builders import RecordApi
from tests.reversibility.conftest import Portal
from tests.reversibility.tables.builders import fill
from tests.wiring import own_settings, wired

ACCESS = Access("test", ApiRole.PLATFORM)


class Operator:
    """One service with its own databases, keys and log."""

    def __init__(self, services: Services, clock: MovableClock, place: Path) -> None:
        self.services = services
        self.clock = clock
        self.place = place
        self.api = RecordApi(create_app(services), services.accounts, clock)

    def package(self, client: str = "cabinet", **wish: Any) -> Path:
        """Make a package of a client, and unpack it."""
        portal = Portal(self.api, client)
        export = portal.made(**wish)
        path = self.place / f"{export.rpartition('/')[2]}.zip"
        path.write_bytes(portal.fetch(export))
        portal.delete(export)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(self.place)
        return path

    def take(
        self,
        package: Path,
        client: str,
        policy: str | None = None,
        on_progress: Callable[[Report], None] = lambda _: None,
    ) -> tuple[Report, list[Refused]]:
        """Take in a package; return also what was refused."""
        refused: list[Refused] = []
        report = Report(refused.append, on_progress)
        with opened_package(package, None, None) as (bag, _):
            source = PackageSource(bag)
            self.services.packages.take(ACCESS, source, client, policy, report)
        return report, refused

    def has(self, client: str) -> bool:
        return self.api.as_("admin", "GET", f"/v1/clients/{client}").status_code == 200


@pytest.fixture(scope="package")
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="package")
def old(
    database_settings: Settings, clock: MovableClock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    """An operator one of whose clients has something of everything."""
    place = tmp_path_factory.mktemp("old")
    with wired(own_settings(database_settings, place), clock) as services:
        operator = Operator(services, clock, place)
        fill(operator.api)
        _change(operator.api)
        yield operator


def _change(api: RecordApi) -> None:
    """What happens while a contract runs: things change, and people change their minds."""
    base = "/v1/clients/cabinet"
    api.create_licence("cabinet", "left")
    api.put_call("cabinet", "paid", api.call(note="4111 1111 1111 1111"))
    changes: list[tuple[str, str, str, Any]] = [
        ("client", "PATCH", f"{base}/calls/one", {"note": None, "tags": ["new"]}),
        ("client", "POST", f"{base}/licences/left/anonymise", None),
        ("admin", "PATCH", base, {"options": ["recording", "storage_extension"]}),
        ("admin", "PATCH", base, {"terms": {"call_note": "P2Y"}, "contact": {"name": "É. Ô."}}),
    ]
    for role, method, path, body in changes:
        answer = api.by(role, "cabinet", method, path, json=body)
        assert answer.status_code in (200, 202), answer.text
    answer = api.event("cabinet", "consent", "newsletter", "revoked", reason="enough")
    assert answer.status_code == 200


@pytest.fixture(scope="package")
def package(old: Operator) -> Path:
    return old.package()


@pytest.fixture(scope="package")
def new(
    database_settings: Settings, clock: MovableClock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Operator]:
    """Another operator, which has nothing yet. Its clock is its own."""
    own, place = MovableClock(), tmp_path_factory.mktemp("new")
    own.set(clock.now())
    with wired(own_settings(database_settings, place), own) as services:
        yield Operator(services, own, place)


@pytest.fixture
def name() -> str:
    """The id that a client has with the new operator, of its own for each test."""
    return f"client-{uuid4().hex}"
