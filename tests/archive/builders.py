"""Small archives and bags, made with the functions of the product."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zlib import crc32

from telecom_privacy.archive import bag
from telecom_privacy.archive.layout import directory_entry, end_records, local_header
from telecom_privacy.archive.model import Member
from telecom_privacy.crypto import cms
from telecom_privacy.crypto.certificates import CertifiedKey

AT = datetime(2026, 10, 1, 8, 15, 2, tzinfo=UTC)
SIGNER = CertifiedKey.generate("operator", AT)
FOLDER = "7f0c1b8e-2f3a-4b7e-9a55-0d6a3c1e4f21"
CALLS = b"id,start\n1,2026-10-01T08:15:02Z\n"
PAYLOAD = {
    "data/calls.csv": CALLS,
    "data/recordings/0b54.wav": bytes(range(256)) * 4,
    "data/exclusions.csv": "catégorie,raison\n".encode(),
}


def archive(members: Iterable[tuple[str, bytes]], at: datetime = AT) -> bytes:
    files, directory, count = b"", b"", 0
    for name, data in members:
        member = Member(name, len(data), crc32(data))
        directory += directory_entry(member, len(files), at)
        files += local_header(member, at) + data
        count += 1
    return files + directory + end_records(count, len(files), len(directory))


def manifest(files: Mapping[str, bytes]) -> bytes:
    return b"".join(
        bag.manifest_line(hashlib.sha256(data).digest(), path) for path, data in files.items()
    )


def descriptor(payload: Mapping[str, bytes]) -> bytes:
    resources = [
        {
            "name": path.removeprefix("data/").removesuffix(".csv"),
            "path": path.removeprefix("data/"),
            "type": "table",
            "bytes": len(data),
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        }
        for path, data in payload.items()
        if path.endswith(".csv")
    ]
    return json.dumps({"name": "export", "resources": resources}).encode()


def texts(payload: Mapping[str, bytes]) -> dict[str, bytes]:
    oxum = bag.payload_oxum(sum(map(len, payload.values())), len(payload))
    return {
        bag.DECLARATION_FILE: bag.DECLARATION,
        bag.INFO_FILE: bag.info_text(
            [("Bagging-Date", "2026-10-01"), (bag.PAYLOAD_OXUM, oxum), ("Source", "A  B\nC")]
        ),
        bag.MANIFEST_FILE: manifest(payload),
    }


def sealed(tags: Mapping[str, bytes], signer: CertifiedKey = SIGNER) -> dict[str, bytes]:
    """The tag manifest over `tags` and its signature."""
    listed = manifest(tags)
    return {bag.TAG_MANIFEST_FILE: listed, bag.SIGNATURE_FILE: cms.sign(listed, signer, AT)}


def package(payload: Mapping[str, bytes] = PAYLOAD) -> dict[str, bytes]:
    """Every file of a signed package by its path below the folder."""
    described = {**payload, "data/datapackage.json": descriptor(payload)}
    tags = texts(described)
    return {**tags, **sealed(tags), **described}


def zipped(files: Mapping[str, bytes], folder: str = FOLDER) -> bytes:
    return archive((f"{folder}/{path}", data) for path, data in files.items())
