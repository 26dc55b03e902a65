"""Step 1: nothing readable lies on the disk."""

from telecom_privacy.demo.audio import speech
from telecom_privacy.demo.day import CLIENTS
from telecom_privacy.demo.handing_in import HandedIn
from telecom_privacy.demo.repository import planted
from telecom_privacy.demo.search import Found, search
from telecom_privacy.demo.stage import Stage
from telecom_privacy.errors import Unavailable
from telecom_privacy.storage.embedded import running

_PLANTED_NUMBER = "+33639989999"


def show_at_rest(stage: Stage, handed_in: HandedIn) -> None:
    """Search all raw files for the day's numbers and audio, then for a planted plaintext."""
    screen = stage.screen
    numbers = sorted(
        {call.caller for call in handed_in.calls} | {client.number for client in CLIENTS}
    )
    audios = [call.audio for call in handed_in.recorded if call.audio]
    found = search(stage.directory, numbers, audios)
    screen.fact("read", f"{found.files} files of database, keys and log, {megabytes(found.bytes)}")
    screen.fact("looked for", "each number as +33..., 0... and bare, in UTF-8 and UTF-16;")
    screen.fact("", "a piece from the middle of each recording")
    screen.claim(f"of {len(numbers)} phone numbers {found.numbers} are found", not found.numbers)
    screen.claim(f"of {len(audios)} recordings {found.audios} are found", not found.audios)
    control = _search_planted(stage)
    screen.claim("a number planted in plaintext is found by the same search", control.numbers == 1)
    screen.claim("audio planted in plaintext is found by the same search", control.audios == 1)


def megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"


def _search_planted(stage: Stage) -> Found:
    uri = running(stage.directory)
    if uri is None:
        raise Unavailable("the demo's database does not answer")
    audio = speech(2, seed=0)
    with planted(uri, {"number": _PLANTED_NUMBER, "audio": audio.content}):
        return search(stage.directory, [_PLANTED_NUMBER], [audio])
