"""Packages that were handed over, checked offline and in constant memory, whatever their size."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from telecom_privacy.archive import bag
from telecom_privacy.archive.bag_reader import BagReader
from telecom_privacy.archive.folder_reader import FolderReader
from telecom_privacy.archive.model import Container
from telecom_privacy.archive.zip_reader import ZipReader
from telecom_privacy.crypto import cms
from telecom_privacy.crypto.certificates import is_among
from telecom_privacy.crypto.timestamps import check_imprint, verify_stamp
from telecom_privacy.errors import IntegrityError
from telecom_privacy.verify.disclosure import RECORDS, check_proofs, check_records
from telecom_privacy.verify.tables import DESCRIPTOR, check_tables


@dataclass(frozen=True, slots=True)
class VerifiedPackage:
    """A package that is whole, by whom it was signed, and when a stamp says that it existed.

    `stamped_at` is None where there is no stamp, or nobody whose stamp would be believed.
    """

    octets: int
    files: int
    signed: cms.SignedBy
    stamped_at: datetime | None
    has_stamp: bool


def verify_package(
    path: Path, certificates: bytes | None, authorities: bytes | None
) -> VerifiedPackage:
    """Check the package in a ZIP archive, or the folder unpacked from one.

    `certificates` (PEM) are the operator's, `authorities` (PEM) those whose stamps are believed.
    Raises `IntegrityError`, which names the file that is wrong. The signature is checked even
    where no certificate is given, but then it shows only that nothing was altered since: anybody
    may have made it, and that is an error, too.
    """
    with opened_package(path, certificates, authorities) as (_, verified):
        signed = verified.signed
    if certificates is None:
        raise IntegrityError(
            f"whole, and signed by {signed.name}; whether that is the operator is not known "
            f"without its certificate: --certificate PEM (SHA-256 {signed.fingerprint})"
        )
    return verified


@contextmanager
def opened_package(
    path: Path, certificates: bytes | None, authorities: bytes | None
) -> Iterator[tuple[BagReader, VerifiedPackage]]:
    """Check a package as `verify_package` does, and leave it open to be read.

    Without certificates it is for the caller to say that anybody may have signed it.
    """
    with _opened(path) as container, BagReader.open(container) as package:
        package.check_completeness()
        signed = _check_signature(package, certificates)
        stamped_at = _check_stamp(package, authorities)
        octets, files = package.check_hashes()
        if package.has(DESCRIPTOR):
            check_tables(package)
        if package.has(RECORDS):
            check_records(package)
            check_proofs(package)
        has_stamp = package.has(bag.STAMP_FILE)
        yield package, VerifiedPackage(octets, files, signed, stamped_at, has_stamp)


@contextmanager
def _opened(path: Path) -> Iterator[Container]:
    try:
        if path.is_dir():
            yield FolderReader(path)
        else:
            with path.open("rb") as file:
                yield ZipReader(file)
    except OSError as error:
        raise IntegrityError(f"{path}: cannot be read") from error


def _check_signature(package: BagReader, certificates: bytes | None) -> cms.SignedBy:
    signature, content = package.text(bag.SIGNATURE_FILE), package.text(bag.TAG_MANIFEST_FILE)
    with _about(bag.SIGNATURE_FILE):
        signed = cms.verify(signature, content)
        if certificates is not None and not is_among(signed.certificate, certificates):
            raise IntegrityError(
                f"made by {signed.name} under another certificate than the one given, "
                f"of SHA-256 {signed.fingerprint}"
            )
    return signed


def _check_stamp(package: BagReader, authorities: bytes | None) -> datetime | None:
    if authorities is None and not package.has(bag.STAMP_FILE):
        return None
    stamp, content = package.text(bag.STAMP_FILE), package.text(bag.TAG_MANIFEST_FILE)
    with _about(bag.STAMP_FILE):
        check_imprint(stamp, content)
        return verify_stamp(stamp, content, authorities) if authorities is not None else None


@contextmanager
def _about(path: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise IntegrityError(f"{path}: {error}") from error
