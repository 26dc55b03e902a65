"""A look at one client and category: what is due is erased, and what comes next is noted."""

import logging
from datetime import datetime, timedelta
from itertools import islice

from telecom_privacy.clients.model import Client
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clock import Clock
from telecom_privacy.erasure.model import Pair
from telecom_privacy.erasure.schedule import CONTRACT_END, Schedule, soonest
from telecom_privacy.erasure.service import Eraser
from telecom_privacy.errors import KeyDestroyed, NotFound, TelecomPrivacyError, Unavailable
from telecom_privacy.retention.agenda import Turn
from telecom_privacy.retention.batches import batches
from telecom_privacy.retention.contract_end import ContractEnds
from telecom_privacy.retention.model import SWEEPER
from telecom_privacy.retention.sources import DueSource, Sources
from telecom_privacy.scope import Role

_HORIZONS = (timedelta(hours=24), timedelta(hours=1), timedelta(minutes=1))
_MOST_AHEAD = 200
_DAMAGED_AGAIN_AFTER = timedelta(minutes=10)
_LEFT_AGAIN_AFTER = timedelta(minutes=1)
_log = logging.getLogger("telecom_privacy.retention")


class Turns:
    """Turns at pairs of the schedule. Each may be taken in pieces, beside others."""

    def __init__(
        self,
        schedule: Schedule,
        clients: ClientService,
        sources: Sources,
        eraser: Eraser,
        ends: ContractEnds,
        clock: Clock,
    ) -> None:
        self._schedule = schedule
        self._clients = clients
        self._sources = sources
        self._eraser = eraser
        self._ends = ends
        self._clock = clock

    def begin(self, pair: Pair) -> Turn:
        """Erase what is due of a pair; yields after each batch how many records went.

        A turn that is closed before its end puts the pair back. Raises `Unavailable`. A client
        that is damaged is an alarm: it is tried again after a while.
        """
        self._schedule.claim(pair)
        try:
            yield from self._turn(pair)
        except GeneratorExit:
            self._schedule.settle(pair, self._clock.now())
            raise
        except Unavailable:
            raise
        except TelecomPrivacyError as error:
            fields = {"client": str(pair.client_id), "error": type(error).__name__}
            _log.critical("a client cannot be swept", extra={"fields": fields})
            self._schedule.settle(pair, self._clock.now() + _DAMAGED_AGAIN_AFTER)

    def _turn(self, pair: Pair) -> Turn:
        # Before the terms are read: what is agreed meanwhile begins after this moment.
        now = self._clock.now()
        client = self._current(pair)
        if client is None:
            self._schedule.forget(pair)
            return
        if pair.category == CONTRACT_END:
            self._schedule.settle(pair, self._ends.look(client, SWEEPER))
            return
        sources = self._sources_of(pair)
        for role, source in sources:
            for batch in batches(source(client, client.terms, now)):
                rule, items, action = batch.rule, batch.items, batch.action
                self._eraser.erase(client.id, role, pair.category, rule, items, SWEEPER, action)
                yield len(batch.due)
        self._schedule.settle(pair, self._next(client, sources, now))

    def _current(self, pair: Pair) -> Client | None:
        try:
            return self._clients.current(pair.client_id)
        except (NotFound, KeyDestroyed):
            return None

    def _sources_of(self, pair: Pair) -> list[tuple[Role, DueSource]]:
        found = self._sources.items()
        return [(role, source) for (category, role), source in found if category == pair.category]

    def _next(
        self, client: Client, sources: list[tuple[Role, DueSource]], looked_at: datetime
    ) -> datetime:
        """A moment before which nothing falls due."""
        now = self._clock.now()
        for horizon in _HORIZONS:
            found = [
                due.due_at
                for _, source in sources
                for due in islice(source(client, client.terms, now + horizon), _MOST_AHEAD)
            ]
            if len(found) >= _MOST_AHEAD:
                continue  # they come in any order: an earlier one may follow
            if (at := soonest(found)) is None:
                return now + horizon
            # What was due and is there still was changed at the same moment.
            return at if at > looked_at else now + _LEFT_AGAIN_AFTER
        return now
