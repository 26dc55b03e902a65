"""Opening records and recordings that are given; audio is read when the package is made."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from telecom_privacy.calls.finding import CallFinder
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.disclosure.categories import opened, tells_conveyance
from telecom_privacy.disclosure.finding.parties import NamedParties
from telecom_privacy.disclosure.matching import (
    Found,
    FoundRecord,
    FoundRecording,
    Preserved,
    Subscriber,
)
from telecom_privacy.disclosure.package.model import DisclosedRecord, DisclosedRecording, Origin
from telecom_privacy.erasure.withheld import Original
from telecom_privacy.holds.withheld import WithheldService
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.policies.model import Category
from telecom_privacy.records.about import RecordsAbout
from telecom_privacy.reversibility.media import extension_of
from telecom_privacy.scope import Role

_CALLS = frozenset({Category.TRAFFIC, Category.CALL})
_TOLD_OF_A_CLIENT = ("id", "name", "contact")


class ContentOpening:
    """Raises `Gone` and `KeyDestroyed` for what was erased since it was found."""

    def __init__(
        self,
        records: RecordsAbout,
        calls: CallFinder,
        withheld: WithheldService,
        reader: ContentReader,
        parties: NamedParties,
    ) -> None:
        self._records = records
        self._calls = calls
        self._withheld = withheld
        self._reader = reader
        self._parties = parties

    def records(self, found: Iterable[Found]) -> Iterator[DisclosedRecord]:
        """Yield the records among what is given, in its order."""
        for one in (one for one in found if one.is_given):
            item = one.item
            if isinstance(item, Subscriber):
                details = item.client.details
                data = {name: details[name] for name in _TOLD_OF_A_CLIENT if details.get(name)}
                yield _record(one, Category.CLIENT, data, None, item.client.external_id)
            elif isinstance(item, FoundRecord):
                if record := self._records.open(item.record):
                    category, client = item.record.category, item.client.external_id
                    yield _opened(one, category, record.sealed, item.given, client)
            elif isinstance(item, Preserved) and _is_record(item.original):
                sealed = self._withheld.sealed(item.original)
                category, named = item.original.category, self._client(item.original)
                yield _opened(one, category, sealed, item.given, named)

    def recordings(self, found: Iterable[Found]) -> Iterator[DisclosedRecording]:
        """Yield recordings, and the binary content of records, among what is given."""
        for one in (one for one in found if one.is_given):
            item = one.item
            if isinstance(item, FoundRecording):
                yield self._recording_of_call(item)
            elif isinstance(item, FoundRecord) and item.record.live_content:
                content = self._records.open_content_of(item.record)
                told = tells_conveyance(item.record.category, item.given)
                client = item.client.external_id if told else None
                yield self._recording(str(one.id), content, client)
            elif isinstance(item, Preserved) and item.original.content:
                yield self._preserved(item)

    def _recording_of_call(self, item: FoundRecording) -> DisclosedRecording:
        """Named after its call where that is given; else by a random id, and of no client."""
        audio = self._calls.open_recording(item.call, item.recording)
        if item.with_call:
            call_id = str(audio.metadata["call_id"])
            return self._recording(call_id, audio, item.client.external_id)
        return self._recording(str(item.recording.record_id), audio, None)

    def _recording(
        self, reference: str, content: OpenedContent, client: str | None
    ) -> DisclosedRecording:
        def pieces() -> Iterable[bytes]:
            return self._reader.read(content, 0, content.length - 1) if content.length else ()

        return DisclosedRecording(
            reference=reference,
            path=_path(content.id, content.media_type),
            media_type=content.media_type,
            length=content.length,
            sha256=content.sha256.hex(),
            crc32=int(content.metadata["crc32"]),
            pieces=pieces,
            client=client,
        )

    def _preserved(self, item: Preserved) -> DisclosedRecording:
        original = item.original
        metadata = self._withheld.sealed(original)
        named = metadata.get("call_id") if item.tells_call else None
        told = item.tells_call or _tells_record(item)
        content_id = original.content or original.item.record_id
        return DisclosedRecording(
            reference=str(named or original.item.record_id),
            path=_path(content_id, metadata["media_type"]),
            media_type=metadata["media_type"],
            length=int(metadata["bytes"]),
            sha256=metadata["sha256"],
            crc32=int(metadata["crc32"]),
            pieces=partial(self._withheld.read, original, metadata),
            client=self._client(original) if told else None,
        )

    def _client(self, original: Original) -> str | None:
        client = self._parties.client_by_id(original.scope.client_id)
        return client.external_id if client else None


def _is_record(original: Original) -> bool:
    return original.content is None and original.category not in _CALLS


def _tells_record(item: Preserved) -> bool:
    """Whether it is of a record, and the conveyance of that is given, too."""
    category = item.original.category
    return category != Category.RECORDING and tells_conveyance(category, item.given)


def _opened(
    one: Found,
    category: str,
    sealed: Mapping[str, Any],
    given: Collection[DataCategory],
    client: str | None,
) -> DisclosedRecord:
    """As far as it is given: content alone goes without its time, its number and its client."""
    data = opened(category, sealed["data"], given)
    if tells_conveyance(category, given):
        return _record(one, category, data, sealed.get("subject"), client)
    return replace(_record(one, category, data, None, None), occurred_at=None)


def _record(
    one: Found, category: str, data: Mapping[str, Any], subject: str | None, client: str | None
) -> DisclosedRecord:
    origin = Origin.PROCESSOR if one.role is Role.PROCESSOR else Origin.CONTROLLER
    return DisclosedRecord(str(one.id), category, one.at, data, origin, subject, client)


def _path(content_id: UUID, media_type: str) -> str:
    """Below the payload, of random ids alone."""
    return f"recordings/{content_id}{extension_of(media_type)}"
