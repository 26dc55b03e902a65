"""Costs of acts, invented: round figures, so that what follows is computed by hand."""

from telecom_privacy.bench.model import Outcome, Run
from telecom_privacy.bench.opponents.server import Footprint
from telecom_privacy.bench.sizes.model import (
    CALL,
    DELETION,
    READING,
    RECORDING,
    SEARCH,
    Cost,
    measurements,
)

_ENTRY = {"audit.batches": Footprint(1, 900, 100)}
COSTS = {
    CALL: Cost(
        {
            **_ENTRY,
            "bulk.calls": Footprint(1, 1_500, 500),
            "keystore.record_keys": Footprint(0.02, 400, 100),
        },
        2.0,
        3.0,
    ),
    RECORDING: Cost(
        {
            **_ENTRY,
            "bulk.calls": Footprint(0, 1_000, 0),
            "bulk.segments": Footprint(2, 499_900, 100),
            "keystore.record_keys": Footprint(1, 400, 600),
        },
        20.0,
        30.0,
    ),
    READING: Cost(_ENTRY, 5.0, 0.0),
    SEARCH: Cost(_ENTRY, 10.0, 20.0),
    DELETION: Cost({**_ENTRY, "bulk.calls": Footprint(0, -2_000, -400)}, 50.0, 100.0),
}
SIZES = Run("sizes", {"cpu": "2 x Example"}, 7, 1, Outcome(tuple(measurements(COSTS))))
