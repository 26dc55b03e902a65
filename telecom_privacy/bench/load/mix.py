"""How often each thing is asked."""

from collections.abc import Callable, Mapping
from random import Random

from telecom_privacy.bench.load.model import Question
from telecom_privacy.bench.load.platform import Platform
from telecom_privacy.bench.load.portal import Portal

Draw = Callable[[Random], Question]


class Mix:
    """Of 100 questions 65 are a portal's, 35 the platform's; 72 calls and 10 recordings come in."""

    def __init__(self, portal: Portal, platform: Platform) -> None:
        shares: Mapping[Draw, int] = {
            portal.call_by_id: 35,
            portal.calls_of_a_number: 8,
            portal.newest_of_a_licence: 8,
            portal.piece_of_a_recording: 14,
            platform.recording_policy: 10,
            platform.call: 12,
            platform.batch: 3,
            platform.recording: 10,
        }
        self._draws, self._shares = list(shares), list(shares.values())

    def draw(self, chance: Random) -> Question:
        return chance.choices(self._draws, self._shares)[0](chance)
