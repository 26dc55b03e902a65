from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.storage.embedded import EmbeddedServer
from tests.cli.builders import Installation, hand_in, run, run_here


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    data_dir, files = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("files")
    with EmbeddedServer.start(data_dir) as server:
        prepared = run("prepare", DATA_DIR=data_dir)
        assert prepared.returncode == 0, prepared.stderr
        admin_key = prepared.stdout.rsplit(": ", 1)[1].strip()
        key = (data_dir / "audit-key.pub").read_text().strip()
        found = Installation(data_dir, files, admin_key, key)
        hand_in(found, server.uri)
        yield found


@pytest.fixture
def without(installation: Installation, tmp_path: Path) -> Callable[..., Any]:
    """Run where there is no data directory, as an auditor does."""
    return lambda *arguments: run_here(*arguments, DATA_DIR=tmp_path / "nothing")
