"""AES-GCM alone, and Tink's streaming encryption: the same cipher in the same library's hands.

Tink writes the very format that recordings are stored in. Its Python passes each piece through
several layers down to C++, where it is copied.
"""

import io
import os
from typing import Any

import tink
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tink import secret_key_access, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

_TYPE = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
_KEY_BYTES, _TAG_BYTES = 32, 16


class BareCipher:
    """Encrypts blocks of one size into a buffer that is there already, under counted nonces."""

    def __init__(self, block: bytes) -> None:
        self._cipher = AESGCM(os.urandom(_KEY_BYTES))
        self._block = block
        self._sealed = bytearray(len(block) + _TAG_BYTES)

    def encrypt(self, times: int) -> None:
        for number in range(times):
            nonce = number.to_bytes(12, "big")
            self._cipher.encrypt_into(nonce, self._block, None, self._sealed)


class TinkStream:
    """Encrypts streams of one piece again and again, which go nowhere."""

    def __init__(self, piece: bytes, segment_bytes: int) -> None:
        self._primitive = _primitive(segment_bytes)
        self._piece = piece

    def encrypt(self, times: int) -> None:
        with self._primitive.new_encrypting_stream(_Nowhere(), b"associated data") as stream:
            for _ in range(times):
                stream.write(self._piece)


class _Nowhere(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return len(data)


def _primitive(segment_bytes: int) -> streaming_aead.StreamingAead:
    """AES-256-GCM-HKDF with segments of a size for which Tink has no ready template."""
    streaming_aead.register()
    parameters = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=segment_bytes,
        derived_key_size=_KEY_BYTES,
        hkdf_hash_type=common_pb2.SHA256,
    )
    key = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(
        key_value=os.urandom(_KEY_BYTES), params=parameters
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    keyset.key.add(
        key_data=tink_pb2.KeyData(
            type_url=_TYPE,
            value=key.SerializeToString(),
            key_material_type=tink_pb2.KeyData.SYMMETRIC,
        ),
        status=tink_pb2.ENABLED,
        key_id=1,
        output_prefix_type="RAW",
    )
    serialized = keyset.SerializeToString()
    handle = tink.proto_keyset_format.parse(serialized, secret_key_access.TOKEN)
    return handle.primitive(streaming_aead.StreamingAead)
