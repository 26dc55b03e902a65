"""Opening what a hold keeps, for whoever may disclose it: nobody else finds it any more."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from telecom_privacy.content.model import OpenedContent
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.log import HoldLog
from telecom_privacy.holds.withheld_repository import WithheldRepository
from telecom_privacy.http.access import Access
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService


class WithheldService:
    def __init__(
        self,
        repository: WithheldRepository,
        keys: KeyService,
        reader: ContentReader,
        log: HoldLog,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._reader = reader
        self._log = log

    def kept_by(self, hold_id: UUID) -> Iterator[Original]:
        """Yield the erased content versions that a hold keeps, without opening them."""
        return (original for original, _ in self._repository.fetch_kept_by(hold_id))

    def keeps_any_of(self, client_id: UUID) -> bool:
        """Whether holds keep anything of a client that was erased."""
        return next(self._repository.fetch_of(client_id), None) is not None

    def open(self, access: Access, hold_id: UUID, original: Original) -> Mapping[str, Any]:
        """Open what is sealed of a record: its content or, of a recording, its metadata.

        Logged before it is returned. Raises `KeyDestroyed` if it was erased in the meantime.
        """
        opened = self.sealed(original)
        self._log.append("withheld.opened", access.actor, hold_id, record=_id(original))
        return opened

    def sealed(self, original: Original) -> Mapping[str, Any]:
        """Like `open`, for whoever logs itself what all of it is opened for."""
        return open_json(self._key(original), _sealed(original), original.binding)

    def whole(self, original: Original, hold_id: UUID) -> Original | None:
        """The record that a content belongs to, as its hold keeps it or where it lies still.

        None where it was erased before: what another hold keeps of it is for another purpose.
        """
        return self._repository.fetch_whole(original, hold_id) if original.content else original

    def call(self, original: Original, hold_id: UUID) -> Mapping[str, Any] | None:
        """The CDR of a call or of a recording; None where the call is there no more.

        It tells whose secrecy it is: for that it counts though another hold alone keeps it.
        Raises as `open`.
        """
        whole = self.whole(original, hold_id) or self._repository.fetch_whole(original)
        if whole is None:
            return None
        sealed = open_json(self._key(whole), bytes(whole.document["payload"]), whole.binding)
        cdr: Mapping[str, Any] = sealed.get("call", sealed)
        return cdr

    def read(self, original: Original, metadata: Mapping[str, Any]) -> Iterator[bytes]:
        """Yield the bytes that `metadata`, opened before, describes. Raises as `open`."""
        content_id = original.content or original.item.record_id
        content = OpenedContent(content_id, original.binding, self._key(original), metadata)
        return self._reader.read(content, 0, content.length - 1)

    def _key(self, original: Original) -> bytes:
        return self._keys.open(original.binding, original.item.key)


def _sealed(original: Original) -> bytes:
    return bytes(original.document["metadata" if original.content else "payload"])


def _id(original: Original) -> str:
    return str(original.item.record_id)
