"""What legal staff sees of an order's matches before anything leaves: each look is logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from telecom_privacy.audit.model import Json
from telecom_privacy.clock import Clock
from telecom_privacy.crypto.cms_envelope import MOST_BYTES
from telecom_privacy.disclosure.contents import ContentOpening
from telecom_privacy.disclosure.keeping import is_kept_as_asked, kept_until
from telecom_privacy.disclosure.matching import Line, Matches, Target
from telecom_privacy.disclosure.model import Requisition
from telecom_privacy.disclosure.opening import CallOpening
from telecom_privacy.disclosure.package.model import DisclosedCall
from telecom_privacy.disclosure.reading import Requisitions
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.scope import DisclosureScope, lines_asked
from telecom_privacy.disclosure.steps import State, Step
from telecom_privacy.errors import Conflict
from telecom_privacy.http.access import Access
from telecom_privacy.legal_bases.model import DataCategory
from telecom_privacy.scope import Role

_SOON = timedelta(days=10)
"""How far an answer without a term is looked ahead for what goes before it."""


_BESIDE_CONTENT = 64 << 20
"""What is left of a package for records, slip and proofs: those of 100,000 calls."""


@dataclass(frozen=True, slots=True)
class SeenLine:
    """What is seen of a line of the order: `is_found` once approved, `counts` of a production."""

    target: Target
    category: DataCategory
    role: Role
    is_found: bool | None = None
    counts: Line | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of the matches, until when the case keeps what it names, and whether it should.

    It should where something that would be given falls due before the answer does; None where
    nothing was searched, which `not_searched_because` tells.
    """

    lines: Sequence[SeenLine]
    kept_until: datetime | None
    counts: Matches | None = None
    is_preservation_advised: bool | None = None
    not_searched_because: str | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """How many bytes recordings and voicemail have; the rest of a package is little beside them."""

    content_bytes: int

    @property
    def fits_certificate(self) -> bool:
        """Whether a package for a certificate can hold that; one for an age recipient always."""
        return self.content_bytes <= MOST_BYTES - _BESIDE_CONTENT


class Looking:
    """What may still be given is looked for; once it is sealed, or the case is over, nothing is.

    Before a second person approved, nothing is: whether there is anything of a number or licence,
    or of two together, tells who speaks with whom.
    Every method raises `NotFound`, `Gone`, and `Conflict`, which is logged.
    """

    def __init__(
        self,
        register: Register,
        requisitions: Requisitions,
        scope: DisclosureScope,
        calls: CallOpening,
        contents: ContentOpening,
        clock: Clock,
    ) -> None:
        self._register = register
        self._requisitions = requisitions
        self._scope = scope
        self._calls = calls
        self._contents = contents
        self._clock = clock

    def matches(self, access: Access, case_id: UUID) -> Seen:
        """Tell what is asked, and once approved what is found; of a production with counts."""
        requisition = self._register.require(access, case_id, Step.LOOKED, _require_unsealed)
        if requisition.state is State.AWAITING_APPROVAL:
            return self._asked(access, requisition)
        matches = self._scope.matches(requisition)
        is_counted = _is_carried(requisition)
        self._log(access, case_id, {"count": matches.found} if is_counted else {})
        until = self._kept_until(requisition)
        first, answer_at = matches.first_due_at, self._answer_at(requisition)
        return Seen(
            lines=[_seen(line, is_counted=is_counted) for line in matches.lines],
            kept_until=until,
            counts=matches if is_counted else None,
            is_preservation_advised=until is None and first is not None and first <= answer_at,
        )

    def calls(
        self, access: Access, case_id: UUID, after: int, limit: int
    ) -> tuple[Sequence[DisclosedCall], int | None]:
        """Return a page of the calls that would be given, and after how many the next goes on.

        Of an order of production alone that two people carry.
        """
        requisition = self._register.require(access, case_id, Step.LOOKED, _require_carried)
        found = self._calls.each(self._scope.calls(requisition))
        page = list(islice(found, after, after + limit + 1))
        self._log(access, case_id, {"count": len(page[:limit])})
        return page[:limit], after + limit if len(page) > limit else None

    def size(self, access: Access, case_id: UUID) -> Size:
        """Tell how much audio would be given, and so for whom a package of it can be encrypted.

        Of an order of production alone that two people carry. Takes as long as there are
        recordings, each of which is looked into.
        """
        requisition = self._register.require(access, case_id, Step.LOOKED, _require_carried)
        found = self._contents.recordings(self._scope.each(requisition))
        size = Size(sum(one.length for one in found))
        self._log(access, case_id, {"bytes": size.content_bytes})
        return size

    def _asked(self, access: Access, requisition: Requisition) -> Seen:
        """Tell what is asked, from the order alone."""
        self._log(access, requisition.id, {})
        lines = lines_asked(requisition.asked)
        return Seen(
            lines=[SeenLine(line.target, line.category, line.role) for line in lines],
            kept_until=self._kept_until(requisition),
            not_searched_because="it is looked for after the approval",
        )

    def _kept_until(self, requisition: Requisition) -> datetime | None:
        until = kept_until(requisition) if is_kept_as_asked(requisition) else None
        return until if until and until > self._clock.now() else None

    def _answer_at(self, requisition: Requisition) -> datetime:
        due_at = self._requisitions.deadline(requisition).due_at
        return max(due_at or self._clock.now() + _SOON, self._clock.now())

    def _log(self, access: Access, case_id: UUID, told: Mapping[str, Json]) -> None:
        said: dict[str, Json] = {"requisition": str(case_id), **told}
        self._register.log("requisition.matches_read", access, said)


def _is_carried(requisition: Requisition) -> bool:
    """Whether two people carry an order of production."""
    return requisition.state is State.AWAITING_DISCLOSURE


def _require_carried(requisition: Requisition) -> None:
    _require_unsealed(requisition)
    if not _is_carried(requisition):
        raise Conflict(f"the calls of a case that is {requisition.state.value} are not shown")


def _require_unsealed(requisition: Requisition) -> None:
    if requisition.last(Step.SEALED):
        raise Conflict("what this case gives is sealed: nothing is looked for any more")


def _seen(line: Line, *, is_counted: bool) -> SeenLine:
    counts = line if is_counted else None
    return SeenLine(line.target, line.category, line.role, bool(line.found), counts)
