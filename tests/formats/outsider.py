"""A reader of stored data written from docs/formats.md alone; it knows nothing of the project.

The ciphers of the format are those of the benchmarks' attacker, which knows nothing of it either.
"""

import io
import json
import struct
from pathlib import Path
from typing import Any
from uuid import UUID

import tink
from pymongo.database import Database
from tink import secret_key_access, streaming_aead
from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

from telecom_privacy.bench.opponents.outsider import NO_ID, binding, committed, opened, roots_in

TYPE_URL = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"


class Outsider:
    """Holds the root key files and the raw documents of the three databases."""

    def __init__(self, key_dir: Path, keystore: Database[dict[str, Any]]) -> None:
        self.roots = roots_in(key_dir)
        self.keystore = keystore

    def node(
        self,
        kind: str,
        role: str,
        client: UUID = NO_ID,
        licence: UUID = NO_ID,
        category: str = "",
        month: str = "",
        generation: str | None = None,
    ) -> bytes:
        ids = ["" if i == NO_ID else str(i) for i in (client, licence)]
        name = "/".join([kind, role, *ids, category, month])
        generations = self.keystore["keys"].find_one({"_id": name})["generations"]
        entry = generations[generation or max(generations, key=int)]
        if client == NO_ID or kind == "client-key":
            above = self.roots[entry["parent"]]
        else:
            above = self.node("client-key", role, client, generation=entry["parent"])
        place = binding(kind, role, client, licence, category, month)
        return committed(opened(above, entry["wrapped"], place), entry["commitment"])

    def record_key(self, reference: dict[str, Any], *place: Any) -> bytes:
        page = self.keystore["record_keys"].find_one({"_id": reference["page"]})
        _, parent, record, commitment, wrapped = struct.unpack(
            ">HI16s32s60s", page["keys"][reference["slot"]]
        )
        assert record == place[-1].bytes
        period = self.node("period-key", *place[:-1], generation=str(parent))
        return committed(opened(period, wrapped, binding("record-key", *place)), commitment)

    def record(self, reference: dict[str, Any], sealed: bytes, *place: Any) -> dict[str, Any]:
        """`place`: role, client, licence, category, month, record."""
        key = self.record_key(reference, *place)
        return json.loads(opened(key, sealed, binding("record", *place)))

    def audio(
        self, reference: dict[str, Any], stream: bytes, segment_bytes: int, *place: Any
    ) -> bytes:
        primitive = tink_primitive(self.record_key(reference, *place), segment_bytes)
        associated = binding("content", *place)
        with primitive.new_decrypting_stream(io.BytesIO(stream), associated) as plain:
            return plain.read()

    def detail(self, month: str, entry_id: UUID, sealed: bytes) -> tuple[bytes, bytes]:
        """Salt and statement of an audit entry."""
        place = binding("audit-detail", "controller", month=month, record=entry_id)
        padded = opened(self.node("audit-key", "controller", month=month), sealed, place)
        content = padded[4 : 4 + int.from_bytes(padded[:4], "big")]
        return content[:32], content[32:]


def tink_primitive(key: bytes, segment_bytes: int) -> streaming_aead.StreamingAead:
    streaming_aead.register()
    parameters = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingParams(
        ciphertext_segment_size=segment_bytes, derived_key_size=32, hkdf_hash_type=common_pb2.SHA256
    )
    value = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(key_value=key, params=parameters)
    data = tink_pb2.KeyData(
        type_url=TYPE_URL,
        value=value.SerializeToString(),
        key_material_type=tink_pb2.KeyData.SYMMETRIC,
    )
    keyset = tink_pb2.Keyset(primary_key_id=1)
    keyset.key.add(key_data=data, status=tink_pb2.ENABLED, key_id=1, output_prefix_type="RAW")
    serialized = keyset.SerializeToString()
    handle = tink.proto_keyset_format.parse(serialized, secret_key_access.TOKEN)
    return handle.primitive(streaming_aead.StreamingAead)
