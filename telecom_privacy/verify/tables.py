"""The description of the tables in a package (Data Package v2) against its manifest."""

import json
from collections.abc import Mapping
from typing import Any

from telecom_privacy.archive.bag import PAYLOAD_FOLDER
from telecom_privacy.archive.bag_reader import BagReader
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.errors import IntegrityError

DESCRIPTOR = f"{PAYLOAD_FOLDER}datapackage.json"


def check_tables(package: BagReader) -> None:
    """Check that every file the descriptor names is in the package, with its size and hash.

    A resource of several files has neither in our packages. Raises `IntegrityError`.
    """
    for resource in _resources(package.text(DESCRIPTOR)):
        for path in _paths(resource):
            length, sha256 = package.listed(PAYLOAD_FOLDER + checked_path(path))
            found = {"bytes": length, "hash": f"sha256:{sha256.hex()}"}
            if any(resource.get(name, value) != value for name, value in found.items()):
                raise IntegrityError(f"{DESCRIPTOR}: says another size or hash of {path}")


def _resources(descriptor: bytes) -> list[Mapping[str, Any]]:
    try:
        resources = json.loads(descriptor)["resources"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise IntegrityError(f"{DESCRIPTOR}: not the description of a data package") from error
    if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
        raise IntegrityError(f"{DESCRIPTOR}: not the description of a data package")
    return resources


def _paths(resource: Mapping[str, Any]) -> list[str]:
    path = resource.get("path")
    paths: list[Any] = path if isinstance(path, list) else [path]
    if not all(isinstance(one, str) for one in paths):
        raise IntegrityError(f"{DESCRIPTOR}: a resource has no path")
    return paths
