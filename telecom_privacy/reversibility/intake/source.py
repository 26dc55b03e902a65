"""A package as it is read back: its tables line by line, its files piece by piece."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from telecom_privacy.archive.bag import PAYLOAD_FOLDER, TAG_MANIFEST_FILE, lines_of
from telecom_privacy.archive.bag_reader import BagReader
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.errors import ConfigurationError, IntegrityError
from telecom_privacy.reversibility.model import Kind
from telecom_privacy.reversibility.tables.descriptor import LAYOUT_VERSION, PATH

_LONGEST_LINE = 64 * 1024**2
_RECORDS = "records/"
_JSONL = ".jsonl"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; lines count from 1."""

    table: str
    line: int
    data: dict[str, Any] = field(repr=False)


class PackageSource:
    """What a package that was verified holds.

    Raises `ConfigurationError` for one that cannot be taken in, and `IntegrityError` for one whose
    tables are not as this service writes them.
    """

    def __init__(self, bag: BagReader) -> None:
        self._bag = bag
        self._descriptor = self._json(PATH)
        told = self._descriptor.get("export")
        if not isinstance(told, dict) or told.get("layout") != LAYOUT_VERSION:
            raise ConfigurationError("the package is of a layout that this program does not know")
        if told.get("kind") == Kind.SUBJECT:
            raise ConfigurationError(
                "a package about one person leaves out what is others': it cannot be taken in"
            )

    @property
    def tag_manifest(self) -> bytes:
        """What names the package: the text that is signed."""
        return self._bag.text(TAG_MANIFEST_FILE)

    def client(self) -> dict[str, Any]:
        """The content of `client.json`."""
        return self._json(f"{PAYLOAD_FOLDER}client.json")

    def categories(self) -> list[str]:
        """The categories of records of which there is a table that has rows."""
        paths = [str(resource.get("path")) for resource in self._descriptor["resources"]]
        return [
            path.removeprefix(_RECORDS).removesuffix(_JSONL)
            for path in paths
            if path.startswith(_RECORDS) and path.endswith(_JSONL)
        ]

    def rows(self, table: str) -> Iterator[Row]:
        """Yield the lines of a table, by its path without extension."""
        path = f"{PAYLOAD_FOLDER}{table}{_JSONL}"
        for number, line in enumerate(lines_of(self._bag.read(path), _LONGEST_LINE), start=1):
            yield Row(table, number, _object(path, line))

    def file(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of a file that a table names."""
        return self._bag.read(PAYLOAD_FOLDER + checked_path(path))

    def _json(self, path: str) -> dict[str, Any]:
        return _object(path, self._bag.text(path))


def _object(path: str, text: bytes | str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise IntegrityError(f"{path}: not JSON") from error
    if not isinstance(found, dict):
        raise IntegrityError(f"{path}: not an object")
    return found
