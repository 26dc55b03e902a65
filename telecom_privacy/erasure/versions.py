"""A changed content is a new version under a new key; the old key is destroyed (DESIGN §3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.documents import reference_document
from telecom_privacy.erasure.model import REPLACED, DocumentId, ErasedItem, Erasure
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.erasure.withheld import Original, VersionCopies
from telecom_privacy.errors import Conflict, Unavailable
from telecom_privacy.keys.model import RecordKey
from telecom_privacy.keys.service import KeyService

VERSION = "version"
"""The ledger's category for replaced content versions: there is no data to remove."""

PARTY = "call_party"
"""The ledger's category for the part of a person in a call whose other facts stay."""


@dataclass(frozen=True, slots=True)
class Ground:
    """As what the ledger has a version that is replaced, and under which rule it goes."""

    category: str = VERSION
    rule: str = REPLACED

    @classmethod
    def of(cls, intent: Mapping[str, Any]) -> "Ground":
        """What the recorded intent of a replacement says."""
        return cls(**intent.get("ground", {}))

    @property
    def said(self) -> Mapping[str, str]:
        return {"category": self.category, "rule": self.rule}


class ContentVersions:
    """Stores sealed documents, first and later versions, so that a kill leaves no loose key."""

    def __init__(self, keys: KeyService, eraser: Eraser, copies: VersionCopies) -> None:
        self._keys = keys
        self._eraser = eraser
        self._copies = copies

    def insert(
        self,
        binding: Binding,
        collection: str,
        document: DocumentId,
        write: Callable[[RecordKey], bool],
    ) -> None:
        """Issue a key and let `write` store the first version.

        Raises `Conflict` if `write` finds that another was faster (it returns False).
        """
        key = self._issue(binding, {"collection": collection, "document": document})
        self._commit(key, write)
        self._keys.settle(key)

    def replace(
        self,
        binding: Binding,
        collection: str,
        old: ErasedItem,
        write: Callable[[RecordKey], bool],
        actor: str,
        ground: Ground = Ground(),
        original: Original | None = None,
    ) -> None:
        """Issue a key, let `write` store the new version, then erase the old version.

        `original` is the old version, where it was just read; else it is read anew.

        Its key is destroyed, unless a hold keeps the record: then the old version is kept apart.
        `ground` says whether a certificate counts that, and as what.
        Raises `Conflict` if the record changed meanwhile: `write` guards and returns False.
        """
        intent = {
            "collection": collection,
            "document": old.document,
            "replaces": reference_document(old.key),
            "ground": ground.said,
        }
        key = self._issue(binding, intent)
        # Whatever holds are placed meanwhile: what they keep must not be overwritten.
        copied = self._copies.copy_version(key.reference.page, collection, binding, old, original)
        self._commit(key, write)
        client_id, role = binding.client_id, binding.role
        category, rule = ground.category, ground.rule
        self._eraser.erase(client_id, role, category, rule, [old], actor, originals=copied or None)
        self._keys.settle(key)

    def _issue(self, binding: Binding, intent: dict[str, Any]) -> RecordKey:
        place = {
            "client": binding.client_id,
            "role": binding.role.value,
            "record": binding.record_id,
            "categories": [binding.category] if binding.client_id.int else [],
        }
        return self._keys.issue([binding], {"kind": "document", **place, **intent})[0]

    def _commit(self, key: RecordKey, write: Callable[[RecordKey], bool]) -> None:
        self._renew(key)
        if not write(key):
            self._copies.drop_copy(key.reference.page)
            self._keys.discard([key.reference])
            raise Conflict("it exists already, or was changed at the same time")

    def _renew(self, key: RecordKey) -> None:
        """Or recovery might destroy the key of what is about to be written."""
        try:
            self._keys.renew(key)
        except Unavailable:
            self._copies.drop_copy(key.reference.page)
            raise


class ReplacedVersions:
    """The ledger's eraser of data for `VERSION` and `PARTY`: the new version is in its place."""

    def __init__(self, copies: VersionCopies) -> None:
        self._copies = copies

    def originals(self, erasure: Erasure) -> Sequence[Original]:
        """See `erasure.withheld.DataEraser`: what was copied before it was replaced."""
        return self._copies.copied_versions(erasure.items)

    def erase_data(self, erasure: Erasure) -> None:
        self._copies.drop_versions(erasure.items)
