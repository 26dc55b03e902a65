"""Calls and their recordings out of a package."""

from dataclasses import replace
from itertools import islice
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.calls.batch import CallBatch, Line, Rejection
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.model import NewCall
from telecom_privacy.clients.model import Client
from telecom_privacy.errors import Invalid, NotFound, TooLarge
from telecom_privacy.http.access import Access
from telecom_privacy.http.schemas import messages, require_id
from telecom_privacy.http.uploads import checked_media_type
from telecom_privacy.recordings.model import NewRecording
from telecom_privacy.recordings.upload import Upload
from telecom_privacy.reversibility.intake.lines import CallLine, RecordingLine
from telecom_privacy.reversibility.intake.report import Report
from telecom_privacy.reversibility.intake.restrictions import RestrictingAgain, reason_of
from telecom_privacy.reversibility.intake.source import PackageSource, Row
from telecom_privacy.reversibility.tables.restriction import RESTRICTION

CALLS = "calls"
RECORDINGS = "recordings"

_AT_ONCE = 50

_OF_ITS_TIME_ELSEWHERE = ("history", "party_erased_at")
_NOT_OF_THE_CALL = ("id", "record_id", "receipt", RESTRICTION.name)


class CallsIntake:
    """Stores calls as if their platform handed them in, but as another network's (ROLE-1)."""

    def __init__(
        self, batch: CallBatch, intake: CallIntake, uploads: Upload, restricting: RestrictingAgain
    ) -> None:
        self._batch = batch
        self._intake = intake
        self._uploads = uploads
        self._restricting = restricting
        self._call, self._recording = CallLine(), RecordingLine()

    def take_calls(
        self, access: Access, client: Client, source: PackageSource, report: Report
    ) -> None:
        rows = source.rows(CALLS)
        while group := list(islice(rows, _AT_ONCE)):
            result = self._batch.store(access, client, map(self._line, group))
            for rejected in result.rejected:
                report.refuse(CALLS, rejected.line, rejected.errors)
            refused = {rejected.line for rejected in result.rejected}
            stored = [row for row in group if row.line not in refused]
            self._restricting.calls(access, client, stored, report)
            report.count(CALLS, stored=result.accepted, known=result.duplicates)

    def take_recordings(
        self, access: Access, client: Client, source: PackageSource, report: Report
    ) -> None:
        for row in source.rows(RECORDINGS):
            with report.judging(row):
                is_new = self._take_recording(access, client, source, row)
                report.judged(RECORDINGS, is_new=is_new)

    def _line(self, row: Row) -> Line | Rejection:
        try:
            return Line(row.line, self._read(row.data))
        except Invalid as error:
            return Rejection(row.line, None, error.errors)
        except ValidationError as error:
            return Rejection(row.line, None, messages(error))

    def _read(self, data: dict[str, Any]) -> NewCall:
        call_id = require_id("id", data.get("id", ""))
        reason_of(data)
        told = {name: value for name, value in data.items() if name not in _NOT_OF_THE_CALL}
        body = self._call.load(told)
        elsewhere = {name: body.pop(name) for name in _OF_ITS_TIME_ELSEWHERE}
        call = self._intake.read(call_id, body)
        # What somebody emptied on purpose is told from what nobody ever wrote.
        emptied = {name: None for name, value in body.items() if value is None}
        content = {**call.content, **emptied}
        return replace(call, content=content, carried=False, **elsewhere)

    def _take_recording(
        self, access: Access, client: Client, source: PackageSource, row: Row
    ) -> bool:
        told = self._recording.load(row.data)
        if told["path"] is None:
            raise NotFound("audio in the package")
        if told["bytes"] > self._uploads.max_bytes:
            raise TooLarge("the recording is longer than this service takes")
        media_type = checked_media_type(told["media_type"], "audio/*")
        new = NewRecording(told["call_id"], told["id"], media_type, told["sha256"])
        return self._uploads.store(access, client, new, source.file(told["path"])).is_new
