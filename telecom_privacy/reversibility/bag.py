"""What makes a package verifiable: manifests, the signature over them, and a time stamp.

RFC 8493, CAdES and RFC 3161; docs/packages.md tells how anybody checks them.
"""

from collections.abc import Iterable

from telecom_privacy.archive.bag import (
    DECLARATION,
    DECLARATION_FILE,
    INFO_FILE,
    MANIFEST_FILE,
    PAYLOAD_FOLDER,
    PAYLOAD_OXUM,
    SIGNATURE_FILE,
    STAMP_FILE,
    TAG_MANIFEST_FILE,
    info_text,
    manifest_line,
    payload_oxum,
)
from telecom_privacy.archive.measure import Measure
from telecom_privacy.reversibility.model import StoredExport
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.reversibility.stamping import Stamping
from telecom_privacy.reversibility.writer import PackageWriter, WrittenFile

_STAMP = "Time-Stamp"


class Bag:
    """Writes the tag files; to be called after all of the payload.

    Where a time stamp authority is configured but gives no stamp, `bag-info.txt` says so: a client
    must not miss the end of its window for that.
    """

    def __init__(self, signer: PackageSigner, operator: str, stamping: Stamping | None) -> None:
        self._signer = signer
        self._operator = operator
        self._stamping = stamping

    def write(self, package: PackageWriter, export: StoredExport) -> None:
        manifest, oxum = _manifest(package)
        info = list(self._info(export, oxum))
        stamp = None
        if self._stamping:
            stamped = [*info, (_STAMP, STAMP_FILE)]
            stamp = self._stamping.stamp(_tag_manifest(info_text(stamped), manifest))
            info = stamped if stamp else [*info, (_STAMP, "none: the authority gave none")]
        package.add(DECLARATION_FILE, DECLARATION)
        package.add(INFO_FILE, info_text(info))
        tags = _tag_manifest(info_text(info), manifest)
        package.add(TAG_MANIFEST_FILE, tags)
        package.add(SIGNATURE_FILE, self._signer.sign(tags))
        if stamp:
            package.add(STAMP_FILE, stamp)

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
            sink.write(_line(file.sha256, file.path))
            octets, files = octets + file.length, files + 1
    return sink.close(), payload_oxum(octets, files)


def _tag_manifest(info: bytes, manifest: WrittenFile) -> bytes:
    small = ((DECLARATION_FILE, DECLARATION), (INFO_FILE, info))
    lines = [_line(Measure(data).sha256, path) for path, data in small]
    return b"".join([*lines, _line(manifest.sha256, manifest.path)])


def _line(sha256: str, path: str) -> bytes:
    return manifest_line(bytes.fromhex(sha256), path)
