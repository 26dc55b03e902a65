"""The client's documented instructions (GDPR article 28(3)(a)): numbered, dated, never edited.

Each is a record of the category `instruction`, so that sealing, terms, holds and packages are those
of all that is hosted. Its number is part of its id: of two requests one gets the next number.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import tzinfo

from telecom_privacy.audit.model import Json
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Conflict, Gone, Invalid, Unavailable
from telecom_privacy.http.access import Access
from telecom_privacy.records.instruction_statement import (
    INSTRUCTION,
    Instruction,
    NewInstruction,
    instruction_from,
    name_of,
)
from telecom_privacy.records.model import NewRecord, Record, StoredRecord
from telecom_privacy.records.opening import RecordOpener
from telecom_privacy.records.repository import RecordRepository
from telecom_privacy.records.tokens import RecordTokens
from telecom_privacy.records.writing import RecordWriter
from telecom_privacy.restrictions.service import Restrictions
from telecom_privacy.scope import Role

MOST = 1000
"""Instructions of one client."""

_CHUNK = 50
_TRIES = 20


class DocumentedInstructions:
    """Every method raises `Forbidden` for a key that is limited to some licences."""

    def __init__(
        self,
        repository: RecordRepository,
        tokens: RecordTokens,
        opener: RecordOpener,
        writer: RecordWriter,
        restrictions: Restrictions,
        changes: ChangeLog,
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._repository = repository
        self._tokens = tokens
        self._opener = opener
        self._writer = writer
        self._restrictions = restrictions
        self._changes = changes
        self._clock = clock
        self._zone = zone

    def document(self, access: Access, client: Client, new: NewInstruction) -> Instruction:
        """Store an instruction under the next number; who documents it is kept with it.

        Raises `Invalid` for a day in the future, for a number to supersede that is not there, and
        where the client's policy has no such category; `Conflict` if that one was superseded, for
        the operator itself, and beyond `MOST`.
        """
        access.require_whole_client()
        client.require_customer()
        if new.given_on > self._clock.now().astimezone(self._zone).date():
            raise Invalid({"given_on": ["lies in the future"]})
        self._require_current(client, new.supersedes)
        number, _ = self._known(client)
        for _ in range(_TRIES):
            number += 1
            if number > MOST:
                raise Conflict(f"a client has at most {MOST} documented instructions")
            with suppress(Conflict, Gone):  # another request has just taken this number
                return self._store(access, client, new, number)
        raise Unavailable("others document instructions at the same time; retry")

    def read(self, access: Access, client: Client) -> list[Instruction]:
        """Return all instructions that are not restricted, by number, and log the reading."""
        access.require_whole_client()
        said, role = self._all(client), Role.PROCESSOR
        usable = self._restrictions.usable(access, client, role, said, lambda one: one[0].concerned)
        found = [instruction for _, instruction in usable]
        details: dict[str, Json] = {"count": len(found), "category": INSTRUCTION}
        self._changes.append("instructions.read", access, client.id, details)
        return found

    def _all(self, client: Client) -> list[tuple[Record, Instruction]]:
        """All that are there with their records, restricted or not, by number."""
        now = self._clock.now()
        _, stored = self._known(client)
        live = [one for one in stored if not self._opener.verdict(client, one).is_due(now)]
        found = [(record, instruction_from(record)) for record in self._opener.open_many(live)]
        later = {one.data["supersedes"]: one.number for _, one in found if "supersedes" in one.data}
        found.sort(key=lambda pair: pair[1].number)
        return [
            (record, replace(one, superseded_by=later.get(one.number))) for record, one in found
        ]

    def _known(self, client: Client) -> tuple[int, Sequence[StoredRecord]]:
        """The highest number that was ever used, as far as is known, and what is stored."""
        highest, stored = 0, list[StoredRecord]()
        scope = client.scope(Role.PROCESSOR)
        for start in range(1, MOST + 1, _CHUNK):
            tokens = {self._token(client, n): n for n in range(start, start + _CHUNK)}
            found = self._repository.fetch_many(scope, tokens)
            if not found:
                break
            highest = max(tokens[token] for token in found)
            stored += [one for one in found.values() if isinstance(one, StoredRecord)]
        return highest, stored

    def _token(self, client: Client, number: int) -> bytes:
        return self._tokens.record(client.id, Role.PROCESSOR, INSTRUCTION, name_of(number))

    def _require_current(self, client: Client, number: int | None) -> None:
        if number is None:
            return
        superseded = [one for _, one in self._all(client) if one.number == number]
        if not superseded:
            raise Invalid({"supersedes": ["no such instruction"]})
        if superseded[0].superseded_by is not None:
            raise Conflict("this instruction was superseded already")

    def _store(
        self, access: Access, client: Client, new: NewInstruction, number: int
    ) -> Instruction:
        given = {"reference": new.reference, "supersedes": new.supersedes}
        record = NewRecord(
            category=INSTRUCTION,
            external_id=name_of(number),
            licence_id=None,
            subject=None,
            occurred_at=self._clock.now(),
            data={
                "number": number,
                "text": new.text,
                "given_on": new.given_on.isoformat(),
                "documented_by": {"id": access.actor, "role": access.role.value},
                **{name: value for name, value in given.items() if value is not None},
            },
        )
        stored = self._writer.document(access, client, record)
        record_id = str(stored.receipt["record_id"])
        details: dict[str, Json] = {"record": record_id, "number": number}
        self._changes.append("instruction.documented", access, client.id, details)
        return Instruction(number, record.occurred_at, record_id, record.data)
