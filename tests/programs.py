"""Programs that are not ours and that tests ask for their opinion."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Return where it is; where it is not installed the test is skipped, but never in CI."""
    found = shutil.which(name)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"{name} is not installed")
    assert found, f"{name} is not installed"
    return found
