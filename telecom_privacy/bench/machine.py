"""The circumstances of a run: figures of different ones are not to be compared."""

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from telecom_privacy.bench.opponents.field_encryption import library_facts
from telecom_privacy.bench.opponents.server import server_facts
from telecom_privacy.settings import Settings

_PACKAGES = ("pymongo", "cryptography", "secantusdb", "tink")


def machine_facts(settings: Settings) -> Mapping[str, str]:
    """What every run is published with: machine, versions, server, date and commit."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": _commit(),
        "cpu": f"{os.cpu_count()} x {_processor()}",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in _PACKAGES},
        "server": server_facts(settings.mongodb_uri or ""),
        "libmongocrypt": library_facts(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _commit() -> str:
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - constant
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # not a checkout
    return found.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
