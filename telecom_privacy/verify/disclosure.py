"""The records of a lawful disclosure (TS 103 705) against the manifest of their package."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from telecom_privacy.archive import bag
from telecom_privacy.archive.bag_reader import BagReader
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.disclosure.package.record_schema import RECORDING_TYPE
from telecom_privacy.disclosure.package.ts103705 import RECORDS_FILE
from telecom_privacy.errors import IntegrityError

RECORDS = f"{bag.PAYLOAD_FOLDER}{RECORDS_FILE}"

_LONGEST_RECORD = 16 * 1024**2
_RECORD = b'{"id": '


def check_records(package: BagReader) -> None:
    """Check that every file the records name is in the package, with its size and hash.

    Reads one record after another, as they stand on their lines. Raises `IntegrityError`.
    """
    for record in _records(package):
        if record.get("type") == RECORDING_TYPE:
            _check_recording(package, record)


def _records(package: BagReader) -> Iterator[Mapping[str, Any]]:
    for line in bag.lines_of(package.read(RECORDS), _LONGEST_RECORD):
        if not line.startswith(_RECORD):
            continue
        try:
            record = json.loads(line.removesuffix(b"\n").removesuffix(b","))
        except (ValueError, RecursionError) as error:
            raise IntegrityError(f"{RECORDS}: a line is not a record") from error
        yield record


def _check_recording(package: BagReader, record: Mapping[str, Any]) -> None:
    path = str(record.get("path"))
    length, sha256 = package.listed(bag.PAYLOAD_FOLDER + checked_path(path))
    if (record.get("bytes"), record.get("sha256")) != (length, sha256.hex()):
        raise IntegrityError(f"{RECORDS}: says another size or hash of {path}")
