"""A lawful disclosure: its records (TS 103 705) against the manifest, its proofs in themselves."""

import base64
import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from telecom_privacy.archive import bag
from telecom_privacy.archive.bag_reader import BagReader
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.audit import merkle
from telecom_privacy.audit.model import commit
from telecom_privacy.audit.note import parse_checkpoint
from telecom_privacy.disclosure.package.proofs import CHECKPOINT, INCLUSION, proof_folder
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


def check_proofs(package: BagReader) -> None:
    """Check that what each entry says is what its leaf commits to, and leads to the root.

    Whose log it is tells the signature of the checkpoint, with the log's key. Raises
    `IntegrityError`.
    """
    for number in count(1):
        folder = f"{bag.PAYLOAD_FOLDER}{proof_folder(number)}"
        if not package.has(f"{folder}/{INCLUSION}"):
            return
        _check_proof(folder, package.text(f"{folder}/{CHECKPOINT}"), package)


def _check_proof(folder: str, note: bytes, package: BagReader) -> None:
    path, checkpoint = f"{folder}/{INCLUSION}", parse_checkpoint(note.decode(errors="replace"))
    try:
        proof = json.loads(package.text(path))
        salt, leaf, *hashes = (
            base64.b64decode(one, validate=True)
            for one in (proof["salt"], proof["leaf"], *proof["hashes"])
        )
        index, statement = int(proof["leaf_index"]), proof["statement"].encode()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise IntegrityError(f"{path}: not an inclusion proof") from error
    if commit(salt, statement) != leaf:
        raise IntegrityError(f"{path}: the leaf does not commit to the statement")
    root, leaf_hash = checkpoint.root, merkle.leaf_hash(leaf)
    if not merkle.verify_inclusion(index, checkpoint.size, leaf_hash, hashes, root):
        raise IntegrityError(f"{path}: does not lead to the root of its checkpoint")


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
