"""What makes a package verifiable: manifests, and the signature over them (RFC 8493, CMS)."""

from collections.abc import Iterable

from telecom_privacy.archive.bag import (
    DECLARATION,
    DECLARATION_FILE,
    INFO_FILE,
    MANIFEST_FILE,
    PAYLOAD_FOLDER,
    PAYLOAD_OXUM,
    TAG_MANIFEST_FILE,
    info_text,
    manifest_line,
    payload_oxum,
)
from telecom_privacy.reversibility.model import StoredExport
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.reversibility.writer import PackageWriter, WrittenFile

SIGNATURE_FILE = f"{TAG_MANIFEST_FILE}.p7s"


class Bag:
    """Writes the tag files; to be called after all of the payload."""

    def __init__(self, signer: PackageSigner, operator: str) -> None:
        self._signer = signer
        self._operator = operator

    def write(self, package: PackageWriter, export: StoredExport) -> None:
        manifest, oxum = _manifest(package)
        tags = [
            package.add(DECLARATION_FILE, DECLARATION),
            package.add(INFO_FILE, info_text(self._info(export, oxum))),
            manifest,
        ]
        lines = b"".join(_line(file) for file in tags)
        package.add(TAG_MANIFEST_FILE, lines)
        package.add(SIGNATURE_FILE, self._signer.sign(lines, export.as_of))

    def _info(self, export: StoredExport, oxum: str) -> Iterable[tuple[str, str]]:
        """Random ids only: who it is about stands inside."""
        yield "Source-Organization", self._operator
        yield "Bagging-Date", export.as_of.date().isoformat()
        yield "External-Identifier", str(export.client_id)
        yield "Internal-Sender-Identifier", str(export.id)
        yield "Bag-Count", "1 of 1"
        yield PAYLOAD_OXUM, oxum


def _manifest(package: PackageWriter) -> tuple[WrittenFile, str]:
    octets = files = 0
    sink = package.open(MANIFEST_FILE)
    for file in package.written():
        if file.path.startswith(PAYLOAD_FOLDER):
            sink.write(_line(file))
            octets, files = octets + file.length, files + 1
    return sink.close(), payload_oxum(octets, files)


def _line(file: WrittenFile) -> bytes:
    return manifest_line(bytes.fromhex(file.sha256), file.path)
