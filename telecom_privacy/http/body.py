"""Reading request bodies piece by piece, and noticing those that end too early."""

from collections.abc import Iterator
from typing import IO

from flask import request
from werkzeug.exceptions import ClientDisconnected

from telecom_privacy.errors import BadRequest, TooLarge

PIECE_BYTES = 256 * 1024
MAX_LINE_BYTES = 1024 * 1024


def pieces(stream: IO[bytes], longest: int) -> Iterator[bytes]:
    """Yield the body. Raises `TooLarge`, or `BadRequest` if it ends before its length."""
    announced = request.content_length
    if announced is not None and announced > longest:
        raise TooLarge(f"the body has more than {longest} bytes")
    received = 0
    while piece := _read(stream, PIECE_BYTES):
        received += len(piece)
        if received > longest:
            raise TooLarge(f"the body has more than {longest} bytes")
        yield piece
    if announced is not None and received < announced:
        raise BadRequest("the body ended before its Content-Length")


def bounded_lines(stream: IO[bytes], longest: int) -> Iterator[bytes]:
    """Yield the lines of a body, without their ends. Raises as `pieces`."""
    pending = b""
    for piece in pieces(stream, longest):
        *lines, pending = (pending + piece).split(b"\n")
        yield from lines
        if len(pending) > MAX_LINE_BYTES:
            raise TooLarge(f"a line has more than {MAX_LINE_BYTES} bytes")
    if pending:
        yield pending


def _read(stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except (ClientDisconnected, OSError) as error:
        raise BadRequest("the body was cut off or is malformed") from error
