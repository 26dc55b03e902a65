"""`bench sizes`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from random import Random

from telecom_privacy.bench.calls import InventedCall
from telecom_privacy.bench.load.asking import Asker
from telecom_privacy.bench.load.mix import Mix
from telecom_privacy.bench.load.model import Question, answered
from telecom_privacy.bench.load.platform import Platform
from telecom_privacy.bench.load.portal import Portal
from telecom_privacy.bench.load.stock import Stock
from telecom_privacy.bench.model import Benchmark, Option, Outcome, Plan
from telecom_privacy.bench.service import own_databases, running_services
from telecom_privacy.bench.service_process import served
from telecom_privacy.bench.sizes.acts import Scale
from telecom_privacy.bench.sizes.model import (
    CALL,
    DELETION,
    READING,
    RECORDING,
    SEARCH,
    Cost,
    measurements,
)
from telecom_privacy.bench.tenant import Tenant, new_tenant
from telecom_privacy.http.access import ApiRole

RECORDING_BYTES = 480 * 1024
"""Two minutes at 32 kbit/s."""

_OPTION = "calls"
_CALLS, _FEW_CALLS = 20_000, 41
_CALLS_OF_A_BATCH = 100
_FEWER = 40
_THREADS = 16
_REMARKS = (
    f"Calls come in batches of {_CALLS_OF_A_BATCH}, over 80 days and of 8 licences; everything "
    f"else one by one. A recording has {RECORDING_BYTES // 1024} KiB.",
    "Measured once, as bytes do not vary: those of documents before compression, and of indexes as "
    "the server tells them. Where few act at once each entry of the log is a document of its own; "
    "busy workers share one.",
    "A deletion takes away the call's content and key; it leaves a tombstone, the traffic record, "
    "an entry of the log and one of the ledger.",
)


@dataclass(frozen=True, slots=True)
class Acts:
    """The questions of each act, on a client whose stock is handed in first."""

    tenant: Tenant
    stock: Stock
    platform: Platform
    portal: Portal
    chance: Random

    @classmethod
    def of(cls, tenant: Tenant, stock: Stock) -> "Acts":
        portal, platform = Portal(stock, tenant.path, {}), Platform(stock, tenant.path)
        return cls(tenant, stock, platform, portal, stock.chance(0))

    @property
    def some(self) -> Sequence[InventedCall]:
        """As many calls as are recorded and deleted."""
        return self.stock.calls[::_FEWER]

    def calls(self) -> Iterator[Question]:
        for first in range(0, len(self.stock.calls), _CALLS_OF_A_BATCH):
            yield self.platform.batch_of(self.stock.calls[first : first + _CALLS_OF_A_BATCH])

    def recordings(self) -> Iterator[Question]:
        for call in self.some:
            audio = self.chance.randbytes(RECORDING_BYTES)
            yield self.platform.upload(call.id, "main", audio)

    def readings(self) -> list[Question]:
        return [self.portal.call_by_id(self.chance) for _ in self.some]

    def searches(self) -> list[Question]:
        return [self.portal.newest_of_a_licence(self.chance) for _ in self.some]

    def deletions(self) -> Iterator[Question]:
        for call in self.some:
            path = f"{self.tenant.path}/calls/{call.id}"
            settle = answered(204, lambda _: True)
            yield Question(DELETION, ApiRole.CLIENT, "DELETE", path, settle)


def run(plan: Plan) -> Outcome:
    """Raises `WrongAnswer`."""
    (calls,) = plan.given.get(_OPTION, (_FEW_CALLS if plan.quick else _CALLS,))
    settings = replace(own_databases(plan), workers=1, threads=_THREADS)
    stock = Stock.of(plan.seed, calls)
    with running_services(settings) as services:
        acts = Acts.of(new_tenant(services, stock.licences), stock)
    mix = Mix(acts.portal, acts.platform)
    with served(settings) as remote:
        asker = Asker(remote, acts.tenant.keys, mix.draw, plan.seed, count())
        costs = _weigh(plan, Scale(settings, asker, acts.tenant.path), acts)
    facts = {"calls": f"{calls:,}", "of every other act": f"{len(acts.some):,}"}
    return Outcome(tuple(measurements(costs)), facts=facts, remarks=_REMARKS)


def _weigh(plan: Plan, scale: Scale, acts: Acts) -> Mapping[str, Cost]:
    asked = {
        CALL: (acts.calls, len(acts.stock.calls)),
        RECORDING: (acts.recordings, len(acts.some)),
        READING: (acts.readings, len(acts.some)),
        SEARCH: (acts.searches, len(acts.some)),
        DELETION: (acts.deletions, len(acts.some)),
    }
    costs = {}
    for act, (questions, often) in asked.items():
        plan.say(f"{often:,} times {act}")
        costs[act] = scale.weigh(questions(), often)
    return costs


SIZES = Benchmark(
    "sizes",
    "what acts leave in each collection, and their CPU time",
    run,
    (Option(_OPTION, "how many are handed in"),),
)
