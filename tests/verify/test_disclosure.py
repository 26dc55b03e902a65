"""Records that name files of their package: what they say has to be so."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from telecom_privacy.disclosure.package.proofs import (
    CHECKPOINT,
    INCLUSION,
    proof_files,
    proof_folder,
)
from telecom_privacy.disclosure.package.record_schema import RECORDING_TYPE
from telecom_privacy.errors import IntegrityError
from telecom_privacy.verify.disclosure import RECORDS
from telecom_privacy.verify.package import verify_package
from tests.archive.builders import PAYLOAD, SIGNER, package, zipped
from tests.disclosure.package.builders import proof

CERTIFICATE = SIGNER.certificate_pem.encode()
AUDIO = PAYLOAD["data/recordings/0b54.wav"]


def bag(folder: Path, **changes: object) -> Path:
    """A signed package whose records name the audio, with what `changes` say of it."""
    about = {"bytes": len(AUDIO), "sha256": hashlib.sha256(AUDIO).hexdigest()}
    said = {"path": "recordings/0b54.wav", **about, **changes}
    record = json.dumps({"id": "1", "type": RECORDING_TYPE, **said})
    records = f'{{"recordSetDescription": {{}},\n"recordSet": [\n{record}\n]}}\n'
    file = folder / "package.zip"
    file.write_bytes(zipped(package({**PAYLOAD, RECORDS: records.encode()})))
    return file


def test_records_that_are_right_are_taken(tmp_path: Path) -> None:
    assert verify_package(bag(tmp_path), CERTIFICATE, None)


@pytest.mark.parametrize(
    "change",
    [
        {"bytes": 1023},
        {"sha256": "0" * 64},
        {"path": "recordings/none.wav"},
        {"path": "../outside.wav"},
        {"path": None},
    ],
)
def test_records_that_say_otherwise_are_found(change: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(IntegrityError):
        verify_package(bag(tmp_path, **change), CERTIFICATE, None)


def test_a_line_that_is_no_record_is_found(tmp_path: Path) -> None:
    file = tmp_path / "package.zip"
    file.write_bytes(zipped(package({**PAYLOAD, RECORDS: b'{"id": "1", "type": \n'})))
    with pytest.raises(IntegrityError, match="not a record"):
        verify_package(file, CERTIFICATE, None)


def proving(folder: Path, **changes: object) -> Path:
    """A signed package with a proof, in which `changes` say otherwise."""
    inclusion, checkpoint = (b"".join(one.read()) for one in reversed([*proof_files((proof(),))]))
    said = json.dumps({**json.loads(inclusion), **changes}).encode()
    records = b'{"recordSetDescription": {},\n"recordSet": []}\n'
    kept = {f"data/{proof_folder(1)}/{INCLUSION}": said}
    kept[f"data/{proof_folder(1)}/{CHECKPOINT}"] = checkpoint
    file = folder / "package.zip"
    file.write_bytes(zipped(package({**PAYLOAD, RECORDS: records, **kept})))
    return file


def test_a_proof_that_leads_from_its_statement_to_the_root_is_taken(tmp_path: Path) -> None:
    assert verify_package(proving(tmp_path), CERTIFICATE, None)


@pytest.mark.parametrize(
    "change",
    [
        {"statement": "{}"},
        {"salt": "AAAA"},
        {"leaf": "AAAA"},
        {"leaf_index": 1},
        {"leaf_index": "first"},
        {"hashes": ["AAAA"]},
        {"hashes": None},
    ],
)
def test_a_proof_of_something_else_is_found(change: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=re.escape("proofs/1/inclusion.json")):
        verify_package(proving(tmp_path, **change), CERTIFICATE, None)
