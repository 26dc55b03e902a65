"""How much one record takes, with indexes and keys, while the store grows."""

from telecom_privacy.bench.growth.costs import Grown
from telecom_privacy.bench.growth.stage import Stage
from telecom_privacy.bench.opponents.server import stored_bytes


class Space:
    """Bytes per record, as the server counts them."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._own: dict[int, tuple[float, ...]] = {}
        self._plain: dict[int, tuple[float, ...]] = {}

    def measure(self, size: int) -> None:
        databases = self._stage.tenant.services.databases
        own = stored_bytes(databases.bulk) + stored_bytes(databases.keystore)
        self._own[size] = (own / size,)
        self._plain[size] = (stored_bytes(self._stage.plain.database) / size,)

    @property
    def own(self) -> Grown:
        return Grown("space, side C", "bytes", self._own)

    @property
    def plain(self) -> Grown:
        return Grown("space, side A", "bytes", self._plain)
