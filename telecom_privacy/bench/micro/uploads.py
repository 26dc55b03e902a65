"""Uploads of recordings, beside the same bytes into GridFS, and what they take up."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from telecom_privacy.bench.audio import InventedAudio
from telecom_privacy.bench.figures import ratios
from telecom_privacy.bench.micro.recordings import MEGABYTE, Recordings
from telecom_privacy.bench.model import Great, Measurement, Plan
from telecom_privacy.bench.opponents.databases import own_database
from telecom_privacy.bench.opponents.files import PlainFiles
from telecom_privacy.bench.opponents.server import stored_bytes
from telecom_privacy.bench.rounds import Timed, interleaved, timed
from telecom_privacy.bootstrap import Services
from telecom_privacy.http.body import PIECE_BYTES

Subject = TypeVar("Subject")

_TABLE = "Recordings uploaded, beside the same bytes into GridFS"
_SIZES, _FEW_SIZES = (1, 20), (1,)
_TURN_MEGABYTES = 40
_KEPT, _SPACE = Great(0.9), Great(1.01, at_most=True)


def measure_uploads(plan: Plan, recordings: Recordings) -> list[Measurement]:
    """Raises `WrongAnswer`."""
    sizes = _FEW_SIZES if plan.quick else _SIZES
    return [one for size in sizes for one in _uploads(plan, recordings, size)]


def measure_space(plan: Plan, services: Services, recordings: Recordings) -> Measurement:
    """What a recording takes up in the store: segments, what its call notes of it, its key."""
    audio = InventedAudio(MEGABYTE * (1 if plan.quick else max(_SIZES)))
    call_id, before = recordings.new_call(), _stored(services)
    recordings.store(call_id, audio.pieces(PIECE_BYTES))
    return Measurement(
        table="Space",
        name=f"a recording of {audio.length // MEGABYTE} MB stored / its bytes",
        unit="",
        values=((_stored(services) - before) / audio.length,),
        great=_SPACE,
    )


def _stored(services: Services) -> int:
    return sum(map(stored_bytes, (services.databases.bulk, services.databases.keystore)))


def _uploads(plan: Plan, recordings: Recordings, megabytes: int) -> list[Measurement]:
    times = 1 if plan.quick else _TURN_MEGABYTES // megabytes
    audio = InventedAudio(megabytes * MEGABYTE)
    content = audio.part(0, audio.length - 1)
    with own_database(plan) as database:
        files = PlainFiles(database)
        sides: dict[str, Callable[[int], Timed]] = {
            "GridFS": lambda _: timed(lambda: _each(files.upload, [content] * times)),
            "ours": partial(_turn, recordings, audio, times),
        }
        turns = interleaved(plan.rounds, sides)
    walls = {side: [turn.wall for turn in taken] for side, taken in turns.items()}
    kept = Measurement(
        _TABLE,
        f"{megabytes} MB: ours / GridFS",
        "",
        ratios(walls["GridFS"], walls["ours"]),
        great=_KEPT,
        note="ours is hashed, sealed, logged and acknowledged with a signature",
    )
    return [kept, *(_rate(side, megabytes, times, taken) for side, taken in turns.items())]


def _turn(recordings: Recordings, audio: InventedAudio, times: int, _: int) -> Timed:
    pieces = list(audio.pieces(PIECE_BYTES))
    calls = [recordings.new_call() for _ in range(times)]
    return timed(lambda: _each(lambda call_id: recordings.store(call_id, iter(pieces)), calls))


def _each(act: Callable[[Subject], None], subjects: Iterable[Subject]) -> None:
    for subject in subjects:
        act(subject)


def _rate(side: str, megabytes: int, times: int, turns: tuple[Timed, ...]) -> Measurement:
    walls = tuple(megabytes * times / turn.wall for turn in turns)
    processor = tuple(megabytes * times / turn.processor for turn in turns)
    return Measurement(_TABLE, f"{megabytes} MB: {side}", "MB/s", walls, processor)
