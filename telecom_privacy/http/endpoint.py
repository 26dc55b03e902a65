"""What surrounds every route: credential, role, input, answer — and its description.

    @blueprint.get("/v1/things/<thing_id>")
    @endpoint(ApiRole.CLIENT, answers={200: ThingSchema})
    def get_thing(access: Access, thing_id: str) -> object:
        return service(ThingService).fetch(access, thing_id)

A view gets `access` (unless public), the path's parts, and `body` and `query` as loaded by their
schemas. It returns what the schema of the status dumps: alone for the first status in `answers`,
or with its status. The same declaration becomes the OpenAPI document.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, g, jsonify, request
from marshmallow import Schema, ValidationError

from telecom_privacy.errors import (
    BadRequest,
    Forbidden,
    Invalid,
    Unauthenticated,
    UnsupportedMediaType,
)
from telecom_privacy.http.access import Access, ApiRole, Authenticator, RefusalLog
from telecom_privacy.http.body import pieces
from telecom_privacy.http.schemas import messages

MAX_JSON_BYTES = 1024 * 1024
_DEEPEST_JSON = 64
_GUARD = "telecom_privacy.guard"

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Guard:
    """The authenticator and the log of refusals that the application was created with."""

    authenticator: Authenticator
    refusals: RefusalLog


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a route takes and gives; `roles` empty means public."""

    roles: frozenset[ApiRole]
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    answers: Mapping[int, type[Schema] | None] = field(default_factory=dict)
    consumes: str | None = None
    produces: str = "application/json"
    headers: tuple[str, ...] = ()


def endpoint(*roles: ApiRole, **declared: Any) -> Callable[[View], View]:
    """Declare a route for callers with one of `roles`."""
    return _surround(Declaration(frozenset(roles), **declared))


def public_endpoint(**declared: Any) -> Callable[[View], View]:
    """Declare a route that anybody may call: health, public keys, checkpoints."""
    return _surround(Declaration(frozenset(), **declared))


def declaration_of(view: Callable[..., Any]) -> Declaration | None:
    return getattr(view, "declaration", None)


def _surround(declaration: Declaration) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(**arguments: Any) -> Response:
            if declaration.roles:
                g.access = arguments["access"] = _authorise(declaration)
            if declaration.query:
                arguments["query"] = _load(declaration.query, request.args.to_dict())
            if declaration.body:
                arguments["body"] = _load(declaration.body, _json_body())
            return _answer(declaration, _logging_refusals(view, arguments))

        wrapper.declaration = declaration  # type: ignore[attr-defined]  # read by declaration_of
        return wrapper  # type: ignore[return-value]  # the same view, with its input filled in

    return decorate


def register_guard(app: Any, guard: Guard) -> None:
    app.extensions[_GUARD] = guard


def _guard() -> Guard:
    found: Guard = current_app.extensions[_GUARD]
    return found


def _authorise(declaration: Declaration) -> Access:
    access = _authenticate()
    if access.role not in declaration.roles:
        _guard().refusals.refused(access, _route(), "role")
        raise Forbidden(f"the role {access.role} may not do this", "role")
    return access


def _authenticate() -> Access:
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer" or not credential:
            raise Unauthenticated("send an API key: Authorization: Bearer <api key>")
        found = _guard().authenticator.authenticate(credential.strip())
    except Unauthenticated:
        _guard().refusals.unauthenticated(request.remote_addr or "unknown")
        raise
    return Access(
        actor=found.actor,
        role=found.role,
        client_id=found.client_id,
        licence_ids=found.licence_ids,
        purpose=request.headers.get("Access-Purpose"),
        reference=request.headers.get("Access-Reference", "").strip()[:200] or None,
    )


def _logging_refusals(view: Callable[..., Any], arguments: dict[str, Any]) -> Any:
    try:
        return view(**arguments)
    except Forbidden as error:
        _guard().refusals.refused(g.access, _route(), error.slug)
        raise


def _route() -> str:
    return f"{request.method} {request.url_rule.rule if request.url_rule else ''}"


def _json_body() -> Any:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send application/json")
    return parse_json(b"".join(pieces(request.stream, MAX_JSON_BYTES)))


def parse_json(data: bytes) -> Any:
    """Parse UTF-8 JSON. Raises `BadRequest` without quoting what was sent."""
    try:
        text = data.decode()
        value = _DECODER.decode(text)
        if isinstance(value, dict | list):
            _require_shallow(value, _DEEPEST_JSON)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()  # refuses halves of surrogate pairs
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not JSON in UTF-8") from error
    return value


def _require_shallow(value: Any, levels: int) -> None:
    """Raise `ValueError` for more nesting than whoever handles the value later can take."""
    if levels == 0:
        raise ValueError("nested too deeply")
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            _require_shallow(part, levels - 1)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


def _load(schema: type[Schema], data: Any) -> Any:
    try:
        return schema().load(data)
    except ValidationError as error:
        raise Invalid(messages(error)) from error


def _answer(declaration: Declaration, result: Any) -> Response:
    if isinstance(result, Response):
        return result
    first = next(iter(declaration.answers))
    value, status = result if isinstance(result, tuple) else (result, first)
    schema = declaration.answers[status]
    if schema is None:
        answer = Response(status=status)
        del answer.headers["Content-Type"]  # there is no content that it could be of
        return answer
    answer = jsonify(schema().dump(value))
    answer.status_code = status
    return answer
