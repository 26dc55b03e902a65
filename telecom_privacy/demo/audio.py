"""Audio to hand in: made here, except one short Ogg file of synthesised speech.

`sample.ogg` says in French that the call is recorded. It was made with espeak-ng and ffmpeg, see
docs/demo.md; nobody's voice is in it.
"""

import io
import math
import struct
import wave
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from random import Random

RATE = 8000
_SYLLABLE_SECONDS = 0.25
_SYLLABLES = 24
_PIECE = 32


@dataclass(frozen=True, slots=True)
class Audio:
    media_type: str
    content: bytes = field(repr=False)

    @property
    def piece(self) -> bytes:
        """Some bytes of its middle, which occur nowhere else by chance."""
        middle = len(self.content) // 2
        return self.content[middle : middle + _PIECE]


def speech(seconds: float, seed: int) -> Audio:
    """Return a WAV file (8 kHz, 16 bits, mono) that sounds like mumbling."""
    chance = Random(seed)  # noqa: S311 - a sound, not a secret
    count = math.ceil(seconds / _SYLLABLE_SECONDS)
    samples = b"".join(chance.choice(_syllables()) for _ in range(count))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples[: 2 * int(seconds * RATE)])
    return Audio("audio/wav", buffer.getvalue())


def announcement() -> Audio:
    """Return the ten seconds of Ogg/Opus that lie beside this module."""
    return Audio("audio/ogg", files(__package__).joinpath("sample.ogg").read_bytes())


@cache
def _syllables() -> tuple[bytes, ...]:
    noises = (Random(number) for number in range(_SYLLABLES))  # noqa: S311 - sounds, not secrets
    return tuple(_syllable(noise) for noise in noises)


def _syllable(chance: Random) -> bytes:
    """A voiced sound: a pitch, two formants, and breath, which no compression can shrink."""
    tones = (chance.uniform(90, 220), chance.uniform(300, 800), chance.uniform(900, 2300))
    length = int(_SYLLABLE_SECONDS * RATE)
    samples = (_sample(number, length, tones, chance) for number in range(length))
    return struct.pack(f"<{length}h", *samples)


def _sample(number: int, length: int, tones: tuple[float, ...], chance: Random) -> int:
    loudness = math.sin(math.pi * number / length)
    voice = sum(math.sin(2 * math.pi * tone * number / RATE) for tone in tones)
    return int(loudness * 4000 * voice) + chance.randint(-300, 300)
