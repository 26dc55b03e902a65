"""The payload of a package: one pass over all that is in it, in constant memory."""

from collections.abc import Sequence
from datetime import datetime

from telecom_privacy.clients.model import Client
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.reversibility.media import content_path, recording_path
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.reversibility.page.facts import PageFacts
from telecom_privacy.reversibility.page.page import Page
from telecom_privacy.reversibility.parts import Order, Parts
from telecom_privacy.reversibility.selection import ChosenCall, ChosenRecord, Readers, Selection
from telecom_privacy.reversibility.writer import PackageWriter


class Payload:
    """See `preparation.PackageContent`. `parts` write all but the binary content."""

    def __init__(self, readers: Readers, parts: Sequence[Parts], facts: PageFacts) -> None:
        self._readers = readers
        self._parts = parts
        self._facts = facts

    def write(self, package: PackageWriter, client: Client, wish: Wish, as_of: datetime) -> bool:
        """See `preparation.PackageContent`."""
        selection = Selection(self._readers, client, wish, as_of)
        page = Page(package, self._facts.of(client, wish, as_of))
        order = Order(package, client, wish, as_of, selection, page)
        parts = [part.begin(order) for part in self._parts]
        for call in selection.calls():
            _enter_call(package, call, audio=wish.audio)
            for part in parts:
                part.take_call(call)
        for category in selection.categories:
            for record in selection.records(category):
                _enter_record(package, record)
                for part in parts:
                    part.take_record(record)
        for part in parts:
            part.finish()
        return not selection.restricted


def _enter_call(package: PackageWriter, chosen: ChosenCall, *, audio: bool) -> None:
    call = chosen.call.stored
    package.contains(call.record_id, chosen.due_at)
    for one in chosen.recordings:
        recording = one.recording.stored
        package.contains(recording.record_id, one.due_at)
        if audio:
            binding = call.recording_binding(recording.record_id)
            metadata = one.recording.metadata
            content = OpenedContent(recording.record_id, binding, b"", metadata)
            package.refer(recording_path(one.recording), content, recording.key)


def _enter_record(package: PackageWriter, chosen: ChosenRecord) -> None:
    record = chosen.record.stored
    package.contains(record.record_id, chosen.due_at)
    if chosen.content is not None and record.content is not None:
        content = OpenedContent(record.content.id, record.binding, b"", chosen.content)
        path = content_path(record, content.media_type)
        package.refer(path, content, record.content.key)
