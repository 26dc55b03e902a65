from collections.abc import Iterator

import pytest

from tests.faults.harness import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with two workers and its embedded database, shared by the tests of a module."""
    service = Service(tmp_path_factory.mktemp("service"))
    try:
        yield service.start()
    finally:
        service.stop()
