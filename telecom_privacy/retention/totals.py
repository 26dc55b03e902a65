"""What a certificate says, as running totals: an erasure is added once, whatever came before."""

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from telecom_privacy.erasure.model import Counted, CountedRecord, Erasure
from telecom_privacy.scope import Role

NOTHING_COUNTED = bytes(32)
"""What the chain of commitments begins with."""

_PREFIX = b"telecom-privacy/certificate-commitment/v1\n"

Rule = tuple[str, str]
"""The id of a rule, and the category of what it erased."""


@dataclass(frozen=True, slots=True)
class CertifiedDay:
    """What one certificate is about: a client's data in one role, decided on one local day."""

    client_id: UUID
    day: date
    role: Role


@dataclass(frozen=True, slots=True)
class Totals:
    """The erasures of one certificate, summed up; its size does not grow with their number.

    `id` is the certificate's. `counts` are records, `erasures` entries of the ledger, of which
    `not_final` are not final. `destroyed_at` is by when the last key was gone, `final_at` since
    when the last became final. `newest` was added last, and the ledger may not show it yet.
    """

    id: UUID
    about: CertifiedDay
    version: int = 0
    counts: Mapping[Rule, int] = field(default_factory=dict)
    commitment: bytes = NOTHING_COUNTED
    erasures: int = 0
    not_final: int = 0
    destroyed_at: datetime | None = None
    final_at: datetime | None = None
    newest: tuple[Counted, ...] = ()

    def adding(self, erasures: Iterable[Erasure], counted: Set[CountedRecord]) -> "Totals":
        """The next version, with erasures that are new, or that were counted and became final.

        A record whose erasure was begun twice, by a sweep that was killed and by the next one or
        by the client at the same time, went once: those of `counted` are not counted again. A call
        that lost a person's part, and then went itself, is two.
        """
        totals, known = replace(self, version=self.version + 1, newest=()), set(counted)
        for erasure in erasures:
            totals = totals._counting(erasure, known)
            known |= erasure.counted_records
        return totals

    def _counting(self, erasure: Erasure, known: Set[CountedRecord]) -> "Totals":
        is_new = erasure.place is None
        new = {record for _, record in erasure.counted_records - known} if is_new else set[UUID]()
        totals = self._entering(erasure, len(new)) if is_new else self
        place, is_final = erasure.place or totals.erasures, erasure.final_at is not None
        deferred = tuple(sorted(new & (erasure.withheld or frozenset())))
        return replace(
            totals,
            not_final=totals.not_final - is_final,
            final_at=_later(totals.final_at, erasure.final_at),
            newest=(*totals.newest, Counted(erasure.id, place, is_final, deferred)),
        )

    def _entering(self, erasure: Erasure, records: int) -> "Totals":
        rule = erasure.rule, erasure.category
        return replace(
            self,
            counts={**self.counts, rule: self.counts.get(rule, 0) + records},
            commitment=chained(self.commitment, erasure.commitment),
            erasures=self.erasures + 1,
            not_final=self.not_final + 1,
            destroyed_at=_later(self.destroyed_at, erasure.destroyed_at or erasure.at),
        )


def chained(before: bytes, commitment: bytes) -> bytes:
    """The chain of commitments with one more of the ledger's (docs/formats.md)."""
    return hashlib.sha256(_PREFIX + before + commitment).digest()


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
