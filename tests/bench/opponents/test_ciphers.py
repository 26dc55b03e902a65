"""The opponents' ciphers really encrypt all that they are given."""

import os

from telecom_privacy.bench.opponents import ciphers
from telecom_privacy.bench.opponents.ciphers import BareCipher, TinkStream

PIECE = os.urandom(1_000)
SEGMENT = 4_096


def test_the_bare_cipher_encrypts_the_block_anew_each_time() -> None:
    cipher = BareCipher(PIECE)
    cipher.encrypt(1)
    first = bytes(cipher._sealed)
    cipher.encrypt(2)
    assert len(first) == len(PIECE) + 16
    assert first[:-16] != PIECE
    assert bytes(cipher._sealed) != first


def test_all_bytes_go_through_tink(monkeypatch) -> None:
    written = bytearray()

    class Kept(ciphers._Nowhere):
        def write(self, data) -> int:
            written.extend(data)
            return len(data)

    monkeypatch.setattr(ciphers, "_Nowhere", Kept)
    TinkStream(PIECE, SEGMENT).encrypt(20)
    room = SEGMENT - 16
    assert len(written) == 40 + 20_000 + 16 * -(-(20_000 + 40) // room)
    assert PIECE[:100] not in written
