"""What cryptography a small record costs: no database, one thread."""

import os
import time
from collections.abc import Callable
from uuid import uuid4

from telecom_privacy.bench.model import Measurement, Plan
from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.keys import CommittedKey, new_secret
from telecom_privacy.crypto.signing import SigningKey, verify_signature
from telecom_privacy.crypto.tokens import token
from telecom_privacy.scope import Role

_TABLE = "Cryptography of a small record, one thread, without a database"
_TIMES, _FEW_TIMES = 20_000, 200
_RECORD_BYTES = 500


def measure_small_records(plan: Plan) -> list[Measurement]:
    times = _FEW_TIMES if plan.quick else _TIMES
    found: dict[str, list[float]] = {name: [] for name in _acts()}
    for _ in range(plan.rounds):
        for name, act in _acts().items():
            found[name].append(_microseconds(act, times))
    return [Measurement(_TABLE, name, "us", tuple(values)) for name, values in found.items()]


def _acts() -> dict[str, Callable[[], object]]:
    above, place = os.urandom(32), Binding("record", Role.PROCESSOR, uuid4(), record_id=uuid4())
    record, index = os.urandom(_RECORD_BYTES), os.urandom(32)
    key = CommittedKey.from_secret(new_secret()).key
    sealed, signer = seal(key, record, place), SigningKey("bench", os.urandom(32))
    signature = signer.sign(record)

    def seal_and_wrap() -> None:
        secret = new_secret()
        seal(above, secret, place)
        seal(CommittedKey.from_secret(secret).key, record, place)

    return {
        "a fresh key wrapped, and 500 bytes sealed under it": seal_and_wrap,
        "500 bytes opened": lambda: open_sealed(key, sealed, place),
        "a token of the blind index": lambda: token(index, "number", "+33639980001"),
        "Ed25519: a signature": lambda: signer.sign(record),
        "Ed25519: a verification": lambda: verify_signature(signer.public_key, signature, record),
    }


def _microseconds(act: Callable[[], object], times: int) -> float:
    """The CPU time of one, of this thread alone."""
    start = time.thread_time()
    for _ in range(times):
        act()
    return 1_000_000 * (time.thread_time() - start) / times
