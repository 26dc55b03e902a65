from pathlib import Path

import pytest

from tests.etsi import unpacked


@pytest.fixture(scope="session")
def specifications(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the schemas of ETSI lie."""
    return unpacked(tmp_path_factory.mktemp("etsi"))
