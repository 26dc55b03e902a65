"""What goes into a package: what may be read of the client, and nothing that is not its own."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telecom_privacy.calls.model import Call, OpenedRecording
from telecom_privacy.calls.search import CallQuery, CallSearch
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.model import Client, Licence
from telecom_privacy.errors import Invalid
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.numbers import NumberReader
from telecom_privacy.policies.due import Verdict
from telecom_privacy.policies.model import Category
from telecom_privacy.records.model import Record
from telecom_privacy.records.search import RecordQuery, RecordSearch
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.scope import Role

_ACTOR = "exports"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records of a category that are left out: they fall due under a rule while it could live."""

    category: str
    rule: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """When what was chosen falls due, and under which rule; None while no end is known."""

    due_at: datetime | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class ChosenRecording(Chosen):
    recording: OpenedRecording


@dataclass(frozen=True, slots=True)
class ChosenCall(Chosen):
    call: Call
    recordings: tuple[ChosenRecording, ...]


@dataclass(frozen=True, slots=True)
class ChosenRecord(Chosen):
    """A record; `content` is what is sealed of that part of it which goes with it."""

    record: Record
    content: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ChosenLicence(Chosen):
    licence: Licence


@dataclass(frozen=True, slots=True)
class Readers:
    """Where the records of clients are read."""

    calls: CallSearch
    records: RecordSearch
    licences: LicenceService
    numbers: NumberReader


class Selection:
    """The records of one client for one package.

    `access` is as whom they are read, `number` the subject in E.164, if it is one. `left_out` is
    complete once all were yielded, as are the external ids of `licences_left_out`.
    """

    def __init__(
        self,
        readers: Readers,
        client: Client,
        wish: Wish,
        as_of: datetime,
    ) -> None:
        self._readers = readers
        self._client = client
        self._wish = wish
        self._as_of = as_of
        self.number = _number(readers.numbers, wish.subject)
        self.access = Access(_ACTOR, ApiRole.CLIENT, client.id)
        self.left_out: Counter[LeftOut] = Counter()
        self.licences_left_out: set[str] = set()

    @property
    def categories(self) -> list[str]:
        """The categories of generic records that the client may have as its own, by name."""
        behaving = tuple(Category)
        kinds = self._client.terms.kinds()
        return sorted(c for c, role in kinds if role is Role.PROCESSOR and c not in behaving)

    def calls(self) -> Iterator[ChosenCall]:
        """Yield the calls, newest first, each with those of its recordings that go with it."""
        if self._wish.subject is not None and self.number is None:
            return
        query = CallQuery(number=self.number, start=self._wish.start, end=self._wish.end)
        for call in self._readers.calls.each(self.access, self._client, query):
            if self._was_there(call.receipt["received_at"]):
                yield from self._chosen_call(call)

    def records(self, category: str) -> Iterator[ChosenRecord]:
        """Yield the records of a category, newest first, those in the bin among them.

        One that was changed since is there as it is now: of its versions only the last is kept.
        """
        wish = self._wish
        query = RecordQuery(
            category, subject=wish.subject, start=wish.start, end=wish.end, binned=None
        )
        for record in self._readers.records.each(self.access, self._client, query):
            if self._was_there(record.first_received_at):
                yield from self._chosen_record(record)

    def licences(self) -> Iterator[ChosenLicence]:
        """Yield the licences that are there, in no order."""
        for licence in self._readers.licences.each(self._client):
            if licence.created_at > self._as_of:
                continue
            verdict = self._verdict(Category.LICENCE, licence.created_at)
            if self._stays(Category.LICENCE, verdict):
                yield ChosenLicence(verdict.due_at, verdict.rule_id, licence)
            else:
                self.licences_left_out.add(licence.external_id)

    def _chosen_call(self, call: Call) -> Iterator[ChosenCall]:
        ended_at = call.stored.ended_at
        verdict = self._verdict(Category.CALL, ended_at)
        if not self._stays(Category.CALL, verdict):
            return
        of_recordings = self._verdict(Category.RECORDING, ended_at)
        recordings = tuple(
            ChosenRecording(of_recordings.due_at, of_recordings.rule_id, recording)
            for recording in call.recordings
            if self._was_there(recording.metadata["received_at"])
            and self._stays(Category.RECORDING, of_recordings)
        )
        yield ChosenCall(verdict.due_at, verdict.rule_id, call, recordings)

    def _chosen_record(self, record: Record) -> Iterator[ChosenRecord]:
        stored = record.stored
        verdict = self._client.terms.verdict(
            stored.category, Role.PROCESSOR, stored.occurred_at, stored.events
        )
        if self._stays(stored.category, verdict):
            content = record.content
            if content and not self._was_there(content["received_at"]):
                content = None
            yield ChosenRecord(verdict.due_at, verdict.rule_id, record, content)

    def _verdict(self, category: Category, occurred_at: datetime) -> Verdict:
        return self._client.terms.verdict(category, Role.PROCESSOR, occurred_at)

    def _stays(self, category: str, verdict: Verdict) -> bool:
        """Whether something outlives the package, or else may end it."""
        valid_for = self._wish.valid_for
        if valid_for is None or not verdict.is_due(self._as_of + valid_for):
            return True
        self.left_out[LeftOut(category, verdict.rule_id or "")] += 1
        return False

    def _was_there(self, received_at: str) -> bool:
        return datetime.fromisoformat(received_at) <= self._as_of


def _number(numbers: NumberReader, subject: str | None) -> str | None:
    if subject is None:
        return None
    try:
        return numbers.e164(subject, "subject")
    except Invalid:
        return None
