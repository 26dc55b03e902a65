"""What goes into a package: what may be read of the client, and nothing that is not its own."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from telecom_privacy.restrictions.model import Reason
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
    """When what was chosen falls due, and under which rule; None while no end is known.

    `restriction` is why its use is restricted; None for what is not.
    """

    due_at: datetime | None
    rule: str | None
    restriction: Reason | None


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

    `access` is as whom they are read, `number` the subject in E.164, if it is one. What falls due
    is counted in `left_out`, what is restricted, by category, in `restricted`: complete once all
    were yielded, as are the external ids of `licences_left_out`.
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
        self.restricted: Counter[str] = Counter()

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
        for call, restriction in self._readers.calls.each(self.access, self._client, query):
            if self._was_there(call.receipt["received_at"]):
                yield from self._chosen_call(call, restriction)

    def records(self, category: str) -> Iterator[ChosenRecord]:
        """Yield the records of a category, newest first, those in the bin among them.

        One that was changed since is there as it is now: of its versions only the last is kept.
        """
        wish = self._wish
        query = RecordQuery(
            category, subject=wish.subject, start=wish.start, end=wish.end, binned=None
        )
        for record, restriction in self._readers.records.each(self.access, self._client, query):
            if self._was_there(record.first_received_at):
                yield from self._chosen_record(record, restriction)

    def licences(self) -> Iterator[ChosenLicence]:
        """Yield the licences that are there, in no order."""
        for licence in self._readers.licences.each(self._client):
            if licence.created_at > self._as_of:
                continue
            verdict = self._verdict(Category.LICENCE, licence.created_at)
            if self._stays(Category.LICENCE, verdict):
                yield ChosenLicence(verdict.due_at, verdict.rule_id, None, licence)
            else:
                self.licences_left_out.add(licence.external_id)

    def _chosen_call(self, call: Call, restriction: Reason | None) -> Iterator[ChosenCall]:
        ended_at = call.stored.ended_at
        verdict = self._verdict(Category.CALL, ended_at)
        recorded = [one for one in call.recordings if self._was_there(one.metadata["received_at"])]
        if self._is_left_out(restriction, {Category.CALL: 1, Category.RECORDING: len(recorded)}):
            return
        if not self._stays(Category.CALL, verdict):
            return
        recordings = self._chosen_recordings(recorded, ended_at, restriction) if recorded else ()
        yield ChosenCall(verdict.due_at, verdict.rule_id, restriction, call, recordings)

    def _chosen_recordings(
        self, recorded: Sequence[OpenedRecording], ended_at: datetime, restriction: Reason | None
    ) -> tuple[ChosenRecording, ...]:
        verdict = self._verdict(Category.RECORDING, ended_at)
        return tuple(
            ChosenRecording(verdict.due_at, verdict.rule_id, restriction, recording)
            for recording in recorded
            if self._stays(Category.RECORDING, verdict)
        )

    def _chosen_record(self, record: Record, restriction: Reason | None) -> Iterator[ChosenRecord]:
        stored = record.stored
        if self._is_left_out(restriction, {stored.category: 1}):
            return
        verdict = self._client.terms.verdict(
            stored.category, Role.PROCESSOR, stored.occurred_at, stored.events
        )
        if self._stays(stored.category, verdict):
            content = record.content
            if content and not self._was_there(content["received_at"]):
                content = None
            yield ChosenRecord(verdict.due_at, verdict.rule_id, restriction, record, content)

    def _verdict(self, category: Category, occurred_at: datetime) -> Verdict:
        return self._client.terms.verdict(category, Role.PROCESSOR, occurred_at)

    def _is_left_out(self, restriction: Reason | None, counts: Mapping[str, int]) -> bool:
        """Whether something is restricted, and may not be in this package: it is then counted."""
        if restriction is None or self._wish.restricted is not None:
            return False
        self.restricted.update({category: count for category, count in counts.items() if count})
        return True

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
