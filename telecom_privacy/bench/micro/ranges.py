"""Parts of recordings: a player that jumps somewhere must not wait for what lies before."""

import time
from random import Random

from telecom_privacy.bench.audio import InventedAudio
from telecom_privacy.bench.errors import WrongAnswer
from telecom_privacy.bench.figures import percentile, ratios
from telecom_privacy.bench.micro.recordings import MEGABYTE, Recordings
from telecom_privacy.bench.model import Great, Measurement, Plan

_TABLE = "64 KiB of a recording, from anywhere in it"
_RANGE = 64 * 1024
_SIZES, _FEW_SIZES = (20, 200), (1, 2)
_RANGES, _FEW_RANGES = 60, 3
_LONGER, _FASTER = Great(1.5, at_most=True), Great(20)

Figures = dict[int, list[float]]


def measure_ranges(plan: Plan, recordings: Recordings) -> list[Measurement]:
    """Raises `WrongAnswer`."""
    short, long = sizes = _FEW_SIZES if plan.quick else _SIZES
    audios = {size: InventedAudio(size * MEGABYTE) for size in sizes}
    stored = {size: recordings.stored(audio) for size, audio in audios.items()}
    chance = Random(plan.seed)  # noqa: S311 - places to read at, not a secret
    ranges: Figures = {size: [] for size in sizes}
    wholes: Figures = {size: [] for size in sizes}
    for _ in range(plan.rounds):
        for size, audio in audios.items():
            often = _FEW_RANGES if plan.quick else _RANGES
            places = [chance.randrange(audio.length - _RANGE) for _ in range(often)]
            read = [_read(recordings, stored[size], audio, at, at + _RANGE - 1) for at in places]
            ranges[size].append(percentile(read, 0.5))
            middle = audio.length // 2
            wholes[size].append(_read(recordings, stored[size], audio, 0, middle + _RANGE - 1))
    return [
        Measurement(
            _TABLE,
            f"of {long} MB / of {short} MB",
            "",
            ratios(ranges[long], ranges[short]),
            great=_LONGER,
        ),
        Measurement(
            _TABLE,
            f"decrypting {long} MB from the start to its middle / the range",
            "",
            ratios(wholes[long], ranges[long]),
            great=_FASTER,
        ),
        Measurement(
            _TABLE,
            f"decrypting {short} MB from the start to its middle / the range",
            "",
            ratios(wholes[short], ranges[short]),
            note="not judged: less lies before its middle",
        ),
        *(_milliseconds(f"a range of {size} MB, p50", ranges[size]) for size in sizes),
    ]


def _milliseconds(name: str, seconds: list[float]) -> Measurement:
    return Measurement(_TABLE, name, "ms", tuple(1000 * value for value in seconds))


def _read(
    recordings: Recordings, call_id: str, audio: InventedAudio, first: int, last: int
) -> float:
    """Seconds until all bytes from `first` to `last` are there."""
    start = time.perf_counter()
    pieces = list(recordings.read(call_id, first, last))
    took = time.perf_counter() - start
    if b"".join(pieces) != audio.part(first, last):
        raise WrongAnswer("side C: a part of a recording")
    return took
