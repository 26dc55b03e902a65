"""The OpenAPI 3.1 document, made from the declarations of the routes and their schemas."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app, jsonify, render_template_string
from marshmallow import Schema
from werkzeug.routing import Rule

from telecom_privacy.http.endpoint import Declaration, declaration_of, public_endpoint
from telecom_privacy.http.schemas import ProblemSchema

blueprint = Blueprint("openapi", __name__)

_PROBLEMS: dict[int | str, str] = {
    401: "No or bad API key",
    403: "Not allowed",
    404: "Not there, or not yours",
}
_COMMON: dict[int | str, str] = {
    422: "Invalid input",
    503: "A database or key provider is away; retry",
    "default": "Any other problem: conflict, erased or expired, too large, malformed",
}

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>telecom_privacy API</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
summary{cursor:pointer;padding:.3rem 0}code{font-family:ui-monospace,monospace}
.method{display:inline-block;width:4.5rem;font-weight:600}.muted{color:#666}
pre{background:#f5f5f5;padding:.6rem;overflow:auto}</style></head><body>
<h1>telecom_privacy API</h1><p class="muted">Version {{ spec.info.version }} ·
<a href="/openapi.json">openapi.json</a> (OpenAPI {{ spec.openapi }})</p>
{% for path, methods in spec.paths.items() %}{% for method, operation in methods.items() %}
<details><summary><code><span class="method">{{ method | upper }}</span>{{ path }}</code>
<span class="muted">{{ operation.summary }}</span></summary>
<pre>{{ operation | tojson(indent=2) }}</pre></details>{% endfor %}{% endfor %}
<h2>Schemas</h2>{% for name, schema in spec.components.schemas.items() %}
<details><summary><code>{{ name }}</code></summary><pre>{{ schema | tojson(indent=2) }}</pre>
</details>{% endfor %}</body></html>"""


@blueprint.get("/openapi.json")
@public_endpoint(answers={200: None})
def document() -> Response:
    """Show this document."""
    return jsonify(_document())


@blueprint.get("/docs")
@public_endpoint(answers={200: None}, produces="text/html")
def page() -> Response:
    """Show this document as a page that loads nothing from elsewhere."""
    return Response(render_template_string(_PAGE, spec=_document()), mimetype="text/html")


def _document() -> dict[str, Any]:
    return _build(current_app._get_current_object())  # type: ignore[attr-defined]  # werkzeug's proxy


@cache
def _build(app: Flask) -> dict[str, Any]:
    spec = APISpec(
        title="telecom_privacy",
        version=app.config["VERSION"],
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
    )
    spec.components.security_scheme("apiKey", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=ProblemSchema)
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, declaration in _routes(app):
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        operation = _operation(app, rule, method, declaration)
        paths.setdefault(path, {})[method.lower()] = operation
    for path in sorted(paths):
        spec.path(path, operations=paths[path])
    return spec.to_dict()


def _routes(app: Flask) -> Iterator[tuple[Rule, str, Declaration]]:
    for rule in app.url_map.iter_rules():
        if declaration := declaration_of(app.view_functions[rule.endpoint]):
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield rule, method, declaration


def _operation(app: Flask, rule: Rule, method: str, declared: Declaration) -> dict[str, Any]:
    view = app.view_functions[rule.endpoint]
    operation: dict[str, Any] = {
        "operationId": f"{view.__name__}{'_main' if rule.defaults else ''}",
        "summary": (view.__doc__ or "").strip().splitlines()[0],
        "parameters": _parameters(rule, declared),
        "responses": _responses(declared),
    }
    if declared.roles:
        operation["security"] = [{"apiKey": []}]
        operation["x-roles"] = sorted(declared.roles)
    if declared.body:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": declared.body}},
        }
    elif declared.consumes:
        content = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {declared.consumes: content}}
    return operation


def _parameters(rule: Rule, declared: Declaration) -> list[Any]:
    string = {"type": "string"}
    names = sorted(rule.arguments - set(rule.defaults or {}))
    found: list[Any] = [
        {"in": "path", "name": name, "required": True, "schema": string} for name in names
    ]
    found += [{"in": "header", "name": name, "schema": string} for name in declared.headers]
    if declared.query:
        found.append({"in": "query", "schema": declared.query})
    return found


def _responses(declared: Declaration) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(status): _success(schema, declared.produces)
        for status, schema in declared.answers.items()
    }
    problems = {**(_PROBLEMS if declared.roles else {}), **_COMMON}
    content = {"application/problem+json": {"schema": ProblemSchema}}
    return found | {
        str(status): {"description": text, "content": content} for status, text in problems.items()
    }


def _success(schema: type[Schema] | None, produces: str) -> dict[str, Any]:
    if schema is None and produces == "application/json":
        return {"description": "Success"}
    shown: Any = schema or {"type": "string"}
    return {"description": "Success", "content": {produces: {"schema": shown}}}


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__name__.removesuffix("Schema")
