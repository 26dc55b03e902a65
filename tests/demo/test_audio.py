"""The audio that the demo makes and ships."""

import io
import wave
import zlib

from telecom_privacy.demo.audio import announcement, speech


def test_speech_is_a_wav_file_of_the_length_asked_for() -> None:
    audio = speech(2.5, seed=1)
    with wave.open(io.BytesIO(audio.content)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        assert file.getnframes() == 20_000


def test_five_minutes_are_several_megabytes() -> None:
    assert len(speech(300, seed=1).content) == 44 + 300 * 16_000


def test_the_same_seed_gives_the_same_speech_and_another_seed_another() -> None:
    assert speech(1, seed=1) == speech(1, seed=1)
    assert speech(1, seed=1) != speech(1, seed=2)


def test_the_piece_that_is_searched_for_stands_in_the_audio_and_is_not_silence() -> None:
    audio = speech(5, seed=3)
    assert audio.piece in audio.content
    assert len(set(audio.piece)) > 16


def test_speech_hardly_compresses_so_that_a_database_keeps_it_as_it_is() -> None:
    piece = speech(5, seed=3).content[1000:3000]
    assert len(zlib.compress(piece)) > 0.8 * len(piece)


def test_the_announcement_is_ogg_with_opus() -> None:
    audio = announcement()
    assert audio.media_type == "audio/ogg"
    assert audio.content.startswith(b"OggS")
    assert b"OpusHead" in audio.content[:64]
