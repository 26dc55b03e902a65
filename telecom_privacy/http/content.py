"""Binary content as an answer: whole, one range or several, or none if it is known already."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from flask import Response, request
from werkzeug.http import http_date, parse_date

from telecom_privacy.errors import PreconditionFailed
from telecom_privacy.http.digests import digest_header
from telecom_privacy.http.ranges import ByteRange, Multipart, requested_ranges


@dataclass(frozen=True, slots=True)
class Content:
    """Content of a known size. `read` yields the bytes of a range, both ends included.

    `etag` is a strong entity tag without its quotes; `sha256` is that of the bytes, where known.
    What has a `file_name`, in plain ASCII, is there to be saved under it (RFC 6266).
    """

    length: int
    media_type: str
    etag: str
    modified_at: datetime
    read: Callable[[int, int], Iterator[bytes]] = field(repr=False)
    sha256: bytes | None = None
    file_name: str | None = None

    @property
    def last_modified(self) -> datetime:
        """To the second, which is all that an HTTP date tells."""
        return self.modified_at.replace(microsecond=0)


def answered(content: Content, log_opening: Callable[[], None]) -> Response:
    """Answer a GET or HEAD with content; whoever gets bytes of it has `log_opening` called first.

    Raises `PreconditionFailed` and `RangeNotSatisfiable`.
    """
    if is_unchanged(content):
        return not_modified(content)
    answer = delivered(content)
    if request.method != "HEAD":
        log_opening()
    return answer


def attachment(file_name: str) -> str:
    """The `Content-Disposition` of what is saved under a name of letters, digits, `-` and `.`."""
    return f'attachment; filename="{file_name}"'


def is_unchanged(content: Content) -> bool:
    """Whether `If-None-Match` names the content. Raises `PreconditionFailed` for `If-Match`."""
    if request.if_match and not request.if_match.contains(content.etag):
        raise PreconditionFailed("If-Match names other content")
    return request.if_none_match.contains_weak(content.etag)


def not_modified(content: Content) -> Response:
    answer = Response(status=HTTPStatus.NOT_MODIFIED)
    answer.set_etag(content.etag)
    return answer


def delivered(content: Content) -> Response:
    """Answer with the ranges that were asked for, or to HEAD with the headers of the whole."""
    ranges = _ranges(content)
    if ranges is None:
        body = content.read(0, content.length - 1)
        answer = _answer(body, HTTPStatus.OK, content.length, content.media_type)
    elif len(ranges) == 1:
        answer = _single(content, ranges[0])
    else:
        answer = _several(content, ranges)
    answer.set_etag(content.etag)
    answer.headers["Accept-Ranges"] = "bytes"
    if content.file_name is not None:
        answer.headers["Content-Disposition"] = attachment(content.file_name)
    if content.sha256 is not None:
        answer.headers["Repr-Digest"] = digest_header(content.sha256)
    answer.headers["Last-Modified"] = http_date(content.last_modified)
    return answer


def _ranges(content: Content) -> list[ByteRange] | None:
    if request.method != "GET":  # RFC 9110 section 14.2 defines ranges for GET only
        return None
    condition = request.headers.get("If-Range")
    if condition is not None and not _still_matches(condition, content):
        return None
    return requested_ranges(request.headers.get("Range"), content.length)


def _still_matches(condition: str, content: Content) -> bool:
    """RFC 9110 section 13.1.5: a strong entity tag, or exactly the date that was sent."""
    if condition.startswith(('"', "W/")):
        return condition == f'"{content.etag}"'
    return parse_date(condition) == content.last_modified


def _single(content: Content, one: ByteRange) -> Response:
    body = content.read(one.first, one.last)
    answer = _answer(body, HTTPStatus.PARTIAL_CONTENT, one.size, content.media_type)
    answer.headers["Content-Range"] = one.content_range(content.length)
    return answer


def _several(content: Content, ranges: list[ByteRange]) -> Response:
    parts = Multipart(ranges, content.length, content.media_type)
    body = parts.body(lambda one: content.read(one.first, one.last))
    return _answer(body, HTTPStatus.PARTIAL_CONTENT, parts.size, parts.content_type)


def _answer(body: Iterator[bytes], status: HTTPStatus, size: int, content_type: str) -> Response:
    # The body is read lazily: for a HEAD request it never is.
    shown = () if request.method == "HEAD" else body
    answer = Response(shown, status, content_type=content_type)
    answer.headers["Content-Length"] = str(size)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
