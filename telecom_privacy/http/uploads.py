"""What the headers of an upload announce."""

import re

from flask import request

from telecom_privacy.errors import BadRequest, PreconditionFailed, UnsupportedMediaType

_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+[ \t]*(;[\t\x20-\x7e]*)?", re.ASCII | re.IGNORECASE)
_LONGEST_MEDIA_TYPE = 255


def announced_media_type(wanted: str = "*/*") -> str:
    """The media type with its parameters, which is sent back as it came.

    `wanted` is `*/*` or names a main type, such as `audio/*`. Raises `UnsupportedMediaType`.
    """
    given = checked_media_type(request.headers.get("Content-Type", ""), wanted)
    if "Content-Encoding" in request.headers:
        raise UnsupportedMediaType("send the content without a Content-Encoding")
    return given


def checked_media_type(given: str, wanted: str = "*/*") -> str:
    """Return a media type that may be sent back as it came. Raises `UnsupportedMediaType`."""
    main = wanted.partition("/")[0]
    fits = main in ("*", given.partition("/")[0].lower())
    if len(given) > _LONGEST_MEDIA_TYPE or not (_TYPE.fullmatch(given) and fits):
        raise UnsupportedMediaType(f"send {wanted}")
    return given


def require_whole() -> None:
    """Raise `BadRequest` for a part, and `PreconditionFailed` for a replacement, of content."""
    if "Content-Range" in request.headers:
        raise BadRequest("content is sent whole")  # RFC 9110 section 14.5
    if request.if_match:
        raise PreconditionFailed("content is never replaced")
