"""Making erasures final: after it no old byte of any database opens them (DESIGN §3)."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID, uuid4

from telecom_privacy.audit.model import Event
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.ledger import Ledger
from telecom_privacy.erasure.model import REPLACED, Erasure
from telecom_privacy.erasure.recovery import Recovery
from telecom_privacy.errors import Conflict, KeyDestroyed
from telecom_privacy.keys.model import Node, NodeKind, index_node
from telecom_privacy.keys.rotation import KeyRotation
from telecom_privacy.keys.rotation_model import RotationPhase, RotationState
from telecom_privacy.policies.model import Category
from telecom_privacy.retention.certificates import CertificateService
from telecom_privacy.retention.model import Finalised
from telecom_privacy.scope import Role
from telecom_privacy.storage.lease import Lease

LEASE = timedelta(seconds=60)
_TAKEN_EVERY = timedelta(seconds=5)

KeepAlive = Callable[[], None]
Progress = Callable[[str], None]
"""Is told what is being done."""


class TokenIndex(Protocol):
    """Moves the records of one month from old index keys to the newest."""

    def rewrite(self, client_id: UUID, month: str, keep_alive: Callable[[], None], /) -> int: ...


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
        certificates: CertificateService,
        audit: AuditLog,
        lease: Lease,
        clock: Clock,
    ) -> None:
        self._rotation = rotation
        self._ledger = ledger
        self._recovery = recovery
        self._indexes = indexes
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

    def _alone(self, work: Callable[[KeepAlive], Finalised]) -> Finalised | None:
        owner, taken_at = str(uuid4()), self._clock.now()
        if not self._lease.take(owner, taken_at):
            return None

        def keep_alive() -> None:
            nonlocal taken_at
            if (now := self._clock.now()) - taken_at < _TAKEN_EVERY:
                return
            taken_at = now
            if not self._lease.take(owner, now):
                raise Conflict("another process replaces the keys in place of this one")

        try:
            return work(keep_alive)
        finally:
            self._lease.release(owner)

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
        done = Finalised()
        if state.phase is not RotationPhase.DESTROYING:
            state = self._rotation.reach(state, RotationPhase.MOVING)
            progress("replacing keys")
            self._rotation.replace_keys(state, nodes)
            done = self._move(nodes, progress, keep_alive)
            state = self._rotation.reach(state, RotationPhase.DESTROYING)
        progress("destroying the keys that were replaced")
        self._rotation.destroy_replaced(state, nodes, keep_alive)
        done = replace(done, erasures=self._ledger.count_chosen(state.id))
        self._certify(state, actor, keep_alive, done)
        self._rotation.end(state)
        return replace(done, seconds=time.monotonic() - began)

    def _move(
        self, nodes: Collection[Node], progress: Progress, keep_alive: KeepAlive
    ) -> Finalised:
        """Move all that lives on, so that nothing is left below the keys that were replaced."""
        progress("moving keys of the tree")
        done = Finalised(keys=self._rotation.move_nodes(nodes, keep_alive))
        for node in nodes:
            if node.kind in (NodeKind.PERIOD, NodeKind.HELD):
                moved = self._rotation.move_record_keys(node, keep_alive)
                done = replace(done, record_keys=done.record_keys + moved)
                progress(f"moving record keys: {done.record_keys}")
        for node in nodes:
            if node.kind is NodeKind.INDEX:
                moved = self._rewrite(node, keep_alive)
                done = replace(done, tokens=done.tokens + moved)
                progress(f"moving records to new index keys: {done.tokens}")
        return done

    def _rewrite(self, node: Node, keep_alive: KeepAlive) -> int:
        try:
            return self._indexes[node.role].rewrite(node.client_id, node.month, keep_alive)
        except KeyDestroyed:
            return 0  # its month was over meanwhile

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
            # A replaced version had the numbers that its record has still.
            if node.kind is NodeKind.PERIOD and erasure.rule != REPLACED:
                found.update(_index_above(node))
    return frozenset(found)


def _index_above(period: Node) -> Iterator[Node]:
    if period.category == Category.CALL:
        yield index_node(Role.PROCESSOR, period.month, period.client_id)
    if period.category == Category.TRAFFIC:
        yield index_node(Role.CONTROLLER, period.month)
