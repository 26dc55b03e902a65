"""The package for a person: a signed bag of what the operator holds of it as controller."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from telecom_privacy.archive.assembly import Archive, File, literal, signature_over, tag_files
from telecom_privacy.archive.bag import PAYLOAD_FOLDER
from telecom_privacy.reversibility.signer import PackageSigner


class PersonBag:
    """Makes a signed bag of the files of a payload (docs/packages.md)."""

    def __init__(self, signer: PackageSigner, operator: str) -> None:
        self._signer = signer
        self._operator = operator

    def of(self, payload: Iterable[File], request_id: UUID, at: datetime) -> Archive:
        files = tuple(payload)
        info = [
            ("Source-Organization", self._operator),
            ("Bagging-Date", at.date().isoformat()),
            ("External-Identifier", str(request_id)),
        ]
        tags = tag_files(files, info)
        signature = signature_over(tags[-1], self._signer.sign)
        return Archive(str(uuid4()), at, (*tags, signature, *files))


def data_package(tables: Iterable[tuple[dict[str, object], File]]) -> File:
    """Return the description of the tables (Data Package v2)."""
    resources = [
        {**about, "bytes": file.length, "hash": f"sha256:{file.sha256}"} for about, file in tables
    ]
    text = json.dumps({"resources": resources}, ensure_ascii=False, indent=2).encode()
    return literal(f"{PAYLOAD_FOLDER}datapackage.json", text)
