"""The payload of a package: the client's calls and other records, each in files others can read."""

import json
from datetime import datetime

from telecom_privacy.calls.search import CallSearch
from telecom_privacy.clients.model import Client
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.numbers import NumberReader
from telecom_privacy.records.search import RecordSearch
from telecom_privacy.reversibility.media import extension_of
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.reversibility.selection import ChosenCall, Selection
from telecom_privacy.reversibility.writer import PackageWriter, Sink


class Payload:
    """See `preparation.PackageContent`."""

    def __init__(self, calls: CallSearch, records: RecordSearch, numbers: NumberReader) -> None:
        self._calls = calls
        self._records = records
        self._numbers = numbers

    def write(self, package: PackageWriter, client: Client, wish: Wish, as_of: datetime) -> None:
        selection = Selection(self._calls, self._records, self._numbers, client, wish, as_of)
        lines = package.open("data/calls.jsonl")
        for chosen in selection.calls():
            _write_call(package, lines, chosen)
        lines.close()


def _write_call(package: PackageWriter, lines: Sink, chosen: ChosenCall) -> None:
    stored = chosen.call.stored
    package.contains(stored.record_id, chosen.due_at)
    lines.write(json.dumps(chosen.call.view(), ensure_ascii=False).encode() + b"\n")
    for one in chosen.recordings:
        recording, metadata = one.recording.stored, one.recording.metadata
        binding = stored.recording_binding(recording.record_id)
        content = OpenedContent(recording.record_id, binding, b"", metadata)
        extension = extension_of(content.media_type)
        package.contains(recording.record_id, one.due_at)
        package.refer(f"data/recordings/{recording.record_id}{extension}", content, recording.key)
