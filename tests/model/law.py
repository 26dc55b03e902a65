"""What somebody could still open: what is stored, with its key, wherever it lies."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from telecom_privacy.bootstrap import Services
from telecom_privacy.calls.documents import call_from
from telecom_privacy.clients.documents import licence_from
from telecom_privacy.clients.model import licence_binding
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.holds.documents import original_from
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.keys.model import KeyReference
from telecom_privacy.keys.sealing import open_json
from telecom_privacy.keys.service import KeyService
from telecom_privacy.records.documents import record_from

Sealed = tuple[UUID, KeyReference, Binding, bytes]
"""A content version: its record, its key, its place, and the sealed bytes."""


class Law:
    """Opens the content versions of one client, each by its key."""

    def __init__(self, services: Services, keys: KeyService, client_id: UUID) -> None:
        self._bulk = services.databases.bulk
        self._audit = services.databases.audit
        self._withheld = next(one for one in services.all if isinstance(one, WithheldService))
        self._keys = keys
        self._client_id = client_id

    def readable(self, holds: list[str]) -> Mapping[KeyReference, UUID]:
        """The record of each content version that lies in its place, or is kept by `holds`."""
        lying = [*self._calls(), *self._enquiries(), *self._licences(), *self._being_replaced()]
        keys = self._keys.open_existing({key: binding for _, key, binding, _ in lying})
        found = {}
        for record_id, key, binding, sealed in lying:
            if key in keys:
                open_json(keys[key], sealed, binding)
                found[key] = record_id
        return found | {one.item.key: one.item.record_id for one in self._kept(holds)}

    def left_over(self) -> Mapping[KeyReference, UUID]:
        """What lies apart, whether or not a hold keeps it."""
        names = ("withheld", "replaced")
        found = [one for name in names for one in self._bulk[name].find(self._theirs())]
        return {KeyReference(**one["key"]): one["record"] for one in found}

    def _kept(self, holds: list[str]) -> Iterator[Original]:
        access = Access("model", ApiRole.LEGAL)
        for hold in map(UUID, holds):
            for original in self._withheld.kept_by(hold):
                if original.scope.client_id == self._client_id:
                    with suppress(KeyDestroyed):
                        self._withheld.open(access, hold, original)
                        yield original

    def _calls(self) -> Iterator[Sealed]:
        for document in self._bulk["calls"].find(self._live()):
            call = call_from(document)
            yield call.record_id, call.key, call.binding, call.payload
            for one in call.live_recordings:
                binding = call.recording_binding(one.record_id)
                yield one.record_id, one.key, binding, one.metadata

    def _enquiries(self) -> Iterator[Sealed]:
        for document in self._bulk["records"].find(self._live()):
            record = record_from(document)
            yield record.record_id, record.key, record.binding, record.payload

    def _licences(self) -> Iterator[Sealed]:
        for document in self._audit["licences"].find(self._theirs()):
            licence = licence_from(document)
            binding = licence_binding(self._client_id, licence.id, licence.sealed.month)
            yield licence.id, licence.sealed.key, binding, licence.sealed.payload

    def _being_replaced(self) -> Iterator[Sealed]:
        for document in self._bulk["replaced"].find(self._theirs()):
            one = original_from(document)
            sealed = bytes(one.document["payload"])
            yield one.item.record_id, one.item.key, one.binding, sealed

    def _theirs(self) -> dict[str, Any]:
        return {"client": self._client_id}

    def _live(self) -> dict[str, Any]:
        return {**self._theirs(), "record_id": {"$exists": True}}
