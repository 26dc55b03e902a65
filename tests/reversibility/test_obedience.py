"""A package obeys the terms of now: whatever a worker still believes, and whenever they change."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from telecom_privacy import bootstrap
from telecom_privacy.app import create_app
from telecom_privacy.bootstrap import Services
from telecom_privacy.reversibility.repository import ExportRepository
from telecom_privacy.storage import epoch
from tests.builders import Api
from tests.retention.builders import end_contract
from tests.reversibility.conftest import Portal
from tests.reversibility.test_withdrawal import Interrupted

_PATIENCE_SECONDS = 10


def agree_otherwise(api: Api) -> None:
    body = {"options": ["recording", "storage_extension"]}
    assert api.as_("admin", "PATCH", "/v1/clients/cabinet", json=body).status_code == 200


@pytest.fixture
def belated(services: Services, portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Another worker, with caches of its own, to which the news of a change is still to come."""
    for constant in ("_POLL_SECONDS", "_STALE_SECONDS"):
        monkeypatch.setattr(epoch, constant, 60.0)
    other = bootstrap.wire(services.settings, services.databases, portal.api.clock)
    other.epoch.start()
    until = time.monotonic() + _PATIENCE_SECONDS
    while other.epoch.current() is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    yield Api(create_app(other), other.accounts, portal.api.clock)
    other.epoch.stop()


def test_a_worker_that_believes_in_the_old_terms_makes_it_by_the_new_ones(
    portal: Portal, belated: Api
) -> None:
    other = Portal(belated)
    assert other.api.as_client("cabinet", "GET", "/v1/clients/cabinet/exports").status_code == 200
    end_contract(portal.api, "cabinet", portal.api.clock.now().date().isoformat())

    path = other.made()

    assert other.status(path) == 200
    assert portal.show(path)["state"] == "ready"
    assert portal.status(path) == 200


def test_it_is_made_anew_if_its_terms_change_meanwhile(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = Interrupted(monkeypatch, lambda: agree_otherwise(portal.api))

    path = portal.made()

    assert portal.status(path) == 200
    assert meanwhile.attempts == 2


def test_it_goes_if_its_terms_change_at_the_moment_when_it_becomes_ready(
    portal: Portal, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete: Callable[..., bool] = ExportRepository.complete

    def overtaken(*arguments: Any) -> bool:
        monkeypatch.setattr(ExportRepository, "complete", complete)
        agree_otherwise(portal.api)
        return complete(*arguments)

    monkeypatch.setattr(ExportRepository, "complete", overtaken)
    path = portal.ask()

    assert portal.state(path) == "gone"
    assert portal.status(path) == 410
    until = time.monotonic() + _PATIENCE_SECONDS
    while services.databases.bulk["export_entries"].count_documents({}):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_under_other_terms_it_is_gone_at_once_and_swept_like_one_that_expired(
    portal: Portal, services: Services
) -> None:
    path = portal.made()

    agree_otherwise(portal.api)

    assert portal.state(path) == "gone"
    [listed] = portal.api.as_client("cabinet", "GET", "/v1/clients/cabinet/exports").json["items"]
    assert listed["state"] == "gone"
    assert portal.status(path) == 410
    services.sweeps.run("test")
    assert services.databases.bulk["export_entries"].count_documents({}) == 0
