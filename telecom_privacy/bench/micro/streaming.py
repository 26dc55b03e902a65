"""Encrypting a recording: the bare cipher, our stream and Tink's, to nowhere."""

import os
from collections.abc import Callable
from functools import partial

from telecom_privacy.bench.figures import ratios
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.opponents.ciphers import BareCipher, TinkStream
from telecom_privacy.bench.rounds import Timed, interleaved, timed
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.streaming import LARGE_SEGMENT, StreamEncryptor
from telecom_privacy.scope import Role

_MEGABYTE = 1024 * 1024
_PIECE = 64 * 1024
_MEGABYTES, _FEW_MEGABYTES = 20, 2
_STREAMS = 20
"""So many in one turn: one takes a few milliseconds, in which another program is half the time."""

_TABLE = "Encrypting a recording of 20 MB, pushed in 64 KiB pieces to nowhere"
_OF_BARE, _OF_TINK = Great(0.7), Great(2)


def measure_streaming(plan: Plan) -> list[Measurement]:
    megabytes = _FEW_MEGABYTES if plan.quick else _MEGABYTES
    block, piece = os.urandom(_MEGABYTE), os.urandom(_PIECE)
    pieces = megabytes * _MEGABYTE // _PIECE
    bare, tink = BareCipher(block), TinkStream(piece, LARGE_SEGMENT)
    acts: dict[str, Callable[[], None]] = {
        "bare AES-GCM, 1 MiB at a time": partial(bare.encrypt, megabytes),
        "our stream": partial(encrypt_stream, piece, pieces),
        "Tink's stream": partial(tink.encrypt, pieces),
    }
    turns = interleaved(plan.rounds, {name: partial(_turn, act) for name, act in acts.items()})
    walls = {name: tuple(turn.wall for turn in taken) for name, taken in turns.items()}
    plain, ours, other = walls.values()
    rates = {
        name: tuple(_STREAMS * megabytes / 1024 / wall for wall in taken)
        for name, taken in walls.items()
    }
    note = "each piece is in the processor's cache, as after a socket's read"
    return [
        Measurement(_TABLE, "ours / bare", "", ratios(plain, ours), great=_OF_BARE, note=note),
        Measurement(_TABLE, "ours / Tink", "", ratios(other, ours), great=_OF_TINK),
        *(Measurement(_TABLE, name, "GB/s", values) for name, values in rates.items()),
    ]


def encrypt_stream(piece: bytes, times: int) -> None:
    """Encrypt a stream as recordings are: header, HKDF and the marked last segment included."""
    encryptor = StreamEncryptor(os.urandom(32), Binding("content", Role.PROCESSOR), LARGE_SEGMENT)
    for _ in range(times):
        for _segment in encryptor.update(piece):
            pass
    encryptor.finish()


def _turn(act: Callable[[], None], _: int) -> Timed:
    act()  # the first one finds caches and memory cold
    return timed(partial(_repeat, act))


def _repeat(act: Callable[[], None]) -> None:
    for _ in range(_STREAMS):
        act()
