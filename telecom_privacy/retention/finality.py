"""Making erasures final: after it no old byte of any database opens them (DESIGN §3)."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid4

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.ledger import Ledger
from telecom_privacy.erasure.model import REPLACED, Erasure
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.errors import KeyDestroyed
from telecom_privacy.keys.model import Node, NodeKind, index_node, subject_node
from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.keys.rotation_model import Counted, RotationPhase, RotationState
from telecom_privacy.policies.model import Category
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.retention.model import Finalised
from telecom_privacy.retention.tally import Tally
from telecom_privacy.scope import Role
from telecom_privacy.storage.kept_lease import KeptLease
from telecom_privacy.storage.lease import KeepAlive, Lease

LEASE = timedelta(seconds=5)
"""How long a run that was killed keeps the next one waiting."""

_EXTENDED_EVERY = timedelta(seconds=1)

Progress = Callable[[str], None]
"""Is told what is being done."""


class TokenIndex(Protocol):
    """Moves the records of one month from old index keys to the newest."""

    def rewrite(self, client_id: UUID, month: str, moved: Callable[[int], None], /) -> None: ...


class SubjectTokens(Protocol):
    """Moves the records of one category from an old subject key to the newest."""

    def rewrite(self, node: Node, moved: Callable[[int], None], /) -> None: ...


class Finality:
    """Replaces the keys above what was erased.

    One process does so at a time; what a killed one left, the next takes up. `indexes` are those of
    calls (processor) and of traffic records (controller).
    """

    def __init__(
        self,
        rotation: KeyRotation,
        ledger: Ledger,
        recovery: Recovery,
        indexes: Mapping[Role, TokenIndex],
        subjects: SubjectTokens,
        certificates: CertificateService,
        audit: AuditLog,
        lease: Lease,
        clock: Clock,
    ) -> None:
        self._rotation = rotation
        self._ledger = ledger
        self._recovery = recovery
        self._indexes = indexes
        self._subjects = subjects
        self._certificates = certificates
        self._audit = audit
        self._lease = lease
        self._clock = clock

    def run(self, actor: str, progress: Progress = lambda _: None) -> Finalised | None:
        """Make all final that was erased by now. None if another process is doing so.

        Raises `Unavailable`, and `Conflict` if another process took over. May be repeated.
        """
        return self._alone(lambda keep_alive: self._finalise(actor, progress, keep_alive))

    def rotate(self, actor: str, progress: Progress = lambda _: None) -> Finalised | None:
        """Replace the root keys; no erasure becomes final by it. See `run`.

        Finishes a run that was killed, too.
        """
        return self._alone(lambda keep_alive: self._rotate(actor, progress, keep_alive))

    def busy_until(self) -> datetime | None:
        """Until when another run is waited for; while it lives it puts that off."""
        return self._lease.until()

    def _alone(self, work: Callable[[KeepAlive], Finalised]) -> Finalised | None:
        owner = str(uuid4())
        if not self._lease.take(owner, self._clock.now()):
            return None
        with KeptLease(self._lease, owner, self._clock, _EXTENDED_EVERY) as kept:
            return work(kept.require)

    def _finalise(self, actor: str, progress: Progress, keep_alive: KeepAlive) -> Finalised:
        self._recovery.run(keep_alive)
        state, inherited = self._rotation.begin(), Finalised()
        if state.phase is not RotationPhase.CHOOSING:  # whoever was killed chose long ago
            inherited = self._replace(state, actor, progress, keep_alive)
            state = self._rotation.begin()
        if not self._ledger.choose(state.id, self._clock.now()):
            self._rotation.end(state)
            return inherited
        return inherited + self._replace(state, actor, progress, keep_alive)

    def _rotate(self, actor: str, progress: Progress, keep_alive: KeepAlive) -> Finalised:
        return self._replace(self._rotation.begin(), actor, progress, keep_alive)

    def _replace(
        self, state: RotationState, actor: str, progress: Progress, keep_alive: KeepAlive
    ) -> Finalised:
        began = time.monotonic()
        nodes = _replaced(self._ledger.chosen(state.id))
        tally = Tally(self._rotation, state, keep_alive)
        if state.phase is not RotationPhase.DESTROYING:
            state = self._rotation.reach(state, RotationPhase.MOVING)
            progress("replacing keys")
            self._rotation.replace_keys(state, nodes)
            self._move(nodes, tally, progress)
            erasures = {Counted.ERASURES: self._ledger.count_chosen(state.id)}
            state = self._rotation.reach(state, RotationPhase.DESTROYING, erasures)
        progress("destroying the keys that were replaced")
        self._rotation.destroy_replaced(state, nodes, keep_alive)
        done = Finalised(
            state.counts.get(Counted.ERASURES, 0),
            tally[Counted.KEYS],
            tally[Counted.RECORD_KEYS],
            tally[Counted.TOKENS],
            time.monotonic() - began,
        )
        self._certify(state, actor, keep_alive, done)
        self._rotation.end(state)
        return done

    def _move(self, nodes: Collection[Node], tally: Tally, progress: Progress) -> None:
        """Move all that lives on, so that nothing is left below the keys that were replaced."""
        progress("moving keys of the tree")
        self._rotation.move_nodes(nodes, tally.of(Counted.KEYS))
        for node in nodes:
            if node.kind in (NodeKind.PERIOD, NodeKind.HELD):
                self._rotation.move_record_keys(node, tally.of(Counted.RECORD_KEYS))
                progress(f"moving record keys: {tally[Counted.RECORD_KEYS]}")
        for node in nodes:
            if node.kind in (NodeKind.INDEX, NodeKind.SUBJECT):
                self._rewrite(node, tally.of(Counted.TOKENS))
                progress(f"moving records to new index keys: {tally[Counted.TOKENS]}")

    def _rewrite(self, node: Node, moved: Callable[[int], None]) -> None:
        with suppress(KeyDestroyed):  # it was never made, or went with its month meanwhile
            if node.kind is NodeKind.SUBJECT:
                self._subjects.rewrite(node, moved)
                return
            self._indexes[node.role].rewrite(node.client_id, node.month, moved)

    def _certify(
        self, state: RotationState, actor: str, keep_alive: KeepAlive, done: Finalised
    ) -> None:
        now = self._clock.now()
        self._ledger.mark_final(state.id, now)
        details = {
            "erasures": done.erasures,
            "keys": done.keys,
            "record_keys": done.record_keys,
            "tokens": done.tokens,
        }
        self._audit.append([Event("keys.replaced", actor, now, details=details)])
        self._certificates.issue_missing(actor, keep_alive)


def _replaced(erasures: Iterable[Erasure]) -> frozenset[Node]:
    """The nodes whose keys, in old bytes, still open what was erased or tell its numbers."""
    found: set[Node] = set()
    for erasure in erasures:
        for node in map(Node.from_name, erasure.above):
            found.add(node)
            if node.parent:
                found.add(node.parent)
            if node.kind is NodeKind.PERIOD and node.category not in tuple(Category):
                found.add(subject_node(node.role, node.client_id, node.category))
            # A replaced version had the numbers that its record has still.
            if node.kind is NodeKind.PERIOD and erasure.rule != REPLACED:
                found.update(_index_above(node))
    return frozenset(found)


def _index_above(period: Node) -> Iterator[Node]:
    if period.category == Category.CALL:
        yield index_node(Role.PROCESSOR, period.month, period.client_id)
    if period.category == Category.TRAFFIC:
        yield index_node(Role.CONTROLLER, period.month)
