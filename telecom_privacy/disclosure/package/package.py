"""The package itself: a signed bag in a ZIP of known length, and the same encrypted.

Nothing is stored here, in clear or otherwise. The signature states its time and encryption is
random; the content hash, over everything else, is the same for the same delivery.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from functools import cached_property, partial

from telecom_privacy.archive.assembly import (
    Archive,
    File,
    literal,
    measured,
    signature_over,
    tag_files,
)
from telecom_privacy.archive.bag import PAYLOAD_FOLDER
from telecom_privacy.archive.paths import checked_path
from telecom_privacy.crypto.recipients import Recipient
from telecom_privacy.disclosure.package import (
    record_schema,
    slip_html,
    slip_pdf,
    ts102657,
    ts103120,
    ts103705,
)
from telecom_privacy.disclosure.package.model import Delivery, DisclosedRecording
from telecom_privacy.disclosure.package.proofs import proof_files
from telecom_privacy.errors import IntegrityError

_RECORDINGS = "recordings/"
_RETAINED = "ts102657/retained-data.not-schema-validated.xml"


class DisclosurePackage:
    """A delivery as it is handed over: what is in it, how long it is, and its bytes.

    `sign` makes the detached signature over the tag manifest (`PackageSigner.sign`). Making one
    renders everything but the recordings, to know lengths and hashes. Raises `IntegrityError` for
    a recording whose path is not below its folder.
    """

    def __init__(self, delivery: Delivery, sign: Callable[[bytes], bytes]) -> None:
        payload = _Payload(delivery)
        tags = tag_files(payload, _info(delivery))
        self._content_hash = tags[-1].sha256
        signature = signature_over(tags[-1], sign)
        at = delivery.prepared_at.astimezone(UTC)
        self._archive = Archive(str(delivery.case_id), at, _Files((*tags, signature), payload))

    @property
    def content_hash(self) -> str:
        """The SHA-256 of the tag manifest, in hexadecimal digits."""
        return self._content_hash

    @cached_property
    def length(self) -> int:
        """The length of the ZIP in bytes, as it was when it was first asked for."""
        return self._archive.length

    def read(self) -> Iterator[bytes]:
        """Yield the ZIP. Breaks off with `Gone` where something changed since it was measured."""
        return self._archive.read()

    def encrypted(self, recipient: Recipient) -> "EncryptedPackage":
        """Return the ZIP encrypted for a recipient. Raises `TooLarge` where its format ends."""
        return EncryptedPackage(self, recipient, recipient.encrypted_length(self.length))


@dataclass(frozen=True, slots=True)
class EncryptedPackage:
    """What leaves the service. `length` is in bytes; each reading is under another key."""

    package: DisclosurePackage
    recipient: Recipient
    length: int

    @property
    def media_type(self) -> str:
        return self.recipient.media_type

    @property
    def suffix(self) -> str:
        """What the name of the file ends with."""
        return f".zip{self.recipient.suffix}"

    def read(self) -> Iterator[bytes]:
        """Yield the bytes, in constant memory; breaks off as `DisclosurePackage.read` does."""
        return self.recipient.encrypt(self.package.read(), self.package.length)


class _Payload:
    """The files below `data/`. What is rendered is measured once; recordings are found anew
    whenever they are gone through, for there may be any number of them."""

    def __init__(self, delivery: Delivery) -> None:
        self._rendered = tuple(_rendered_files(delivery))
        self._recordings = delivery.recordings

    def __iter__(self) -> Iterator[File]:
        yield from self._rendered
        yield from map(_recording, self._recordings())


@dataclass(frozen=True, slots=True)
class _Files:
    """All files of the package in their order."""

    tags: tuple[File, ...]
    payload: Iterable[File]

    def __iter__(self) -> Iterator[File]:
        yield from self.tags
        yield from self.payload


def _rendered_files(delivery: Delivery) -> Iterator[File]:
    """Measured by what was found once, if that is not much; read, it is all found anew."""
    known = delivery.remembered()
    records = _measured(ts103705.RECORDS_FILE, partial(ts103705.response, known))
    read = replace(records, pieces=partial(ts103705.response, delivery))
    yield literal(_below("bordereau.pdf"), slip_pdf.document(known))
    slip = _measured("bordereau.html", partial(slip_html.page, known))
    yield replace(slip, pieces=partial(slip_html.page, delivery))
    message = _measured("ts103120/delivery.xml", partial(ts103120.message, known, records))
    yield replace(message, pieces=partial(ts103120.message, delivery, read))
    yield read
    schema = record_schema.schema(delivery.operator)
    yield literal(_below("ts103705/records.schema.json"), schema)
    retained = _measured(_RETAINED, partial(ts102657.message, known))
    yield replace(retained, pieces=partial(ts102657.message, delivery))
    yield from proof_files(delivery.proofs)


def _measured(path: str, pieces: Callable[[], Iterator[bytes]]) -> File:
    return measured(_below(path), pieces)


def _recording(one: DisclosedRecording) -> File:
    if not checked_path(one.path).startswith(_RECORDINGS):
        raise IntegrityError("a recording lies outside of its folder")
    return File(_below(one.path), one.length, one.sha256, one.crc32, one.pieces)


def _below(path: str) -> str:
    return f"{PAYLOAD_FOLDER}{path}"


def _info(delivery: Delivery) -> list[tuple[str, str]]:
    """Random ids only: who it is about stands inside."""
    return [
        ("Source-Organization", delivery.operator.name),
        ("Bagging-Date", delivery.prepared_at.astimezone(UTC).date().isoformat()),
        ("External-Identifier", str(delivery.case_id)),
    ]
