"""What an act leaves and costs, and how that is named among the figures of a run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from telecom_privacy.bench.model import Measurement, Run
from telecom_privacy.bench.opponents.server import Footprint

CALL = "a call handed in"
RECORDING = "a recording handed in"
READING = "a call read"
SEARCH = "a search of 20 calls"
DELETION = "a recorded call deleted"
ACTS = (CALL, RECORDING, READING, SEARCH, DELETION)

_COST = "CPU time of an act"
_LEAVES = "What is left of "
_PARTS = ("documents", "data", "indexes")
_SERVICE, _DATABASE = "service", "database"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one act, on average: what it adds by collection, and milliseconds of CPU.

    Those of the database are 0 where it runs on another machine.
    """

    leaves: Mapping[str, Footprint]
    service: float
    database: float


def measurements(costs: Mapping[str, Cost]) -> Iterator[Measurement]:
    for act, cost in costs.items():
        for collection, left in cost.leaves.items():
            values = (left.documents, left.data, left.indexes)
            for part, value in zip(_PARTS, values, strict=True):
                unit = "" if part == "documents" else "bytes"
                yield Measurement(_LEAVES + act, f"{collection}, {part}", unit, (value,))
    for act, cost in costs.items():
        yield Measurement(_COST, f"{act}, {_SERVICE}", "ms", (cost.service,))
        yield Measurement(_COST, f"{act}, {_DATABASE}", "ms", (cost.database,))


def costs_of(run: Run) -> Mapping[str, Cost]:
    """The costs that `measurements` wrote. Raises `KeyError` if the run has others."""
    found = {(one.table, one.name): one.median for one in run.outcome.measurements}
    return {act: _cost(act, found) for act in ACTS}


def _cost(act: str, found: Mapping[tuple[str, str], float]) -> Cost:
    own = [name.rpartition(", ")[0] for table, name in found if table == _LEAVES + act]
    leaves = {
        collection: Footprint(*(found[_LEAVES + act, f"{collection}, {part}"] for part in _PARTS))
        for collection in dict.fromkeys(own)
    }
    service, database = (found[_COST, f"{act}, {who}"] for who in (_SERVICE, _DATABASE))
    return Cost(leaves, service, database)
