"""Answers that are JSON for machines and a page for whoever reads or prints it."""

from flask import Response, request
from marshmallow import fields, validate

from telecom_privacy.http.schemas import ApiSchema
from telecom_privacy.language import Language

_JSON, _HTML = FORMATS = ("json", "html")
_MEDIA_TYPES = {"application/json": _JSON, "text/html": _HTML}

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""What a browser may do with a page: show it."""


class PrintableQuery(ApiSchema):
    """Without a `format` the header `Accept` decides."""

    language = fields.Enum(Language, by_value=True, load_default=Language.FRENCH)
    format = fields.String(load_default=None, validate=validate.OneOf(FORMATS))


def wants_page(wanted: str | None) -> bool:
    """Whether the caller asks for a page, by the format that it names or by what it accepts."""
    accepted = request.accept_mimetypes.best_match(_MEDIA_TYPES, "application/json")
    return (wanted or _MEDIA_TYPES[accepted]) == _HTML


def page(html: str) -> Response:
    """A page that runs no script and loads nothing."""
    answer = Response(html, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return answer
