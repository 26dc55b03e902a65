"""The public Tink format, both ways with Tink itself."""

import io
import os
from collections.abc import Iterator
from uuid import UUID

import pytest
import tink
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.streaming import (
    HEADER_BYTES,
    LARGE_SEGMENT,
    SMALL_SEGMENT,
    Layout,
    decrypt_segments,
    encrypt_segments,
    segment_size_for,
)
from telecom_privacy.errors import IntegrityError
from telecom_privacy.scope import Role
from tests.formats.outsider import tink_primitive

KEY = bytes(range(32))
PLACE = Binding("content", Role.PROCESSOR, record_id=UUID(int=1))
ELSEWHERE = Binding("content", Role.PROCESSOR, record_id=UUID(int=2))
SEGMENT = 64 * 4  # small segments put many borders into little audio
ROOM = SEGMENT - 16

lengths = st.one_of(
    st.integers(0, 5 * ROOM),
    st.builds(
        lambda n, d: max(0, n * ROOM - HEADER_BYTES + d), st.integers(0, 5), st.integers(-2, 2)
    ),
)


class Kept(io.BytesIO):
    """Tink closes what it wrote to; the bytes are kept."""

    content = b""

    def close(self) -> None:
        self.content = self.getvalue()
        super().close()


def cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[at : at + size] for at in range(0, len(content), size))


def encrypt(content: bytes, segment_bytes: int = SEGMENT, piece: int = 1000) -> list[bytes]:
    return list(encrypt_segments(KEY, PLACE, cut(content, piece), segment_bytes))


def decrypt(
    segments: list[bytes],
    length: int,
    first: int = 0,
    place: Binding = PLACE,
    segment_bytes: int = SEGMENT,
    header: bytes | None = None,
) -> bytes:
    layout, header = Layout(length, segment_bytes), header or segments[0][:HEADER_BYTES]
    numbered = list(enumerate(segments))[first:]
    return b"".join(decrypt_segments(KEY, place, layout, header, numbered))


def tink_encrypt(content: bytes, segment_bytes: int) -> bytes:
    kept = Kept()
    primitive = tink_primitive(KEY, segment_bytes)
    with primitive.new_encrypting_stream(kept, PLACE.encode()) as stream:
        stream.write(content)
    return kept.content


def tink_decrypt(stream: bytes, segment_bytes: int, place: Binding = PLACE) -> bytes:
    primitive = tink_primitive(KEY, segment_bytes)
    with primitive.new_decrypting_stream(io.BytesIO(stream), place.encode()) as plain:
        return plain.read()


@settings(max_examples=60, deadline=None)
@given(lengths, st.integers(1, 700))
def test_tink_opens_ours_at_all_sizes_and_pieces(length: int, piece: int) -> None:
    content = os.urandom(length)
    segments = encrypt(content, piece=piece)
    assert tink_decrypt(b"".join(segments), SEGMENT) == content
    assert decrypt(segments, length) == content


@settings(max_examples=60, deadline=None)
@given(lengths)
def test_we_open_tinks_at_all_sizes(length: int) -> None:
    content = os.urandom(length)
    segments = list(cut(tink_encrypt(content, SEGMENT), SEGMENT))
    assert len(segments) == Layout(length, SEGMENT).count
    assert decrypt(segments, length) == content


@pytest.mark.parametrize("segment_bytes", [SMALL_SEGMENT, LARGE_SEGMENT])
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_both_ways_with_the_real_segment_sizes(segment_bytes: int, beyond: int) -> None:
    content = os.urandom(2 * (segment_bytes - 16) - HEADER_BYTES + beyond)
    ours = encrypt(content, segment_bytes, piece=50_000)
    theirs = list(cut(tink_encrypt(content, segment_bytes), segment_bytes))
    assert [len(one) for one in ours] == [len(one) for one in theirs]
    assert tink_decrypt(b"".join(ours), segment_bytes) == content
    assert decrypt(theirs, len(content), segment_bytes=segment_bytes) == content


@given(lengths.filter(bool), st.data())
def test_every_read_from_the_middle_gives_its_part(length: int, data: st.DataObject) -> None:
    content, layout = os.urandom(length), Layout(length, SEGMENT)
    first = data.draw(st.integers(0, layout.count - 1))
    assert decrypt(encrypt(content), length, first) == content[layout.start_of(first) :]


def test_tink_and_we_refuse_another_place() -> None:
    segments = encrypt(b"audio")
    with pytest.raises(IntegrityError):
        decrypt(segments, 5, place=ELSEWHERE)
    with pytest.raises(tink.TinkError):
        tink_decrypt(b"".join(segments), SEGMENT, ELSEWHERE)


@given(st.integers(2, 5), st.integers(0, 4), st.data())
def test_a_stream_cut_at_a_segment_border_is_noticed_from_the_middle_too(
    count: int, first: int, data: st.DataObject
) -> None:
    length = count * ROOM - HEADER_BYTES
    kept = data.draw(st.integers(1, count - 1))
    assume(first < kept)
    whole, short = encrypt(os.urandom(length)), kept * ROOM - HEADER_BYTES
    # Metadata that tells the truth about a stored stream that was cut, and the reverse.
    with pytest.raises(IntegrityError):
        decrypt(whole[:kept], short, kept - 1)
    with pytest.raises(IntegrityError):
        decrypt(encrypt(os.urandom(short)), length, kept - 1)


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 1, 3), (0, 1, 3, 2)])
def test_segments_in_another_order_or_twice_are_refused(order: tuple[int, ...]) -> None:
    segments = encrypt(os.urandom(4 * ROOM - HEADER_BYTES))
    header = segments[0][:HEADER_BYTES]
    with pytest.raises(IntegrityError):
        decrypt([segments[n] for n in order], 4 * ROOM - HEADER_BYTES, header=header)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_segment_of_another_stream_under_the_same_key_is_refused(first: int) -> None:
    length = 4 * ROOM - HEADER_BYTES
    one, other = encrypt(os.urandom(length)), encrypt(os.urandom(length))
    with pytest.raises(IntegrityError):
        decrypt([*one[:2], other[2], one[3]], length, first)


@given(st.data())
def test_any_flipped_bit_of_a_stream_is_noticed(data: st.DataObject) -> None:
    length = 2 * ROOM
    segments = encrypt(os.urandom(length))
    number = data.draw(st.integers(0, len(segments) - 1))
    altered = bytearray(segments[number])
    bit = data.draw(st.integers(0, 8 * len(altered) - 1))
    altered[bit // 8] ^= 1 << bit % 8
    segments[number] = bytes(altered)
    with pytest.raises(IntegrityError):
        decrypt(segments, length)


@given(st.binary(max_size=60))
def test_what_does_not_start_with_a_header_is_refused(stored: bytes) -> None:
    assume(len(stored) < HEADER_BYTES or stored[0] != HEADER_BYTES)
    header = stored[:HEADER_BYTES]
    with pytest.raises(IntegrityError):
        list(decrypt_segments(KEY, PLACE, Layout(9, SEGMENT), header, [(0, stored)]))


@given(lengths, st.sampled_from([SEGMENT, 1000, SMALL_SEGMENT]))
def test_the_segments_of_a_layout_tile_the_content(length: int, segment_bytes: int) -> None:
    layout, at = Layout(length, segment_bytes), 0
    for segment in range(layout.count):
        assert layout.start_of(segment) == at
        assert 0 <= layout.size_of(segment) <= segment_bytes - 16
        at += layout.size_of(segment)
    assert at == length
    assert layout.size_of(layout.count - 1) > 0 or length == 0


@given(lengths.filter(bool), st.data())
def test_a_byte_lies_in_the_segment_that_is_named(length: int, data: st.DataObject) -> None:
    layout = Layout(length, SEGMENT)
    offset = data.draw(st.integers(0, length - 1))
    segment = layout.segment_of(offset)
    start = layout.start_of(segment)
    assert start <= offset < start + layout.size_of(segment)


@pytest.mark.parametrize(
    ("length", "expected"),
    [(0, SMALL_SEGMENT), (262_143, SMALL_SEGMENT), (262_144, LARGE_SEGMENT)],
)
def test_short_content_has_small_segments(length: int, expected: int) -> None:
    assert segment_size_for(length) == expected
